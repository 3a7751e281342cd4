package dev.ring3.bpf.type;

import org.jspecify.annotations.Nullable;

/**
 * What a function of the host returns in {@code r0}.
 *
 * @param kind what it is
 * @param nullable whether it may be null instead
 * @param acquires whether it is a resource that must be given back by a call that releases it
 * @param min for {@link Kind#SCALAR} the smallest number, signed
 * @param max for {@link Kind#SCALAR} the largest number, signed
 * @param sizeBytes for {@link Kind#MEMORY_OF_SIZE}
 * @param type for {@link Kind#OBJECT}
 */
public record Result(
        Kind kind,
        boolean nullable,
        boolean acquires,
        long min,
        long max,
        int sizeBytes,
        @Nullable StructType type) {
    /** The kinds of results. */
    public enum Kind {
        /** A number. */
        SCALAR,
        /** Nothing: {@code r0} holds no value afterwards. */
        VOID,
        /** A value of the call's map. */
        MAP_VALUE,
        /** Memory as long as the call's {@link Argument.Kind#ALLOCATION_SIZE}. */
        ALLOCATION,
        /** Memory of {@link Result#sizeBytes}. */
        MEMORY_OF_SIZE,
        /** An object of the host. */
        OBJECT,
        /** The element of an open-coded iterator: the address of readable memory of {@link Result#sizeBytes}. */
        ITERATOR_ELEMENT
    }

    /** Any number. */
    public static final Result SCALAR = scalar(Long.MIN_VALUE, Long.MAX_VALUE);

    /** 0 or a negative errno. */
    public static final Result STATUS = scalar(-4095, 0);

    /** No value. */
    public static final Result VOID = new Result(Kind.VOID, false, false, 0, 0, 0, null);

    /** A value of the call's map, or null. */
    public static final Result MAP_VALUE_OR_NULL = new Result(Kind.MAP_VALUE, true, false, 0, 0, 0, null);

    /** A number in a range. */
    public static Result scalar(long min, long max) {
        return new Result(Kind.SCALAR, false, false, min, max, 0, null);
    }

    /** Memory of the size that was asked for, or null. */
    public static Result allocation() {
        return new Result(Kind.ALLOCATION, true, false, 0, 0, 0, null);
    }

    /** Memory of a fixed size. */
    public static Result memory(int sizeBytes) {
        return new Result(Kind.MEMORY_OF_SIZE, false, false, 0, 0, sizeBytes, null);
    }

    /** An object of the host. */
    public static Result object(StructType type) {
        return new Result(Kind.OBJECT, false, false, 0, 0, 0, type);
    }

    /** This result, or null. */
    public Result orNull() {
        return new Result(kind, true, acquires, min, max, sizeBytes, type);
    }

    /** This result, as a resource to be given back. */
    public Result acquired() {
        return new Result(kind, nullable, true, min, max, sizeBytes, type);
    }
}

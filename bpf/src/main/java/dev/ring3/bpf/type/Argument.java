package dev.ring3.bpf.type;

import org.jspecify.annotations.Nullable;

/**
 * What a function of the host demands of one of its five arguments.
 *
 * @param kind what it must be
 * @param nullable whether null does as well
 * @param releases whether the call takes the resource away that it refers to
 * @param sizeBytes for {@link Kind#MEMORY_OF_SIZE} and {@link Kind#OUTPUT_OF_SIZE}
 * @param type for {@link Kind#OBJECT}: what it must point to; null where any object does
 */
public record Argument(
        Kind kind,
        boolean nullable,
        boolean releases,
        int sizeBytes,
        @Nullable StructType type) {
    /** The kinds of arguments; in brackets the kernel's name for it. */
    public enum Kind {
        /** Any initialised value; a pointer only where pointers may leak [ARG_ANYTHING]. */
        ANYTHING,
        /** A number, never a pointer. */
        SCALAR,
        /** A map [ARG_CONST_MAP_PTR]. */
        MAP,
        /** Readable memory as long as a key of the call's map [ARG_PTR_TO_MAP_KEY]. */
        MAP_KEY,
        /** Readable memory as long as a value of the call's map [ARG_PTR_TO_MAP_VALUE]. */
        MAP_VALUE,
        /** Writable memory as long as a value of the call's map, which the call fills [ARG_PTR_TO_UNINIT_MAP_VALUE]. */
        MAP_VALUE_OUTPUT,
        /** Readable memory whose length is the next argument [ARG_PTR_TO_MEM]. */
        MEMORY,
        /** Writable memory whose length is the next argument, which the call fills [ARG_PTR_TO_UNINIT_MEM]. */
        OUTPUT,
        /** Readable and writable memory whose length is the next argument; its content counts. */
        MEMORY_IN_OUT,
        /** Readable memory of {@link Argument#sizeBytes} [MEM_FIXED_SIZE]. */
        MEMORY_OF_SIZE,
        /** Writable memory of {@link Argument#sizeBytes}, which the call fills [ARG_PTR_TO_LONG and INT]. */
        OUTPUT_OF_SIZE,
        /** The length of the memory before it, at least 1 [ARG_CONST_SIZE]. */
        SIZE,
        /** The length of the memory before it [ARG_CONST_SIZE_OR_ZERO]. */
        SIZE_OR_ZERO,
        /** A constant: how much memory the call gives out [ARG_CONST_ALLOC_SIZE_OR_ZERO]. */
        ALLOCATION_SIZE,
        /** The program's context, unchanged [ARG_PTR_TO_CTX]. */
        CONTEXT,
        /** A function of the program that the call calls [ARG_PTR_TO_FUNC]. */
        CALLBACK,
        /** What the callback gets as its own: an address of the stack, or null [ARG_PTR_TO_STACK]. */
        CALLBACK_CONTEXT,
        /** A text in read-only memory of a map, ended by a zero byte [ARG_PTR_TO_CONST_STR]. */
        CONSTANT_STRING,
        /** A {@code struct bpf_spin_lock} in a map value [ARG_PTR_TO_SPIN_LOCK]. */
        SPIN_LOCK,
        /** A {@code struct bpf_timer} in a map value [ARG_PTR_TO_TIMER]. */
        TIMER,
        /** Memory that a call gave out, from its first byte [ARG_PTR_TO_RINGBUF_MEM]. */
        ALLOCATION,
        /** The address of an object of the host [ARG_PTR_TO_SOCKET, ARG_PTR_TO_BTF_ID and their like]. */
        OBJECT,
        /** An iterator on the stack that the call makes (open-coded iterators: {@code bpf_iter_num_new}). */
        ITERATOR_NEW,
        /** An iterator on the stack that is alive. */
        ITERATOR,
        /** Nothing that a program here could have: dynptrs, kptrs. Calls are refused by name. */
        UNSUPPORTED
    }

    /** An argument of a kind, not null. */
    public static Argument of(Kind kind) {
        return new Argument(kind, false, false, 0, null);
    }

    /** Readable memory of a fixed size. */
    public static Argument memory(int sizeBytes) {
        return new Argument(Kind.MEMORY_OF_SIZE, false, false, sizeBytes, null);
    }

    /** Writable memory of a fixed size that the call fills. */
    public static Argument output(int sizeBytes) {
        return new Argument(Kind.OUTPUT_OF_SIZE, false, false, sizeBytes, null);
    }

    /** The address of an object of the host. */
    public static Argument object(StructType type) {
        return new Argument(Kind.OBJECT, false, false, 0, type);
    }

    /** This argument, or null. */
    public Argument orNull() {
        return new Argument(kind, true, releases, sizeBytes, type);
    }

    /** This argument, whose resource the call takes away. */
    public Argument released() {
        return new Argument(kind, nullable, true, sizeBytes, type);
    }
}

package dev.ring3.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A number in a structure, see {@link StructView#number}. Immutable. */
public final class NumberField {
    private final String path;
    private final int at;
    private final int bytes;
    private final boolean signed;

    NumberField(String path, int at, int bytes, boolean signed) {
        this.path = path;
        this.at = at;
        this.bytes = bytes;
        this.signed = signed;
    }

    /** The number; one of 64 bits without a sign as {@link Long#toUnsignedString(long)} has it. */
    public long get(MemorySegment struct) {
        long number = switch (bytes) {
            case 1 -> struct.get(ValueLayout.JAVA_BYTE, at);
            case 2 -> struct.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
            case 4 -> struct.get(ValueLayout.JAVA_INT_UNALIGNED, at);
            default -> struct.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
        };
        return signed || bytes == Long.BYTES ? number : number & ((1L << (bytes * Byte.SIZE)) - 1);
    }

    /**
     * The number as an int; one of 32 bits without a sign as {@link Integer#toUnsignedString(int)} has it.
     *
     * @throws ArithmeticException if it needs more than 32 bits
     */
    public int getInt(MemorySegment struct) {
        long number = get(struct);
        return bytes == Long.BYTES ? Math.toIntExact(number) : (int) number;
    }

    /**
     * Sets the number.
     *
     * @throws IllegalArgumentException if it does not fit, neither with a sign nor without one
     */
    public void set(MemorySegment struct, long number) {
        int bits = bytes * Byte.SIZE;
        if (bits < Long.SIZE && number >> bits != 0 && number >> (bits - 1) != -1) {
            throw new IllegalArgumentException("%d in field %s of %d bytes".formatted(number, path, bytes));
        }
        switch (bytes) {
            case 1 -> struct.set(ValueLayout.JAVA_BYTE, at, (byte) number);
            case 2 -> struct.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) number);
            case 4 -> struct.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) number);
            default -> struct.set(ValueLayout.JAVA_LONG_UNALIGNED, at, number);
        }
    }
}

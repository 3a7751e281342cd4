package dev.ring3.fs.extent;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Unsigned numbers in seven bits a byte, low bits first, the high bit set in all bytes but the last (LEB128). */
final class Varint {
    private static final int BYTES_MAX = 9; // 63 bits

    private Varint() {}

    static void put(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest >= 0x80) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /**
     * The next number.
     *
     * @throws java.nio.BufferUnderflowException if the buffer ends within it
     * @throws IllegalArgumentException if it has more than 63 bits
     */
    static long get(ByteBuffer in) {
        long value = 0;
        for (int i = 0; i < BYTES_MAX; i++) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("byte " + in.position() + ": a number of more than 63 bits");
    }
}

package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The bits of keys of a trie of prefixes: a {@code struct bpf_lpm_trie_key}, whose first bit is its first byte's highest. */
final class PrefixKeys {
    private static final MemorySegment MEMORY = BpfMemory.SEGMENT;
    private static final ValueLayout.OfInt LENGTH = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final int STRIDE = PrefixNodes.STRIDE;

    private PrefixKeys() {}

    /** The bits of a prefix that count. */
    static int length(long key) {
        return MEMORY.get(LENGTH, key);
    }

    static long data(long key) {
        return key + PrefixLayout.LENGTH_BYTES;
    }

    /** The bits of a key of at most eight bytes of data, the first on top. */
    static long bits(long key, int dataBytes) {
        if (dataBytes == Integer.BYTES) {
            return (long) MEMORY.get(INT, data(key)) << Integer.SIZE;
        }
        if (dataBytes == Long.BYTES) {
            return MEMORY.get(LONG, data(key));
        }
        long bits = 0;
        for (int i = 0; i < dataBytes; i++) {
            bits |= (MEMORY.get(BYTE, data(key) + i) & 0xffL) << (Long.SIZE - Byte.SIZE * (i + 1));
        }
        return bits;
    }

    /** The six bits at an offset, zeros behind the end. */
    static int stride(long bits, int offset) {
        return (int) (bits << offset >>> (Long.SIZE - STRIDE));
    }

    /** The six bits of a key at an offset inside it, zeros behind its end. */
    static int stride(long key, int dataBytes, int offset) {
        int first = offset / Byte.SIZE;
        long at = data(key) + first;
        int two = (MEMORY.get(BYTE, at) & 0xff) << Byte.SIZE;
        if (first + 1 < dataBytes) {
            two |= MEMORY.get(BYTE, at + 1) & 0xff;
        }
        return (two >>> (2 * Byte.SIZE - STRIDE - offset % Byte.SIZE)) & ((1 << STRIDE) - 1);
    }

    /** One bit of a key. */
    static int bit(long key, int index) {
        return (MEMORY.get(BYTE, data(key) + index / Byte.SIZE) >>> (Byte.SIZE - 1 - index % Byte.SIZE)) & 1;
    }

    /** How many bits two keys have in common, at most so many. */
    static int common(long left, long right, int bitsMax) {
        long a = data(left);
        long b = data(right);
        int bytes = (bitsMax + Byte.SIZE - 1) / Byte.SIZE;
        int at = 0;
        for (; at + Long.BYTES <= bytes; at += Long.BYTES) {
            long difference = MEMORY.get(LONG, a + at) ^ MEMORY.get(LONG, b + at);
            if (difference != 0) {
                return Math.min(bitsMax, at * Byte.SIZE + Long.numberOfLeadingZeros(difference));
            }
        }
        for (; at < bytes; at++) {
            int difference = (MEMORY.get(BYTE, a + at) ^ MEMORY.get(BYTE, b + at)) & 0xff;
            if (difference != 0) {
                int same = Integer.numberOfLeadingZeros(difference) - (Integer.SIZE - Byte.SIZE);
                return Math.min(bitsMax, at * Byte.SIZE + same);
            }
        }
        return bitsMax;
    }
}

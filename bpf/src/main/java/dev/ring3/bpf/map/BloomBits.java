package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfBytes;

/** The bits of a Bloom filter: set without a lock, never cleared. */
public final class BloomBits {
    private static final int BITS_MIN = 64;

    private final long address;
    private final int valueBytes;
    private final int hashes;
    private final long seed;
    private final long mask;

    /**
     * A filter without values.
     *
     * @param address of {@link #memoryBytes} zeros
     * @param hashes how many bits stand for a value
     */
    public BloomBits(long address, int valueBytes, int entriesMax, int hashes, long seed) {
        this.address = address;
        this.valueBytes = valueBytes;
        this.hashes = hashes;
        this.seed = seed;
        this.mask = bits(entriesMax, hashes) - 1;
    }

    /** {@code bloom_filter_map_alloc}: entries * hashes / ln 2, which is about 7/5, rounded up to a power of two. */
    private static long bits(int entriesMax, int hashes) {
        long bits = (long) entriesMax * hashes / 5 * 7;
        return Math.max(BITS_MIN, Long.highestOneBit(2 * bits - 1));
    }

    /** The memory that it takes. */
    public static long memoryBytes(int entriesMax, int hashes) {
        return bits(entriesMax, hashes) / Byte.SIZE;
    }

    /** Adds a value. */
    public void add(long value) {
        for (int i = 0; i < hashes; i++) {
            long bit = bit(value, i);
            BpfBytes.orLong(word(bit), 1L << bit);
        }
    }

    /** Whether a value may have been added; if this is false, it was not. */
    public boolean mayContain(long value) {
        for (int i = 0; i < hashes; i++) {
            long bit = bit(value, i);
            if ((BpfBytes.longAcquire(word(bit)) & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    private long bit(long value, int number) {
        return Integer.toUnsignedLong(BpfBytes.hash(value, valueBytes, seed + number * 0x9e37_79b9_7f4a_7c15L)) & mask;
    }

    private long word(long bit) {
        return address + (bit >>> 6) * Long.BYTES;
    }
}

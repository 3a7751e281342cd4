package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfBytes;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * How the entry of a key is found in a {@link HashTable}: what reads need of it, none of which ever changes. A record,
 * so that compilers take all of it for constant in a program that is bound to one table.
 *
 * @param keyBytes bytes of a key
 * @param seed of hashes
 * @param buckets where the buckets are
 * @param mask one less than there are buckets
 * @param rows where row 0 would be, which there is not
 * @param rowStride from the key of one row to that of the next
 * @param values where the value of row 0 would be
 * @param valueStride from the value of one row to that of the next
 */
public record HashSearch(
        int keyBytes, long seed, long buckets, int mask, long rows, long rowStride, long values, long valueStride) {
    private static final MemorySegment MEMORY = BpfMemory.SEGMENT;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final VarHandle BUCKET = ValueLayout.JAVA_INT.varHandle();
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    static HashSearch of(HashLayout layout, long address, long seed) {
        return new HashSearch(
                layout.keyBytes(),
                seed,
                address,
                layout.buckets() - 1,
                address + layout.rowsAt() - layout.rowStride(),
                layout.rowStride(),
                address + layout.valuesAt() - layout.valueStride(),
                layout.valueStride());
    }

    /**
     * Where the value is of the key at an address, if entries have one value each; or 0. Few methods deep: HotSpot makes
     * a part of a program only what is at most {@code MaxInlineLevel} below it, and calls what is below that.
     */
    public long valueOf(long key) {
        int row = keyBytes == Long.BYTES ? rowOfLong(MEMORY.get(LONG, key)) : rowOf(key, hash(key));
        return row == Buckets.EMPTY ? 0 : values + row * valueStride;
    }

    /** The row of the key at an address, or 0. */
    int rowOf(long key) {
        return keyBytes == Long.BYTES ? rowOfLong(MEMORY.get(LONG, key)) : rowOf(key, hash(key));
    }

    /** As {@link #rowOf(long)}, of a key whose hash is known. */
    int rowOf(long key, int hash) {
        return switch (keyBytes) {
            case Long.BYTES -> rowOfLong(MEMORY.get(LONG, key));
            case Integer.BYTES -> rowOfInt(MEMORY.get(INT, key), hash);
            default -> rowOfBytes(key, hash);
        };
    }

    int hash(long key) {
        return switch (keyBytes) {
            case Long.BYTES -> BpfBytes.hash(MEMORY.get(LONG, key), seed);
            case Integer.BYTES -> BpfBytes.hash(Integer.toUnsignedLong(MEMORY.get(INT, key)), seed);
            default -> BpfBytes.hash(key, keyBytes, seed);
        };
    }

    private int rowOfLong(long key) {
        for (int at = BpfBytes.hash(key, seed) & mask; ; at = (at + 1) & mask) {
            int row = (int) BUCKET.getAcquire(MEMORY, buckets + (long) at * Integer.BYTES);
            if (row == Buckets.EMPTY || (row > 0 && MEMORY.get(LONG, rows + row * rowStride) == key)) {
                return row;
            }
        }
    }

    private int rowOfInt(int key, int hash) {
        for (int at = hash & mask; ; at = (at + 1) & mask) {
            int row = row(at);
            if (row == Buckets.EMPTY || (row > 0 && MEMORY.get(INT, key(row)) == key)) {
                return row;
            }
        }
    }

    private int rowOfBytes(long key, int hash) {
        for (int at = hash & mask; ; at = (at + 1) & mask) {
            int row = row(at);
            if (row == Buckets.EMPTY || (row > 0 && BpfBytes.equal(key, key(row), keyBytes))) {
                return row;
            }
        }
    }

    private int row(int bucket) {
        return BpfBytes.intAcquire(buckets + (long) bucket * Integer.BYTES);
    }

    /** Where the key of a row is. */
    long key(int row) {
        return rows + row * rowStride;
    }

    /** Where the value of a row is. */
    long value(int row) {
        return values + row * valueStride;
    }
}

package dev.ring3.mm.cache;

/**
 * Remembers what was evicted lately: fingerprints of 64 bits, the oldest forgotten first, in two arrays. Not thread-safe.
 */
final class GhostQueue {
    private final long[] ring; // 0: nothing
    private final long[] table; // open addressing, linear probing; 0: empty
    private final int mask;
    private int position;

    /** @param capacity how many are remembered, at least 1 */
    GhostQueue(int capacity) {
        ring = new long[capacity];
        table = new long[Math.max(4, Integer.highestOneBit(capacity) * 4)];
        mask = table.length - 1;
    }

    /** What stands for a place in a file: of two places, the same with a chance of 2^-64. Never 0. */
    static long fingerprint(long fileId, long page) {
        long hash = fileId * 0x9E3779B97F4A7C15L + page;
        hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
        hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
        hash ^= hash >>> 32;
        return hash == 0 ? 1 : hash;
    }

    /** Remembers it, in place of the oldest. */
    void add(long fingerprint) {
        if (find(fingerprint) >= 0) {
            return;
        }
        long oldest = ring[position];
        if (oldest != 0) {
            int index = find(oldest);
            if (index >= 0) {
                removeAt(index);
            }
        }
        ring[position] = fingerprint;
        position = position + 1 == ring.length ? 0 : position + 1;
        int index = home(fingerprint);
        while (table[index] != 0) {
            index = (index + 1) & mask;
        }
        table[index] = fingerprint;
    }

    /** Forgets it; whether it was remembered. */
    boolean remove(long fingerprint) {
        int index = find(fingerprint);
        if (index >= 0) {
            removeAt(index);
        }
        return index >= 0;
    }

    private int home(long fingerprint) {
        return (int) fingerprint & mask;
    }

    private int find(long fingerprint) {
        for (int index = home(fingerprint); table[index] != 0; index = (index + 1) & mask) {
            if (table[index] == fingerprint) {
                return index;
            }
        }
        return -1;
    }

    /** Closes the gap by moving back what had to go past it (Knuth, volume 3, 6.4, algorithm R). */
    private void removeAt(int removed) {
        int gap = removed;
        for (int index = (gap + 1) & mask; table[index] != 0; index = (index + 1) & mask) {
            if (((index - home(table[index])) & mask) >= ((index - gap) & mask)) {
                table[gap] = table[index];
                gap = index;
            }
        }
        table[gap] = 0;
    }
}

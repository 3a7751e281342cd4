package dev.ring3.bpf.map;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Locks that are held for some tens of nanoseconds, and never while anything waits: who finds one taken spins, and lets
 * another thread run now and then in case the holder is not running.
 */
final class MapLock {
    /** How far apart locks are, so that no two lie in one cache line: in ints. */
    private static final int STRIDE = 32;

    private final AtomicIntegerArray words;
    private final int mask;

    /** So many locks, which is a power of two. */
    MapLock(int count) {
        words = new AtomicIntegerArray((count + 1) * STRIDE);
        mask = count - 1;
    }

    /** Takes the lock that a hash falls on. */
    void lock(int hash) {
        int at = index(hash);
        if (!words.compareAndSet(at, 0, 1)) {
            await(at);
        }
    }

    void unlock(int hash) {
        words.setRelease(index(hash), 0);
    }

    /** Whether two hashes fall on one lock. */
    boolean isSame(int hash, int other) {
        return index(hash) == index(other);
    }

    private int index(int hash) {
        return ((hash & mask) + 1) * STRIDE; // one stride in: the array's length shares the first line
    }

    private void await(int at) {
        int turn = 1;
        while (words.getOpaque(at) != 0 || !words.compareAndSet(at, 0, 1)) {
            SpinLocks.pause(turn++);
        }
    }
}

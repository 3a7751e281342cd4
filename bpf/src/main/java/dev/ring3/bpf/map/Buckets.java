package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfBytes;
import java.util.function.IntUnaryOperator;

/**
 * The buckets of a hash table, a power of two of them: each has the number of a row, is empty, or has the mark of one
 * that was deleted. Changed under the lock of the table, read by anyone.
 *
 * <p>Deletion leaves a mark where the search for an entry comes by, which must not end there; marks that no search comes
 * by any more are taken away. So they do not pile up.
 */
final class Buckets {
    /** What an empty bucket has. */
    static final int EMPTY = RowAllocator.NONE;

    private static final int DELETED = -1;

    private final long address;
    private final int mask;
    private int occupied; // guarded by the lock of the table

    Buckets(long address, int count) {
        this.address = address;
        this.mask = count - 1;
    }

    int mask() {
        return mask;
    }

    /** The row in a bucket; {@link #EMPTY}, or less than that where one was deleted. */
    int get(int at) {
        return BpfBytes.intAcquire(address + (long) at * Integer.BYTES);
    }

    void set(int at, int row) {
        BpfBytes.setIntRelease(address + (long) at * Integer.BYTES, row);
    }

    /**
     * The bucket into which an entry of a hash goes, or -1 if all are in use; that never happens in practice, and keeps
     * an empty bucket on every way, at which searches end.
     */
    int forInsertion(int hash) {
        int at = hash & mask;
        while (get(at) > EMPTY) {
            at = (at + 1) & mask;
        }
        return get(at) == EMPTY && occupied == mask - (mask >> 2) ? -1 : at;
    }

    /** Puts a row into the bucket for it. */
    void insert(int at, int row) {
        if (get(at) == EMPTY) {
            occupied++;
        }
        set(at, row);
    }

    /**
     * Deletes the entry in a bucket.
     *
     * @param hashOfRow the hash of the key of each row
     */
    void delete(int at, IntUnaryOperator hashOfRow) {
        set(at, DELETED);
        for (int place = at; get(place) != EMPTY; place = (place - 1) & mask) {
            if (get(place) == DELETED && !isOnTheWay(place, hashOfRow)) {
                set(place, EMPTY);
                occupied--;
            }
        }
    }

    /** Whether the search for an entry comes by a bucket. */
    private boolean isOnTheWay(int place, IntUnaryOperator hashOfRow) {
        for (int at = (place + 1) & mask; get(at) != EMPTY; at = (at + 1) & mask) {
            int row = get(at);
            if (row > EMPTY && ((at - hashOfRow.applyAsInt(row)) & mask) >= ((at - place) & mask)) {
                return true;
            }
        }
        return false;
    }

    /** The first bucket with an entry, from a bucket on, or -1. */
    int next(int from) {
        for (int at = from; at <= mask; at++) {
            if (get(at) > EMPTY) {
                return at;
            }
        }
        return -1;
    }

    /** How many have an entry or a mark. */
    int occupied() {
        return occupied;
    }
}

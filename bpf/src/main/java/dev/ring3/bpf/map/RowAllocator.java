package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;

/**
 * Hands out the rows of a table by number, from 1. A row that is taken back waits until nobody can have its address:
 * rows wait in batches, so that an epoch is begun once for many.
 *
 * <p>Not thread-safe: everything happens under the lock of the table. The lists are linked through ints in memory, one
 * for each row.
 */
final class RowAllocator {
    /** No row. */
    static final int NONE = 0;

    /** Rows that are taken back before an epoch is begun for them, if there are free ones. */
    private static final int BATCH_ROWS = 32;

    private final long links; // the address of the link of row 0, which there is not
    private final int rows;
    private final Reclamation reclamation;

    private int fresh = 1; // rows from here on were never handed out
    private int free = NONE; // a list
    private int young = NONE; // a list of rows that belong to no epoch yet
    private int youngLast = NONE;
    private int youngCount;
    private int waiting = NONE; // a list of rows that belong to an epoch
    private int waitingLast = NONE;
    private long waitingEpoch;
    private int untilNextLook;

    /**
     * An allocator.
     *
     * @param links the address of {@link #linkBytes} bytes
     */
    RowAllocator(long links, int rows, Reclamation reclamation) {
        this.links = links - Integer.BYTES;
        this.rows = rows;
        this.reclamation = reclamation;
    }

    static long linkBytes(long rows) {
        return ValueFormat.aligned(rows * Integer.BYTES);
    }

    /** A row, or {@link #NONE}: all are taken, or wait for a run to end. */
    int take() {
        if (free == NONE) {
            if (fresh <= rows) {
                return fresh++;
            }
            reclaim();
            if (free == NONE) {
                return NONE;
            }
        }
        int row = free;
        free = link(row);
        return row;
    }

    /** A row, or {@link #NONE}, for who can do without: after it found none, it looks again only now and then. */
    int takeIfEasy() {
        if (free == NONE && fresh > rows && --untilNextLook > 0) {
            return NONE;
        }
        int row = take();
        untilNextLook = row == NONE ? BATCH_ROWS : 0;
        return row;
    }

    /** Takes a row back that nobody can find any more, but somebody may have found before. */
    void retire(int row) {
        link(row, young);
        if (young == NONE) {
            youngLast = row;
        }
        young = row;
        youngCount++;
        if (youngCount >= BATCH_ROWS && waiting == NONE) {
            beginEpoch();
        }
    }

    private void reclaim() {
        release();
        if (waiting == NONE && young != NONE) {
            beginEpoch();
            release();
        }
    }

    private void beginEpoch() {
        waiting = young;
        waitingLast = youngLast;
        waitingEpoch = reclamation.advance();
        young = NONE;
        youngCount = 0;
    }

    private void release() {
        if (waiting != NONE && reclamation.hasPassed(waitingEpoch)) {
            link(waitingLast, free);
            free = waiting;
            waiting = NONE;
        }
    }

    private int link(int row) {
        return BpfMemory.SEGMENT.get(ValueLayout.JAVA_INT, links + (long) row * Integer.BYTES);
    }

    private void link(int row, int next) {
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_INT, links + (long) row * Integer.BYTES, next);
    }
}

package dev.ring3.fs.extent;

import dev.ring3.fs.order.FsLocks;
import dev.ring3.mm.lock.LockClass;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Space that a writer may count on: claimed when data is accepted, used up when it is written back. Close it when the
 * data will not be written; closing twice is nothing. Thread-safe.
 */
public final class SpaceReservation implements AutoCloseable {
    private static final LockClass RESERVATION = LockClass.named("reservation of space");
    private final SpaceBudget budget;
    private final ReentrantLock lock = FsLocks.lock(RESERVATION);
    private long blocks; // under lock
    private long drawn; // under lock: how many of them use up a promise

    SpaceReservation(SpaceBudget budget, long blocks, long drawn) {
        this.budget = budget;
        this.blocks = blocks;
        this.drawn = drawn;
    }

    /** How many blocks it still stands for. */
    public long blocks() {
        lock.lock();
        try {
            return blocks;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Claims more.
     *
     * @throws dev.ring3.fs.FsException ENOSPC if they cannot be had; the reservation is as it was
     */
    public void add(long more) {
        budget.claim(more);
        lock.lock();
        try {
            blocks += more;
        } finally {
            lock.unlock();
        }
    }

    /** Takes over all that another one stands for. */
    public void absorb(SpaceReservation other) {
        long more = 0;
        long moreDrawn = 0;
        other.lock.lock();
        try {
            more = other.blocks;
            moreDrawn = other.drawn;
            other.blocks = 0;
            other.drawn = 0;
        } finally {
            other.lock.unlock();
        }
        lock.lock();
        try {
            blocks += more;
            drawn += moreDrawn;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives blocks back, at most as many as there are.
     *
     * @return how many of them use up a promise
     */
    public long release(long count) {
        lock.lock();
        try {
            long given = Math.min(count, blocks);
            long givenDrawn = Math.min(given, drawn);
            blocks -= given;
            drawn -= givenDrawn;
            budget.release(given, givenDrawn);
            return givenDrawn;
        } finally {
            lock.unlock();
        }
    }

    /** Takes back what was released for blocks that are about to be free again; cannot fail. */
    void restore(long count, long countDrawn) {
        lock.lock();
        try {
            blocks += count;
            drawn += countDrawn;
            budget.restore(count, countDrawn);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        release(Long.MAX_VALUE);
    }
}

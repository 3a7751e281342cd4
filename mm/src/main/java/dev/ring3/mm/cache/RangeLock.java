package dev.ring3.mm.cache;

import dev.ring3.mm.lock.AcquireMode;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks on ranges, first come first served: a request waits for all earlier ones that overlap it and do not go together
 * with it, granted or not; so none starves. Not reentrant.
 */
final class RangeLock {
    /** Requests of one mode go together, but for EXCLUSIVE. */
    enum Mode {
        /** Pages may come into memory. */
        ARRIVAL,
        /** No page of the range comes into memory; several may read past the cache. */
        DIRECT_READ,
        /** A reader of a range that is locked by all its readers and writers. */
        SHARED,
        /** Nobody else. */
        EXCLUSIVE
    }

    /** A request, to be given back. */
    static final class Held {
        private final long from;
        private final long to; // beyond the range
        private final Mode mode;

        private Held(long from, long to, Mode mode) {
            this.from = from;
            this.to = to;
            this.mode = mode;
        }

        private boolean conflictsWith(Held other) {
            return from < other.to && other.from < to && (mode != other.mode || mode == Mode.EXCLUSIVE);
        }
    }

    private final LockClass lockClass;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Held> requests = new ArrayDeque<>(); // lock; in order of arrival
    private int waiting; // lock

    /** @param lockClass what the validator knows it as */
    RangeLock(LockClass lockClass) {
        this.lockClass = lockClass;
    }

    /** Waits for the range and takes it. */
    Held lock(long from, long to, Mode mode) {
        LockValidator.acquire(lockClass, mode == Mode.EXCLUSIVE ? AcquireMode.EXCLUSIVE : AcquireMode.SHARED, null);
        Held mine = new Held(from, to, mode);
        lock.lock();
        try {
            requests.addLast(mine);
            while (mustWaitLocked(mine)) {
                waiting++;
                changed.awaitUninterruptibly();
                waiting--;
            }
            return mine;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a range back; by the thread that took it. */
    void unlock(Held held) {
        lock.lock();
        try {
            boolean _ = requests.remove(held);
            if (waiting > 0) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        LockValidator.release(lockClass, null);
    }

    private boolean mustWaitLocked(Held mine) {
        for (Held earlier : requests) {
            if (earlier == mine) {
                return false;
            }
            if (mine.conflictsWith(earlier)) {
                return true;
            }
        }
        throw new IllegalStateException("a request got lost");
    }
}

package dev.ring3.mm;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The free frames of an allocator but for its magazines, under one lock, and the wait for frames. Thread-safe. */
final class FreeFrames {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private final Buddy buddy; // lock

    /** A copy of the buddy's count that can be read without the lock. */
    private volatile long count;

    /** Changes whenever frames come back; written under the lock. */
    private final AtomicLong returns = new AtomicLong();

    private final AtomicInteger waiters = new AtomicInteger(); // written under the lock

    FreeFrames(long frames) {
        buddy = new Buddy(frames);
        count = frames;
    }

    long count() {
        return count;
    }

    boolean hasWaiters() {
        return waiters.get() > 0;
    }

    /** Reads before a failed attempt to take what {@link #awaitReturn} is then given. */
    long returns() {
        return returns.get();
    }

    /** Takes a run if at least {@code floorFrames} stay free; -1 if not, or if no run is that long. */
    long take(FolioOrder order, long floorFrames) {
        if (count - order.frames() < floorFrames) {
            return FrameAllocator.NO_FRAME;
        }
        lock.lock();
        try {
            return takeLocked(order.log2Frames(), floorFrames);
        } finally {
            lock.unlock();
        }
    }

    /** Takes single frames into {@code into[0...]} while at least {@code floorFrames} stay free; returns how many. */
    int takePages(int[] into, int wanted, long floorFrames) {
        lock.lock();
        try {
            for (int i = 0; i < wanted; i++) {
                long frame = takeLocked(0, floorFrames);
                if (frame < 0) {
                    return i;
                }
                into[i] = (int) frame;
            }
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    void give(long frame, FolioOrder order) {
        lock.lock();
        try {
            buddy.give(frame, order.log2Frames());
            returnedLocked();
        } finally {
            lock.unlock();
        }
    }

    void givePages(int[] pages, int from, int to) {
        lock.lock();
        try {
            for (int i = from; i < to; i++) {
                buddy.give(pages[i], 0);
            }
            returnedLocked();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes who waits for frames: some came back to another place than this. */
    void wakeWaiters() {
        if (hasWaiters()) {
            lock.lock();
            try {
                returnedLocked();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits until frames have come back since {@link #returns} gave {@code seen}, or the time is over. */
    void awaitReturn(long seen, long nanosMax) {
        boolean interrupted = false;
        lock.lock();
        waiters.incrementAndGet();
        try {
            long left = nanosMax;
            while (returns.get() == seen && left > 0) {
                try {
                    left = freed.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true; // the flag is the caller's; a wait for frames is bounded in any case
                }
            }
        } finally {
            waiters.decrementAndGet();
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    long longestRunFrames() {
        lock.lock();
        try {
            return buddy.longestRunFrames();
        } finally {
            lock.unlock();
        }
    }

    private long takeLocked(int log2, long floorFrames) {
        if (buddy.freeFrames() - (1L << log2) < floorFrames) {
            return FrameAllocator.NO_FRAME;
        }
        long frame = buddy.take(log2);
        count = buddy.freeFrames();
        return frame;
    }

    private void returnedLocked() {
        count = buddy.freeFrames();
        returns.incrementAndGet();
        if (waiters.get() > 0) {
            freed.signalAll();
        }
    }
}

package dev.ring3.mm;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Folios kept aside for work that has to go on when there are none left, such as writeback: with one element the work
 * proceeds one at a time. An element that is freed returns here. Whoever takes one has to be able to give it back
 * without getting another. (Linux, {@code mm/mempool.c}.) Thread-safe.
 */
public final class ReservedFrames implements AutoCloseable {
    private final FrameAllocator allocator;
    private final String name;
    private final FolioOrder order;
    private final int number;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private final int[] free; // lock
    private int freeCount; // lock
    private int outCount; // lock
    private boolean closed; // lock

    ReservedFrames(FrameAllocator allocator, String name, FolioOrder order, int[] folios, int number) {
        this.allocator = allocator;
        this.name = name;
        this.order = order;
        this.number = number;
        this.free = folios;
        this.freeCount = folios.length;
    }

    /** What reports call it. */
    public String name() {
        return name;
    }

    /** The size of its elements. */
    public FolioOrder order() {
        return order;
    }

    /**
     * A folio: a common one if one is free above the min watermark, otherwise one of these, after waiting for one if
     * all are out. Starts no reclaim and never fails. Freed by {@link FrameAllocator#free}.
     */
    public long allocate() {
        boolean interrupted = false;
        try {
            while (true) {
                allocator.requireOpen();
                long frame = allocator.tryAllocate(order);
                if (frame == FrameAllocator.NO_FRAME) {
                    frame = tryTake();
                }
                if (frame != FrameAllocator.NO_FRAME) {
                    return frame;
                }
                interrupted |= awaitReturn();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** An element, -1 if all are out. */
    long tryTake() {
        lock.lock();
        try {
            requireOpenLocked();
            if (freeCount == 0) {
                return FrameAllocator.NO_FRAME;
            }
            long frame = free[--freeCount];
            outCount++;
            allocator.handOut(frame, order, number);
            return frame;
        } finally {
            lock.unlock();
        }
    }

    /** Takes an element back; false if the reserve is closed and the folio is common from now on. */
    boolean put(long frame) {
        lock.lock();
        try {
            outCount--;
            if (closed) {
                retireIfAllBackLocked();
                return false;
            }
            free[freeCount++] = (int) frame;
            returned.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** How many frames lie here. */
    long freeFrames() {
        lock.lock();
        try {
            return (long) freeCount * order.frames();
        } finally {
            lock.unlock();
        }
    }

    /** Gives all elements to the allocator; those that are out follow when they are freed. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            while (freeCount > 0) {
                allocator.giveBack(free[--freeCount], order);
            }
            retireIfAllBackLocked();
        } finally {
            lock.unlock();
        }
    }

    /** Waits a while for an element or a common frame; whether the thread was interrupted meanwhile. */
    private boolean awaitReturn() {
        lock.lock();
        try {
            long left = FrameAllocator.RETRY_NANOS;
            while (freeCount == 0 && left > 0) {
                left = returned.awaitNanos(left);
            }
            return false;
        } catch (InterruptedException e) {
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void retireIfAllBackLocked() {
        if (outCount == 0) {
            allocator.retireReserve(number);
        }
    }

    private void requireOpenLocked() {
        if (closed) {
            throw new IllegalStateException("the reserve " + name + " is closed");
        }
    }

    @Override
    public String toString() {
        return name + " (" + free.length + " of " + order + ")";
    }
}

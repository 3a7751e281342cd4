package dev.ring3.mm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The items of a {@link WorkQueue}: those that wait, are not due, or run. Thread-safe. */
final class PendingWork {
    private record Delayed(long dueNanos, WorkItem<?> item) {}

    private final String name;
    private final int itemsMax;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<WorkItem<?>> queued = new ArrayDeque<>(); // lock
    private final PriorityQueue<Delayed> delayed = // lock
            new PriorityQueue<>(Comparator.comparingLong(Delayed::dueNanos));
    private final Set<WorkItem<?>> running = new HashSet<>(); // lock
    private int idle; // lock: threads that wait for an item
    private long taken; // lock: items taken so far
    private boolean closed; // lock

    /** @param itemsMax how many may wait, and as many again that are not due */
    PendingWork(String name, int itemsMax) {
        this.name = name;
        this.itemsMax = itemsMax;
    }

    /** Adds an item when there is room; waits for room, or answers false at once, as the caller wants. */
    boolean put(WorkItem<?> item, boolean mayWait) {
        lock.lock();
        try {
            while (queued.size() >= itemsMax && !closed) {
                if (!mayWait) {
                    return false;
                }
                changed.awaitUninterruptibly();
            }
            requireOpenLocked();
            queued.add(item);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Adds an item that is not to be taken before some time has passed. */
    void putDelayed(WorkItem<?> item, long delayNanos) {
        lock.lock();
        try {
            requireOpenLocked();
            if (delayed.size() >= itemsMax) {
                throw new IllegalStateException("%s has %d items that are not due".formatted(name, itemsMax));
            }
            delayed.add(new Delayed(System.nanoTime() + delayNanos, item));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int queuedCount() {
        lock.lock();
        try {
            return queued.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether more items wait than threads. */
    boolean needsThread() {
        lock.lock();
        try {
            return idle < queued.size() + delayed.size();
        } finally {
            lock.unlock();
        }
    }

    /** The next item, which is running from now on; waits for one, null when closed and none is left. */
    @Nullable
    WorkItem<?> take() {
        lock.lock();
        try {
            while (true) {
                long wait = promoteDelayedLocked();
                WorkItem<?> item = takeLocked();
                if (item != null || closed) {
                    return item;
                }
                idle++;
                awaitLocked(wait);
                idle--;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next item once some have waited for {@code nanos} without any being taken; null as {@link #take}. */
    @Nullable
    WorkItem<?> takeStuck(long nanos) {
        lock.lock();
        try {
            while (true) {
                long wait = promoteDelayedLocked(); // no other thread may be there to do it
                if (queued.isEmpty()) {
                    if (closed) {
                        return null;
                    }
                    awaitLocked(wait);
                } else if (isStuckLocked(nanos)) {
                    return takeLocked();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Says that an item no longer runs. */
    void finished(WorkItem<?> item) {
        lock.lock();
        try {
            running.remove(item);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Drops an item that was taken back. */
    void forget(WorkItem<?> item) {
        lock.lock();
        try {
            queued.remove(item);
            delayed.removeIf(one -> one.item() == item);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all have ended that wait or run now; not for what is not due. */
    void awaitPresent() {
        lock.lock();
        try {
            Set<WorkItem<?>> present = new HashSet<>(running);
            present.addAll(queued);
            while (queued.stream().anyMatch(present::contains)
                    || running.stream().anyMatch(present::contains)) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets no more items in; returns those that were not due, which are dropped. */
    List<WorkItem<?>> close() {
        lock.lock();
        try {
            closed = true;
            List<WorkItem<?>> dropped = new ArrayList<>();
            delayed.forEach(one -> dropped.add(one.item()));
            delayed.clear();
            changed.signalAll();
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    private void requireOpenLocked() {
        if (closed) {
            throw new IllegalStateException("the queue " + name + " is closed");
        }
    }

    private @Nullable WorkItem<?> takeLocked() {
        WorkItem<?> item = queued.poll();
        if (item != null) {
            taken++;
            running.add(item);
            changed.signalAll();
        }
        return item;
    }

    /** Queues what is due; returns how long it is to the next, in nanoseconds. */
    private long promoteDelayedLocked() {
        long now = System.nanoTime();
        while (true) {
            Delayed next = delayed.peek();
            if (next == null) {
                return Long.MAX_VALUE;
            }
            if (next.dueNanos() - now > 0) {
                return next.dueNanos() - now;
            }
            queued.add(delayed.remove().item());
        }
    }

    @SuppressWarnings("WaitNotInLoop") // its caller is the loop
    private void awaitLocked(long nanosMax) {
        try {
            boolean _ = changed.await(nanosMax, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // Whoever interrupted meant an item that has ended; a worker ends by close() alone.
        }
    }

    /** Whether no item was taken for a while, though some wait. */
    private boolean isStuckLocked(long nanos) {
        long seen = taken;
        long left = nanos;
        try {
            while (taken == seen && !queued.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            return false; // as in awaitLocked; the caller looks again
        }
        return taken == seen && !queued.isEmpty();
    }
}

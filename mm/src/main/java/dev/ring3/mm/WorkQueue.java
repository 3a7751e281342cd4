package dev.ring3.mm;

import dev.ring3.mm.lock.AcquireMode;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on threads of its own, in scopes that are known: the only way to run something asynchronously here.
 *
 * <p>An {@link #inheriting} queue runs an item under the restrictions that its submitter was in. A {@link #declaring}
 * one runs every item in scopes of its own, whoever submits. A {@link #memReclaim} one is for work that reclaim waits
 * for, such as writeback: it runs in MEMALLOC, and has a rescuer, a thread that was there from the start and takes items
 * that wait while all others are stuck. (Linux, {@code kernel/workqueue.c}.) Thread-safe.
 */
public final class WorkQueue implements AutoCloseable {
    /**
     * How much a queue does at once.
     *
     * @param threads items that run at a time, the rescuer not counted
     * @param itemsMax items that wait; beyond, submitters wait
     */
    public record Limits(int threads, int itemsMax) {
        public Limits {
            if (threads < 1 || itemsMax < 1) {
                throw new IllegalArgumentException("%d threads, %d items".formatted(threads, itemsMax));
            }
        }
    }

    private record Delayed(long dueNanos, WorkItem<?> item) {}

    /** An item that no thread took for that long is the rescuer's ({@code MAYDAY_INITIAL_TIMEOUT}). */
    private static final long MAYDAY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final ScopedValue<WorkQueue> RUNNING = ScopedValue.newInstance();

    private final String name;
    private final Limits limits;
    private final LockClass lockClass;
    private final @Nullable HeldScope declared;
    private final @Nullable Thread rescuer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<WorkItem<?>> queued = new ArrayDeque<>(); // lock
    private final PriorityQueue<Delayed> delayed = // lock
            new PriorityQueue<>(Comparator.comparingLong(Delayed::dueNanos));
    private final Set<WorkItem<?>> running = new HashSet<>(); // lock
    private final Set<Thread> workers = new HashSet<>(); // lock
    private int idle; // lock
    private long taken; // lock: items taken so far
    private boolean closing; // lock

    private WorkQueue(String name, Limits limits, @Nullable HeldScope declared, boolean hasRescuer) {
        this.name = name;
        this.limits = limits;
        this.declared = declared;
        this.lockClass = LockClass.named("work of " + name);
        this.rescuer = hasRescuer ? thread("rescuer of " + name, this::rescue) : null;
    }

    /** A queue whose items run under the restrictions of their submitters. */
    public static WorkQueue inheriting(String name, Limits limits) {
        return new WorkQueue(name, limits, null, false);
    }

    /** A queue whose items run in these scopes, the first outermost, and in no others. */
    public static WorkQueue declaring(String name, Limits limits, ReclaimScope... scopes) {
        return new WorkQueue(name, limits, heldOf(scopes), false);
    }

    /** A queue for work that reclaim waits for: items run in MEMALLOC inside these scopes, and there is a rescuer. */
    public static WorkQueue memReclaim(String name, Limits limits, ReclaimScope... scopes) {
        WorkQueue queue =
                new WorkQueue(name, limits, heldOf(scopes).enter(ReclaimScope.memAlloc("work of " + name)), true);
        if (queue.rescuer != null) {
            queue.rescuer.start();
        }
        return queue;
    }

    /** What threads and reports are called. */
    public String name() {
        return name;
    }

    /**
     * Hands over work; waits while the queue is full.
     *
     * @throws IllegalStateException if it is closed, or full and the caller is work of this queue
     */
    public <R> WorkItem<R> submit(Callable<? extends R> body) {
        WorkItem<R> item = item(body);
        lock.lock();
        try {
            if (isFullLocked() && RUNNING.isBound() && RUNNING.get() == this) {
                throw new IllegalStateException("work of " + name + " would wait for itself: the queue is full");
            }
            while (isFullLocked() && !closing) {
                changed.awaitUninterruptibly();
            }
            enqueueLocked(item);
        } finally {
            lock.unlock();
        }
        return item;
    }

    /** Hands over work without a result; see {@link #submit}. */
    public WorkItem<Boolean> execute(Runnable body) {
        return submit(() -> {
            body.run();
            return true;
        });
    }

    /** Hands over work if the queue is not full. */
    public <R> Optional<WorkItem<R>> trySubmit(Callable<? extends R> body) {
        WorkItem<R> item = item(body);
        lock.lock();
        try {
            if (isFullLocked()) {
                return Optional.empty();
            }
            enqueueLocked(item);
        } finally {
            lock.unlock();
        }
        return Optional.of(item);
    }

    /** Hands over work that is not to begin before some time has passed; {@link #close} drops it if it has not. */
    public WorkItem<Boolean> executeAfter(Duration delay, Runnable body) {
        WorkItem<Boolean> item = item(() -> {
            body.run();
            return true;
        });
        lock.lock();
        try {
            requireOpenLocked();
            delayed.add(new Delayed(System.nanoTime() + delay.toNanos(), item));
            ensureWorkerLocked();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return item;
    }

    /** Waits for the end of everything that was handed over before, but for what is delayed. */
    public void flush() {
        mayWait();
        Set<WorkItem<?>> before;
        lock.lock();
        try {
            before = new HashSet<>(running);
            before.addAll(queued);
            while (before.stream().anyMatch(item -> !item.isDone())) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more work, drops what is delayed, waits for the rest and ends the threads. */
    @Override
    public void close() {
        mayWait();
        Set<Thread> threads;
        Set<WorkItem<?>> dropped = new HashSet<>();
        lock.lock();
        try {
            closing = true;
            delayed.forEach(one -> dropped.add(one.item()));
            delayed.clear();
            threads = new HashSet<>(workers);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        dropped.forEach(WorkItem::cancel);
        if (rescuer != null) {
            threads.add(rescuer);
        }
        threads.forEach(WorkQueue::join);
    }

    /** Tells the validator that the caller may wait for work of this queue. */
    void mayWait() {
        ReclaimLocks.mayWaitFor(lockClass);
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

    private <R> WorkItem<R> item(Callable<? extends R> body) {
        HeldScope scope = declared != null ? declared : ReclaimScope.current().restrictions();
        return new WorkItem<>(this, body, scope);
    }

    private boolean isFullLocked() {
        return queued.size() >= limits.itemsMax();
    }

    private void enqueueLocked(WorkItem<?> item) {
        requireOpenLocked();
        queued.add(item);
        ensureWorkerLocked();
        changed.signalAll();
    }

    private void requireOpenLocked() {
        if (closing) {
            throw new IllegalStateException("the queue " + name + " is closed");
        }
    }

    private void ensureWorkerLocked() {
        if (idle < queued.size() + delayed.size() && workers.size() < limits.threads()) {
            Thread worker = thread(name + " " + (workers.size() + 1), this::work);
            workers.add(worker);
            worker.start();
        }
    }

    private void work() {
        while (true) {
            WorkItem<?> item;
            lock.lock();
            try {
                item = nextLocked();
            } finally {
                lock.unlock();
            }
            if (item == null) {
                return;
            }
            runItem(item);
        }
    }

    /** Waits for an item; null when the queue is closed and empty. */
    private @Nullable WorkItem<?> nextLocked() {
        while (true) {
            long wait = promoteDelayedLocked();
            WorkItem<?> item = takeLocked();
            if (item != null || closing) {
                return item;
            }
            awaitChangeLocked(wait);
        }
    }

    @SuppressWarnings("WaitNotInLoop") // its caller is the loop
    private void awaitChangeLocked(long nanosMax) {
        idle++;
        try {
            boolean _ = changed.await(nanosMax, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // Whoever interrupted meant an item that has ended; the thread itself ends by close() alone.
        } finally {
            idle--;
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

    private void runItem(WorkItem<?> item) {
        LockValidator.acquire(lockClass, AcquireMode.SHARED_RECURSIVE, null);
        try {
            ScopedValue.where(RUNNING, this).run(item::run);
        } finally {
            LockValidator.release(lockClass, null);
            lock.lock();
            try {
                running.remove(item);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The rescuer's life: takes an item whenever none was taken for a while and some wait. */
    private void rescue() {
        while (true) {
            WorkItem<?> item = null;
            lock.lock();
            try {
                while (queued.isEmpty() && !closing) {
                    changed.awaitUninterruptibly();
                }
                if (isStuckLocked()) {
                    item = takeLocked();
                }
                if (item == null && closing && queued.isEmpty()) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            if (item != null) {
                runItem(item);
            }
        }
    }

    /** Whether no item was taken for a while, though some wait. */
    private boolean isStuckLocked() {
        long seen = taken;
        long left = MAYDAY_NANOS;
        try {
            while (taken == seen && !queued.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            return false; // as in nextLocked; the caller looks again
        }
        return taken == seen && !queued.isEmpty();
    }

    private static HeldScope heldOf(ReclaimScope... scopes) {
        HeldScope held = HeldScope.NONE;
        for (ReclaimScope scope : scopes) {
            held = held.enter(scope);
        }
        return held;
    }

    private static Thread thread(String name, Runnable body) {
        return Thread.ofPlatform().daemon().name("ring3 " + name).unstarted(body);
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.ring3.mm;

import dev.ring3.mm.lock.AcquireMode;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
     * @param itemsMax items that wait, beyond which submitters wait; and items that are not due
     */
    public record Limits(int threads, int itemsMax) {
        public Limits {
            if (threads < 1 || itemsMax < 1) {
                throw new IllegalArgumentException("%d threads, %d items".formatted(threads, itemsMax));
            }
        }
    }

    /** An item that no thread took for that long is the rescuer's ({@code MAYDAY_INITIAL_TIMEOUT}). */
    private static final long MAYDAY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final ScopedValue<WorkQueue> RUNNING = ScopedValue.newInstance();

    private final String name;
    private final Limits limits;
    private final LockClass lockClass;
    private final @Nullable HeldScope declared;
    private final PendingWork pending;
    private final Set<Thread> threads = new HashSet<>(); // itself
    private boolean hasRescuer; // threads

    private WorkQueue(String name, Limits limits, @Nullable HeldScope declared) {
        this.name = name;
        this.limits = limits;
        this.declared = declared;
        this.lockClass = LockClass.named("work of " + name);
        this.pending = new PendingWork(name, limits.itemsMax());
    }

    /** A queue whose items run under the restrictions of their submitters. */
    public static WorkQueue inheriting(String name, Limits limits) {
        return new WorkQueue(name, limits, null);
    }

    /** A queue whose items run in these scopes, the first outermost, and in no others. */
    public static WorkQueue declaring(String name, Limits limits, ReclaimScope... scopes) {
        return new WorkQueue(name, limits, heldOf(scopes));
    }

    /** A queue for work that reclaim waits for: items run in MEMALLOC inside these scopes, and there is a rescuer. */
    public static WorkQueue memReclaim(String name, Limits limits, ReclaimScope... scopes) {
        HeldScope declared = heldOf(scopes).enter(ReclaimScope.memAlloc("work of " + name));
        WorkQueue queue = new WorkQueue(name, limits, declared);
        queue.startRescuer();
        return queue;
    }

    /** What threads and reports are called. */
    public String name() {
        return name;
    }

    /** How many items wait for a thread now. */
    public int pendingCount() {
        return pending.queuedCount();
    }

    /**
     * Hands over work; waits while the queue is full. Work that hands on to its own queue uses {@link #trySubmit}.
     *
     * @throws IllegalStateException if it is closed, or the caller is work of this queue
     */
    public <R> WorkItem<R> submit(Callable<? extends R> body) {
        mayWait();
        WorkItem<R> item = item(body);
        boolean _ = pending.put(item, true);
        ensureThreadFor(item);
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
        if (!pending.put(item, false)) {
            return Optional.empty();
        }
        ensureThreadFor(item);
        return Optional.of(item);
    }

    /**
     * Hands over work that is not to begin before some time has passed; {@link #close} drops it if it has not. Never
     * waits, so work of this queue may do so too.
     *
     * @throws IllegalStateException if it is closed, or has {@link Limits#itemsMax} items that are not due
     */
    public WorkItem<Boolean> executeAfter(Duration delay, Runnable body) {
        WorkItem<Boolean> item = item(() -> {
            body.run();
            return true;
        });
        pending.putDelayed(item, delay.toNanos());
        ensureThreadFor(item);
        return item;
    }

    /** Waits for the end of everything that was handed over before, but for what is delayed. */
    public void flush() {
        mayWait();
        pending.awaitPresent();
    }

    /** Takes no more work, drops what is delayed, waits for the rest and ends the threads. */
    @Override
    public void close() {
        mayWait();
        pending.close().forEach(WorkItem::cancel);
        pending.awaitPresent();
        Set<Thread> ending;
        synchronized (threads) {
            ending = new HashSet<>(threads);
        }
        ending.forEach(WorkQueue::join);
    }

    /**
     * Before any wait for work of this queue.
     *
     * @throws IllegalStateException if the caller is such work itself: all threads might end up waiting
     */
    void mayWait() {
        ReclaimLocks.mayWaitFor(lockClass);
        if (RUNNING.isBound() && RUNNING.get() == this) {
            throw new IllegalStateException("work of " + name + " would wait for work of its own queue");
        }
    }

    /** Tells the validator that an item ends here. */
    void requireNothingHeld() {
        LockValidator.requireOnlyHeld(lockClass);
    }

    /** Drops an item that was taken back. */
    void forget(WorkItem<?> item) {
        pending.forget(item);
    }

    private <R> WorkItem<R> item(Callable<? extends R> body) {
        HeldScope scope = declared != null ? declared : ReclaimScope.current().restrictions();
        return new WorkItem<>(this, body, scope);
    }

    /** Starts a thread if one more would help. */
    private void ensureThreadFor(WorkItem<?> item) {
        synchronized (threads) {
            int workers = threads.size() - (hasRescuer ? 1 : 0);
            if (workers >= limits.threads() || !pending.needsThread()) {
                return;
            }
            Thread worker = thread(name + " " + (workers + 1), pending::take);
            try {
                worker.start();
                threads.add(worker);
            } catch (OutOfMemoryError e) {
                // The host has no thread to give. Those there are, among them the rescuer, do what there is to do.
                if (threads.isEmpty() && item.cancel()) {
                    throw e;
                }
            }
        }
    }

    private void startRescuer() {
        synchronized (threads) {
            hasRescuer = true;
            Thread rescuer = thread("rescuer of " + name, () -> pending.takeStuck(MAYDAY_NANOS));
            threads.add(rescuer);
            rescuer.start();
        }
    }

    /** A thread that runs items as long as there are any. */
    private Thread thread(String title, Supplier<@Nullable WorkItem<?>> source) {
        return Thread.ofPlatform().daemon().name("ring3 " + title).unstarted(() -> {
            for (WorkItem<?> item = source.get(); item != null; item = source.get()) {
                runItem(item);
            }
        });
    }

    private void runItem(WorkItem<?> item) {
        LockValidator.acquire(lockClass, AcquireMode.SHARED_RECURSIVE, null);
        try {
            ScopedValue.where(RUNNING, this).run(item::run);
        } finally {
            LockValidator.release(lockClass, null);
            pending.finished(item);
            Thread.interrupted(); // an interrupt was meant for the item
        }
    }

    private static HeldScope heldOf(ReclaimScope... scopes) {
        HeldScope held = HeldScope.NONE;
        for (ReclaimScope scope : scopes) {
            held = held.enter(scope);
        }
        return held;
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

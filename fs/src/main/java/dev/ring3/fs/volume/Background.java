package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.mm.ReclaimScope;
import dev.ring3.mm.WorkQueue;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a volume does without being asked: makes what was written durable at intervals, and works off what operations left
 * to do, one thing after the other. On a queue of its own; with an interval of zero there is none, and {@link #drain} does
 * the work where it is called.
 */
final class Background implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Background.class.getName());

    /** A commit that has much to write, the next one, and what works off the rest: none waits for another. */
    private static final WorkQueue.Limits LIMITS = new WorkQueue.Limits(3, 4);

    private final ConcurrentLinkedQueue<Runnable> work = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean(); // whether somebody is going to look at the work
    private final Runnable commit;
    private final Duration interval;
    private final @Nullable WorkQueue queue;
    private volatile boolean closed;

    /** @param commit makes everything durable; begins at every interval, also while an earlier one still runs */
    Background(Duration interval, Runnable commit) {
        this.interval = interval;
        this.commit = commit;
        this.queue = interval.isZero()
                ? null
                : WorkQueue.declaring("volume", LIMITS, ReclaimScope.noFs("background work of a volume"));
        arm();
    }

    private void arm() {
        WorkQueue on = queue;
        if (on != null && !closed) {
            try {
                on.executeAfter(interval, this::tick);
            } catch (IllegalStateException e) {
                if (!closed) { // it was closed in between
                    throw e;
                }
            }
        }
    }

    private void tick() {
        arm(); // first: the next one comes in time, also if this one takes longer
        attempt(commit);
    }

    /** Does this soon. It is done once more after a restart if the volume closes before, which is its own business. */
    void later(Runnable action) {
        work.add(action);
        WorkQueue on = queue;
        if (on != null && !closed && scheduled.compareAndSet(false, true)) {
            boolean taken = false;
            try {
                taken = on.trySubmit(this::workOff).isPresent();
            } catch (IllegalStateException e) {
                if (!closed) {
                    throw e;
                }
            } finally {
                if (!taken) {
                    scheduled.set(false);
                }
            }
        }
    }

    /** Does all that is left, here, if there is no thread for it. */
    void drain() {
        if (queue == null) {
            workOff();
        }
    }

    private boolean workOff() {
        scheduled.set(false); // first: who adds from here on asks again
        for (Runnable action = work.poll(); action != null && !closed; action = work.poll()) {
            attempt(action);
        }
        return true;
    }

    /** A failure here is nobody's answer: it shows again where somebody asks, and what was to be done is done later. */
    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (FsException e) {
            LOGGER.log(Level.WARNING, "background work of a volume failed", e);
        }
    }

    /** Ends after what is being done. */
    @Override
    public void close() {
        closed = true;
        if (queue != null) {
            queue.close();
        }
    }
}

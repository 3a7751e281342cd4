package dev.ring3.mm;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Work handed to a {@link WorkQueue}, and later its result. Thread-safe.
 *
 * @param <R> the result
 */
public final class WorkItem<R> {
    private enum State {
        QUEUED,
        RUNNING,
        DONE,
        FAILED,
        CANCELLED
    }

    private final WorkQueue queue;
    private final Callable<? extends R> body;
    private final HeldScope scope;
    private final CountDownLatch ended = new CountDownLatch(1);

    private State state = State.QUEUED; // this
    private @Nullable R result; // written before ended
    private @Nullable Throwable failure; // written before ended

    WorkItem(WorkQueue queue, Callable<? extends R> body, HeldScope scope) {
        this.queue = queue;
        this.body = body;
        this.scope = scope;
    }

    /** The scopes in which it runs. */
    public HeldScope scope() {
        return scope;
    }

    /** Whether it has ended, well or not. */
    public boolean isDone() {
        return ended.getCount() == 0;
    }

    /** Takes it back if it has not begun; whether it did not. */
    public boolean cancel() {
        synchronized (this) {
            if (state != State.QUEUED) {
                return false;
            }
            state = State.CANCELLED;
        }
        ended.countDown();
        queue.forget(this);
        return true;
    }

    /**
     * Waits for the end; an interrupt is kept for later.
     *
     * @return what the work returned
     * @throws WorkFailedException if it ended with an exception
     * @throws CancellationException if it was taken back
     */
    @SuppressWarnings("NullAway") // R may be a nullable type, and result is set unless the work failed
    public R await() {
        queue.mayWait();
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            if (state == State.CANCELLED) {
                throw new CancellationException("work of " + queue.name());
            }
            if (failure != null) {
                throw new WorkFailedException(queue.name(), failure);
            }
            return result;
        }
    }

    /** Runs it, unless it was taken back. */
    void run() {
        synchronized (this) {
            if (state != State.QUEUED) {
                return;
            }
            state = State.RUNNING;
        }
        Throwable thrown = null;
        R returned = null;
        try {
            returned = ReclaimScope.callIn(scope, body::call);
            queue.requireNothingHeld();
        } catch (Throwable e) {
            thrown = e; // whatever it is, it belongs to who waits for the item
        }
        synchronized (this) {
            result = returned;
            failure = thrown;
            state = thrown == null ? State.DONE : State.FAILED;
        }
        ended.countDown();
    }
}

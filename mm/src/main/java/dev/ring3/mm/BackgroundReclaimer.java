package dev.ring3.mm;

import dev.ring3.mm.ShrinkControl.Trigger;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that frees frames before anybody has to wait for one: woken below the low watermark, it works up to the
 * high one. When nothing can be freed it sleeps until it is woken again. (Linux, {@code kswapd}.)
 */
final class BackgroundReclaimer implements AutoCloseable {
    /** Frames asked for at once, so that the high watermark is not overshot by much. */
    private static final long BATCH_FRAMES = 64;

    private static final int ROUNDS_MAX = 8;

    private final FreeFrames free;
    private final Shrinkers shrinkers;
    private final Watermarks watermarks;
    private final Thread thread;

    private volatile boolean wanted;
    private volatile boolean closed;

    BackgroundReclaimer(FreeFrames free, Shrinkers shrinkers, Watermarks watermarks) {
        this.free = free;
        this.shrinkers = shrinkers;
        this.watermarks = watermarks;
        this.thread = Thread.ofPlatform().daemon().name("ring3-reclaimer").unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    /** Cheap while it is awake already. */
    void wake() {
        if (!wanted) {
            wanted = true;
            LockSupport.unpark(thread);
        }
    }

    /** Ends the thread and waits for it. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
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

    private void work() {
        while (!closed) {
            if (!wanted) {
                LockSupport.park(this);
                continue;
            }
            wanted = false; // before the work: a wake during it leads to one more look
            try {
                balance();
            } catch (RuntimeException e) {
                // A shrinker's fault: told like any uncaught one; but the thread has to stay, for the others.
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }

    private void balance() {
        for (int round = 0; round < ROUNDS_MAX && !closed; ) {
            long missing = watermarks.highFrames() - free.count();
            if (missing <= 0) {
                return;
            }
            long freed = shrinkers.pass(
                    Math.min(missing, BATCH_FRAMES), FolioOrder.PAGE, Trigger.BACKGROUND, round, HeldScope.NONE);
            round = freed > 0 ? 0 : round + 1;
        }
    }
}

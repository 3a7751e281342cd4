package dev.ring3.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end well when the process is asked to end, by Ctrl-C or otherwise: its work is cancelled, and the JVM,
 * which then exits with the signal's status, waits a moment for it to say where it was.
 */
final class Interrupts implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 1000;
    private static final long PAUSE_MILLIS = 1;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean requested; // written by the hook

    private Interrupts(Runnable cancel) {
        this.hook = new Thread(() -> cancelUntilClosed(cancel), "ring3-interrupt");
    }

    /**
     * Watches until it is closed.
     *
     * @param cancel stops the work; called by another thread, and repeatedly, because between two pieces of work it has
     *     no effect
     */
    static Interrupts watch(Runnable cancel) {
        Interrupts interrupts = new Interrupts(cancel);
        Runtime.getRuntime().addShutdownHook(interrupts.hook);
        return interrupts;
    }

    private void cancelUntilClosed(Runnable cancel) {
        requested = true;
        try {
            long waitedMillis = 0;
            while (waitedMillis < PATIENCE_MILLIS) {
                cancel.run();
                if (closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
                waitedMillis += PAUSE_MILLIS;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the JVM is ending anyway
        }
    }

    /** Whether the process has been asked to end. */
    boolean requested() {
        return requested;
    }

    @Override
    public void close() {
        closed.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                // The hook has begun, and ends by itself.
            }
        }
    }
}

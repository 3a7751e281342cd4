package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a volume does without being asked: makes what was written durable at intervals, and works off what operations left
 * to do. One thread; with an interval of zero there is none, and {@link #drain} does the work where it is called.
 */
final class Background implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Background.class.getName());

    private final ConcurrentLinkedQueue<Runnable> work = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wakened = lock.newCondition();
    private final Runnable commit;
    private final Duration interval;
    private final Thread thread;
    private volatile boolean closed; // written under lock

    /** @param commit makes everything durable */
    Background(Duration interval, Runnable commit) {
        this.interval = interval;
        this.commit = commit;
        this.thread = Thread.ofPlatform().daemon().name("ring3-volume").unstarted(this::run);
        if (!interval.isZero()) {
            thread.start();
        }
    }

    /** Does this soon. It is done once more after a restart if the volume closes before, which is its own business. */
    void later(Runnable action) {
        work.add(action);
        if (!interval.isZero()) {
            lock.lock();
            try {
                wakened.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Does all that is left, here, if there is no thread for it. */
    void drain() {
        if (interval.isZero()) {
            workOff();
        }
    }

    private void run() {
        long next = System.nanoTime() + interval.toNanos();
        while (!closed) {
            workOff();
            if (System.nanoTime() - next >= 0) {
                attempt(commit);
                next = System.nanoTime() + interval.toNanos();
            }
            sleep(next - System.nanoTime());
        }
    }

    private void sleep(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!closed && work.isEmpty() && left > 0) {
                left = wakened.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // only by a stranger: goes on as if closed
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void workOff() {
        for (Runnable action = work.poll(); action != null && !closed; action = work.poll()) {
            attempt(action);
        }
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
        lock.lock();
        try {
            closed = true;
            wakened.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

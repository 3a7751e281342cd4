package dev.ring3.mm.cache;

import dev.ring3.mm.ReclaimScope;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much is dirty or under writeback, and what that costs writers.
 *
 * <p>A frame is acquired before it becomes dirty and released when it is clean or gone. Beyond the background limit
 * writers are slowed down: who made {@code n} frames dirty pauses for as long as the backing lately took to write
 * {@code n}, times {@code x / (1 - x)}, where {@code x} goes from 0 at the background limit to 1 at the maximum. Half way
 * a single writer is as fast as the backing; more writers meet further up; nobody meets a wall. At the maximum itself,
 * which bursts may reach, a writer waits for frames to become clean. (Linux, {@code balance_dirty_pages()}.)
 *
 * <p>No page lock is held while waiting here. A writer whose file cannot be written back gets that error instead of
 * waiting; one that waits in vain for other files fails after {@link CacheOptions#stallMax}.
 */
final class DirtyLimit {
    private static final long PAUSE_NANOS_MAX = 200_000_000;

    /** Shorter pauses are saved up, since a thread sleeps no shorter. */
    private static final long PAUSE_NANOS_MIN = 100_000;

    private static final long CHECK_NANOS = 50_000_000;

    private final long framesMax;
    private final long framesBackground;
    private final long stallNanosMax;
    private final Counters counters;
    private final Runnable writebackWanted;

    private final AtomicLong unclean = new AtomicLong();
    private final AtomicLong underWriteback = new AtomicLong();
    private final AtomicLong released = new AtomicLong();
    private final AtomicLong owedNanos = new AtomicLong();
    private volatile double nanosPerFrame; // a moving average, written without a lock: any of several updates will do

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();

    DirtyLimit(CacheOptions options, Counters counters, Runnable writebackWanted) {
        this.framesMax = options.dirtyFramesMax();
        this.framesBackground = options.dirtyFramesBackground();
        this.stallNanosMax = options.stallMax().toNanos();
        this.counters = counters;
        this.writebackWanted = writebackWanted;
    }

    long uncleanFrames() {
        return unclean.get();
    }

    long writebackFrames() {
        return underWriteback.get();
    }

    boolean isOverBackground() {
        return unclean.get() > framesBackground;
    }

    /** Acquires frames if there is room now. */
    boolean tryAcquire(int frames) {
        long now;
        do {
            now = unclean.get();
            if (now + frames > framesMax) {
                return false;
            }
        } while (!unclean.compareAndSet(now, now + frames));
        if (now + frames > framesBackground) {
            writebackWanted.run();
        }
        return true;
    }

    /** Waits for room for one frame and acquires it. */
    void acquire(AddressSpace file) throws IOException {
        if (tryAcquire(1)) {
            return;
        }
        counters.dirtyStalls.increment();
        ReclaimScope.mayWaitFor(FileWriteback.LOCK_CLASS);
        long start = System.nanoTime();
        boolean interrupted = false;
        try {
            long progress = start;
            long seen = released.get();
            while (!tryAcquire(1)) {
                writebackWanted.run();
                interrupted |= awaitRoom();
                Throwable failure = file.writeback().failure();
                if (failure != null) {
                    throw new WritebackException(
                            "no room to write: file %d cannot be written back".formatted(file.id()), failure);
                }
                if (released.get() != seen) {
                    seen = released.get();
                    progress = System.nanoTime();
                }
                requireProgress(System.nanoTime() - progress);
            }
        } finally {
            counters.throttledNanos.add(System.nanoTime() - start);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Frames are clean, or gone, or were acquired in vain. */
    void release(long frames) {
        unclean.addAndGet(-frames);
        released.addAndGet(frames);
        if (waiting.get() > 0) {
            lock.lock();
            try {
                room.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    void writebackBegins(long frames) {
        underWriteback.addAndGet(frames);
    }

    /** @param nanos how long it took; negative if it failed, and says nothing */
    void writebackEnds(long frames, long nanos) {
        underWriteback.addAndGet(-frames);
        if (nanos >= 0) {
            double now = (double) nanos / frames;
            double before = nanosPerFrame;
            nanosPerFrame = before == 0 ? now : before + (now - before) / 8;
        }
    }

    /** Slows down a writer that made that many frames dirty. */
    void slowDown(long frames) {
        long owed = frames == 0 ? 0 : owedNanos.addAndGet(pauseNanos(frames));
        if (owed < PAUSE_NANOS_MIN || !owedNanos.compareAndSet(owed, 0)) {
            return;
        }
        ReclaimScope.mayWaitFor(FileWriteback.LOCK_CLASS);
        long pause = Math.min(owed, PAUSE_NANOS_MAX);
        counters.throttledNanos.add(pause);
        LockSupport.parkNanos(this, pause);
    }

    /** What making that many frames dirty costs now. */
    private long pauseNanos(long frames) {
        double above = unclean.get() - framesBackground;
        if (above <= 0) {
            return 0;
        }
        double room = Math.max(framesMax - framesBackground - above, 1);
        return (long) Math.min(frames * nanosPerFrame * above / room, PAUSE_NANOS_MAX);
    }

    private void requireProgress(long withoutNanos) throws IOException {
        if (withoutNanos > stallNanosMax) {
            throw new IOException("no room to write: nothing could be written back for %d ms, %d frames are dirty"
                    .formatted(withoutNanos / 1_000_000, unclean.get()));
        }
    }

    /** Waits a while; whether the thread was interrupted meanwhile, which is no reason for a write to fail. */
    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private boolean awaitRoom() {
        lock.lock();
        try {
            waiting.incrementAndGet();
            if (unclean.get() >= framesMax) {
                long _ = room.awaitNanos(CHECK_NANOS);
            }
            return false;
        } catch (InterruptedException e) {
            return true;
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
    }
}

package dev.ring3.litmus;

import dev.ring3.linux.Affinity;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.UnsupportedHostException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The platform threads that run a test's threads, each on a processor of its own where the host allows and has as many.
 * Between rounds they wait; into a round they go from a barrier on which they spin, so that they begin within some tens
 * of nanoseconds.
 */
final class Workers implements AutoCloseable {
    private static final int LAG_MAX = 64;

    /** After so many turns a thread lets others have the processor: the one it waits for may need it. */
    private static final int SPINS_MAX = 20_000;

    private final RuntimeEngine engine;
    private final List<Thread> threads = new ArrayList<>();
    private final CyclicBarrier rounds;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final int[] lags;

    /** Written between rounds, by whoever calls {@link #round} and {@link #close}. */
    private boolean closed;

    Workers(RuntimeEngine engine, int count) {
        this.engine = engine;
        this.lags = new int[count];
        this.rounds = new CyclicBarrier(count + 1);
        List<BitSet> places = places(count);
        for (int t = 0; t < count; t++) {
            int thread = t;
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("litmus-P" + t)
                    .start(() -> work(thread, places.isEmpty() ? null : places.get(thread))));
        }
    }

    /** A processor for each thread, or none if there are too few, or they cannot be asked for. */
    private static List<BitSet> places(int count) {
        List<BitSet> places = new ArrayList<>();
        try {
            BitSet allowed = Affinity.ofCallingThread();
            int at = -1;
            for (int t = 0; t < count; t++) {
                at = allowed.nextSetBit(at + 1);
                if (at < 0) {
                    return List.of();
                }
                BitSet place = new BitSet();
                place.set(at);
                places.add(place);
            }
        } catch (LinuxException | UnsupportedHostException notHere) {
            return List.of();
        }
        return places;
    }

    private void work(int thread, @Nullable BitSet place) {
        if (place != null) {
            try {
                Affinity.pinCallingThread(place);
            } catch (LinuxException leftWhereItIs) {
                // the processors may have changed since they were asked for: the test runs all the same
            }
        }
        while (true) {
            await();
            if (closed) {
                return;
            }
            waiting.decrementAndGet();
            for (int spins = 0; waiting.get() > 0; spins++) {
                if (spins < SPINS_MAX) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(1);
                }
            }
            for (int i = 0; i < lags[thread]; i++) {
                Thread.onSpinWait();
            }
            try {
                engine.run(thread);
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
            }
            await();
        }
    }

    /** Has all threads run through the instances once. */
    void round(SplittableRandom random) {
        for (int t = 0; t < lags.length; t++) {
            lags[t] = random.nextInt(LAG_MAX);
        }
        waiting.set(lags.length);
        await();
        await();
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private void await() {
        try {
            rounds.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (BrokenBarrierException e) {
            throw new IllegalStateException("another thread was interrupted", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        await();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}

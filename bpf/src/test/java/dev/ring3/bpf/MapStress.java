package dev.ring3.bpf;

import dev.ring3.bpf.Linearizability.Step;
import dev.ring3.bpf.Linearizability.Timed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Has several threads work on a map at a time, in short rounds, and looks after each whether what they saw can be explained
 * by operations one after the other. A round begins with an empty map, and ends with one thread that reads all and empties
 * it: so what the round left behind counts too.
 *
 * @param <S> states of the sequential model
 */
final class MapStress<S> {
    private static final int OPERATIONS = 5;
    private static final int SPINS_MAX = 2_000;

    /** A map, what threads do to it, and the model of it. */
    interface Subject<S> extends AutoCloseable {
        /** How many threads work on it. */
        default int threads() {
            return 3;
        }

        /** How many parts it has that change apart from each other, each with a state of its own. */
        default int parts() {
            return 1;
        }

        /** The state of an empty one. */
        S empty();

        /** One operation of a thread. */
        void operate(int thread, Random random, Notes<S> notes);

        /** Reads all and empties it, when no thread works on it. */
        void settle(Notes<S> notes);

        @Override
        void close();
    }

    /** What one thread saw in a round: for each part its operations in order, and those that took place in any order. */
    static final class Notes<S> {
        private final List<List<Timed<S>>> ordered = new ArrayList<>();
        private final List<List<List<Timed<S>>>> aside = new ArrayList<>();

        private Notes(int parts) {
            for (int part = 0; part < parts; part++) {
                ordered.add(new ArrayList<>());
                aside.add(new ArrayList<>());
            }
        }

        /** An operation on a map of one part, which ends now. */
        void add(long begin, String text, Step<S> step) {
            add(0, begin, text, step);
        }

        /** An operation on a part, which ends now. */
        void add(int part, long begin, String text, Step<S> step) {
            ordered.get(part).add(new Timed<>(begin, System.nanoTime(), text, step));
        }

        /** What an operation saw at a moment of its own between its begin and now, besides other things. */
        void addAside(long begin, String text, Step<S> step) {
            aside.getFirst().add(List.of(new Timed<>(begin, System.nanoTime(), text, step)));
        }

        private void addTo(int part, List<List<Timed<S>>> threads) {
            threads.add(ordered.get(part));
            threads.addAll(aside.get(part));
        }
    }

    private final Subject<S> subject;
    private final long seed;
    private final int rounds;
    private final long end;
    private final List<Notes<S>> notes = new ArrayList<>(); // by thread; written between the barriers
    private final CyclicBarrier barrier;
    private final AtomicInteger started = new AtomicInteger();
    private volatile @Nullable String found; // written by the first thread, or who failed
    private volatile int done;

    private MapStress(Subject<S> subject, long seed, int rounds, long millisMax) {
        this.subject = subject;
        this.seed = seed;
        this.rounds = rounds;
        this.end = System.nanoTime() + millisMax * 1_000_000;
        this.barrier = new CyclicBarrier(subject.threads());
    }

    /**
     * What comes of a test.
     *
     * @param found what cannot be explained; empty if all can
     * @param rounds how many there were
     */
    record Outcome(String found, int rounds) {}

    /** Tests until something is found, so many rounds are over, or the time is. */
    static <S> Outcome run(Subject<S> subject, long seed, int rounds, long millisMax) {
        return new MapStress<>(subject, seed, rounds, millisMax).run();
    }

    private Outcome run() {
        try (ExecutorService executor = Executors.newFixedThreadPool(subject.threads())) {
            List<Future<?>> threads = new ArrayList<>();
            for (int i = 0; i < subject.threads(); i++) {
                int thread = i;
                notes.add(new Notes<>(subject.parts()));
                threads.add(executor.submit(() -> work(thread)));
            }
            for (Future<?> thread : threads) {
                thread.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        String text = found;
        return new Outcome(text == null ? "" : text, done);
    }

    private void work(int thread) {
        Random random = new Random(seed + thread);
        try {
            for (int round = 0; round < rounds && found == null && System.nanoTime() < end; ) {
                await();
                notes.set(thread, new Notes<>(subject.parts()));
                beginTogether(++round);
                operate(thread, random);
                await();
                if (thread == 0) {
                    judge();
                    done = round;
                }
                await(); // then all see the same
            }
        } catch (InterruptedException | BrokenBarrierException e) {
            return; // another thread is over, because the time is, or failed
        } finally {
            barrier.reset();
        }
    }

    private void await() throws InterruptedException, BrokenBarrierException {
        barrier.await();
    }

    /** The threads wake up one after the other: who is first waits a moment, so that two meet in the map. */
    private void beginTogether(int round) {
        int two = (round - 1) * subject.threads() + 2;
        started.incrementAndGet();
        for (int spin = 0; spin < SPINS_MAX && started.get() < two; spin++) {
            Thread.onSpinWait();
        }
    }

    private void operate(int thread, Random random) {
        try {
            for (int i = 0; i < OPERATIONS; i++) {
                subject.operate(thread, random, notes.get(thread));
            }
        } catch (RuntimeException | AssertionError e) {
            found = "thread %d: %s".formatted(thread, e);
        }
    }

    private void judge() {
        Notes<S> settled = notes.getFirst();
        subject.settle(settled);
        for (int part = 0; part < subject.parts() && found == null; part++) {
            List<List<Timed<S>>> threads = new ArrayList<>();
            for (Notes<S> each : notes) {
                each.addTo(part, threads);
            }
            if (!Linearizability.holds(threads, subject.empty())) {
                found = "part %d:%n%s".formatted(part, Linearizability.text(threads));
            }
        }
    }
}

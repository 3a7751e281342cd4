package dev.ring3.mm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.mm.WorkQueue.Limits;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import dev.ring3.mm.lock.PotentialDeadlock;
import dev.ring3.mm.lock.PotentialDeadlockException;
import dev.ring3.mm.lock.ScopedLock;
import dev.ring3.mm.lock.ValidatedLock;
import dev.ring3.mm.lock.ValidatedReadWriteLock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Locks, frames, a shrinker and queues of one trial of the validator. Nothing in it deadlocks when run by itself. */
final class LockLab implements AutoCloseable {
    private static final long BUDGET_BYTES = 1 << 20;

    final ValidatedLock a = lock("a");
    final ValidatedLock b = lock("b");
    final ValidatedLock c = lock("c");
    final ValidatedReadWriteLock rw = new ValidatedReadWriteLock(LockClass.named("rw"));
    final FrameAllocator frames = FrameAllocator.create(BUDGET_BYTES);
    final WorkQueue queue = WorkQueue.inheriting("lab", new Limits(1, 4));
    final WorkQueue other = WorkQueue.inheriting("other lab", new Limits(1, 4));
    final WorkQueue flusher = WorkQueue.memReclaim("lab flusher", new Limits(1, 4));
    final LockClass event = LockClass.named("event");

    private final LockValidator.Trial trial;
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(flusher, other, queue, frames));

    private LockLab(LockValidator.Trial trial) {
        this.trial = trial;
    }

    /** What the validator reports of a scenario, which is run once. */
    static List<PotentialDeadlock> reportsOf(Scenario scenario) {
        assertThat(LockValidator.ENABLED)
                .as("the validator, by the module's pom")
                .isTrue();
        try (LockLab lab = new LockLab(LockValidator.trial())) {
            try {
                scenario.body().run(lab);
            } catch (PotentialDeadlockException e) {
                // what it is about; it is among the reports too
            } catch (WorkFailedException e) {
                assertThat(e).hasCauseInstanceOf(PotentialDeadlockException.class);
            }
            LockValidator.requireNothingHeld("the end of a scenario");
            return LockValidator.reports();
        }
    }

    static ValidatedLock lock(String name) {
        return new ValidatedLock(LockClass.named(name));
    }

    /** A lock that forbids reclaim into the filesystem. */
    static ScopedLock noFsLock(String name) {
        return new ScopedLock(LockClass.named(name), ReclaimScope.noFs(name));
    }

    /** Takes locks one inside the other, the first outermost, and lets them go. */
    static void inOrder(ValidatedLock... locks) {
        List<ValidatedLock> held = new ArrayList<>();
        try {
            for (ValidatedLock lock : locks) {
                lock.lock();
                held.add(lock);
            }
        } finally {
            held.forEach(ValidatedLock::unlock);
        }
    }

    /** An allocation that may reclaim, though memory is free. */
    void allocate() {
        frames.free(frames.allocate(FolioOrder.PAGE), FolioOrder.PAGE);
    }

    /** Has every scan of a shrinker run some code, and makes one scan now, with nothing held. */
    void shrinkerThat(Runnable scan) {
        shrinkerThat(Needs.NOTHING, scan);
    }

    void shrinkerThat(Needs needs, Runnable scan) {
        opened.add(frames.register(new LabShrinker(needs, scan)));
        frames.reclaim(1);
    }

    /** Runs code in another thread and waits for it, without the validator knowing of the wait. */
    static void inAnotherThread(Runnable body) {
        AtomicReference<@Nullable RuntimeException> thrown = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                body.run();
            } catch (RuntimeException e) {
                thrown.set(e);
            }
        });
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        RuntimeException failure = thrown.get();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() {
        try {
            for (AutoCloseable one : opened.reversed()) {
                one.close();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            trial.close();
        }
    }

    enum Needs {
        NOTHING,
        IO,
        FILESYSTEM
    }

    /** What to run, and under which name a failure shows it. */
    record Scenario(String name, Body body) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    interface Body {
        void run(LockLab lab);
    }

    private record LabShrinker(Needs needs, Runnable body) implements Shrinker {
        @Override
        public String name() {
            return "lab";
        }

        @Override
        public boolean needsFilesystem() {
            return needs == Needs.FILESYSTEM;
        }

        @Override
        public boolean doesIo() {
            return needs != Needs.NOTHING;
        }

        @Override
        public long countFrames(ShrinkControl control) {
            return 1;
        }

        @Override
        public long scan(ShrinkControl control) {
            body.run();
            return 0;
        }
    }
}

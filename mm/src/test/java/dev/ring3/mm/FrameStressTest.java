package dev.ring3.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.mm.lock.LockValidator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads that take and give back folios of all sizes, under a budget that is too small for them. Each writes its mark
 * to every frame that it holds and looks for it before it lets go, so a frame handed out twice is seen; what is out is
 * counted against the budget; at the end everything is back.
 */
@Timeout(600)
class FrameStressTest {
    private static final int THREADS = 4;

    /** Replays with {@code -Dring3.seed=...}; threads still interleave as they like. */
    private static final long SEED = Long.getLong("ring3.seed", System.nanoTime());

    private static final long MILLIS = Boolean.getBoolean("ring3.long") ? 60_000 : 1_500;

    private record Folio(long frame, FolioOrder order, long mark) {}

    private final AtomicLong framesOut = new AtomicLong();
    private final AtomicLong framesOutMax = new AtomicLong();
    private final AtomicLong allocations = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    @AfterEach
    void tearDown() {
        assertThat(LockValidator.reports()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {16, 200, 4_096, 40_000})
    void budget_manyThreads_isNeverExceededAndNoFrameIsOutTwice(long budgetFrames) throws InterruptedException {
        System.out.println("FrameStressTest -Dring3.seed=" + SEED);
        try (FrameAllocator frames = FrameAllocator.create(budgetFrames * FrameAllocator.FRAME_BYTES)) {
            TestShrinker cache = new TestShrinker(frames);
            ReservedFrames reserve = frames.reserve("reserve", FolioOrder.PAGE, 2);
            List<Throwable> thrown = new ArrayList<>();
            try (Registration _ = frames.register((Shrinker) cache)) {
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    Random random = new Random(SEED + i);
                    threads.add(Thread.ofPlatform()
                            .uncaughtExceptionHandler((_, e) -> {
                                synchronized (thrown) {
                                    thrown.add(e);
                                }
                            })
                            .start(() -> stress(frames, cache, reserve, random)));
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                assertThat(thrown).as("seed %d", SEED).isEmpty();
                frames.reclaim(budgetFrames);
            }
            assertThat(cache.heldCount()).isZero();
            assertThat(frames.freeFrames()).as("seed %d", SEED).isEqualTo(budgetFrames - 2);
            assertThat(reserve.freeFrames()).isEqualTo(2);
            assertThat(framesOutMax.get()).isLessThanOrEqualTo(budgetFrames);
            System.out.printf(
                    "budget %d: %d allocations, %d failed as they may, at most %d frames out%n",
                    budgetFrames, allocations.get(), failures.get(), framesOutMax.get());
            assertThat(allocations.get()).isGreaterThan(1_000);
        }
    }

    /** The control: a folio that is let go too early and handed out again is noticed by what is asked of every one. */
    @Test
    void check_folioHandedOutTwice_fails() {
        try (FrameAllocator frames = FrameAllocator.create(16 * FrameAllocator.FRAME_BYTES)) {
            ReservedFrames reserve = frames.reserve("reserve", FolioOrder.PAGE, 1);
            List<Folio> mine = new ArrayList<>();
            Random random = new Random(SEED);
            while (mine.isEmpty()) {
                take(frames, reserve, random, mine);
            }
            Folio early = mine.getFirst();
            frames.free(early.frame(), early.order());
            check(frames, early);
            while (mine.stream().filter(folio -> folio.frame() == early.frame()).count() < 2) {
                take(frames, reserve, random, mine);
            }
            assertThatThrownBy(() -> check(frames, early)).hasMessageContaining("was handed out twice");
        }
    }

    private void stress(FrameAllocator frames, TestShrinker cache, ReservedFrames reserve, Random random) {
        List<Folio> mine = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
        long share = frames.frameCount() / THREADS;
        while (System.nanoTime() < end) {
            if (mine.size() < share && random.nextInt(100) < 55) {
                take(frames, reserve, random, mine);
            } else if (!mine.isEmpty()) {
                Folio folio = mine.remove(random.nextInt(mine.size()));
                check(frames, folio);
                if (folio.order() == FolioOrder.PAGE && random.nextInt(4) == 0 && cache.heldCount() < share) {
                    framesOut.addAndGet(-1); // the cache's now: out, but not ours to count
                    cache.hold(folio.frame());
                } else {
                    framesOut.addAndGet(-folio.order().frames());
                    frames.free(folio.frame(), folio.order());
                }
            }
        }
        for (Folio folio : mine) {
            check(frames, folio);
            framesOut.addAndGet(-folio.order().frames());
            frames.free(folio.frame(), folio.order());
        }
    }

    private void take(FrameAllocator frames, ReservedFrames reserve, Random random, List<Folio> mine) {
        FolioOrder order =
                random.nextInt(50) > 0 ? FolioOrder.PAGE : random.nextInt(10) > 0 ? FolioOrder.LARGE : FolioOrder.HUGE;
        long frame = FrameAllocator.NO_FRAME;
        int way = random.nextInt(100);
        if (way < 60 || order != FolioOrder.PAGE) {
            frame = frames.tryAllocate(order);
        } else if (way < 62) {
            long element = reserve.allocate(); // given back before the next one is asked for, as the contract says
            frames.free(element, FolioOrder.PAGE);
        } else {
            try {
                frame = way < 90
                        ? frames.allocate(order)
                        : ReclaimScope.noFs("stress").call(() -> frames.allocate(order));
            } catch (OutOfFramesException e) {
                failures.incrementAndGet();
            }
        }
        if (frame == FrameAllocator.NO_FRAME) {
            return;
        }
        allocations.incrementAndGet();
        framesOutMax.accumulateAndGet(framesOut.addAndGet(order.frames()), Math::max);
        Folio folio = new Folio(frame, order, random.nextLong());
        for (int i = 0; i < order.frames(); i++) {
            frames.memory().set(ValueLayout.JAVA_LONG, (frame + i) * FrameAllocator.FRAME_BYTES, folio.mark() + i);
        }
        mine.add(folio);
    }

    private static void check(FrameAllocator frames, Folio folio) {
        for (int i = 0; i < folio.order().frames(); i++) {
            long found = frames.memory().get(ValueLayout.JAVA_LONG, (folio.frame() + i) * FrameAllocator.FRAME_BYTES);
            if (found != folio.mark() + i) {
                throw new AssertionError("frame %d was handed out twice, seed %d".formatted(folio.frame() + i, SEED));
            }
        }
    }
}

package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.memory.ProcessFence;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** That nothing is freed which a run can still reach, and that it is freed when none can. */
class GracePeriodTest {
    private static final int CELLS = 64;
    private static final int STRIDE = 32; // ints, so that no two cells share a cache line
    private static final long NANOS = TimeUnit.SECONDS.toNanos(Boolean.getBoolean("ring3.long") ? 120 : 2);
    private static final long CONTROL_NANOS_MAX = TimeUnit.MINUTES.toNanos(5);

    private final GracePeriod period = new GracePeriod();

    @Test
    void retire_withoutRuns_freesAtOnce() {
        AtomicInteger freed = new AtomicInteger();
        period.newReader();
        period.retire(freed::incrementAndGet);
        assertThat(freed).hasValue(1);
    }

    @Test
    void retire_inARun_freesWhenItEnds() {
        GracePeriod.Reader before = period.newReader();
        GracePeriod.Reader after = period.newReader();
        AtomicInteger freed = new AtomicInteger();
        assertThat(before.enter(period)).isTrue();
        period.retire(freed::incrementAndGet);
        assertThat(after.enter(period)).isTrue();
        assertThat(freed).hasValue(0);
        before.leave(period);
        assertThat(freed).as("the run that began later does not matter").hasValue(1);
        after.leave(period);
    }

    @Test
    void enter_whileEntered_isRefused() {
        GracePeriod.Reader reader = period.newReader();
        assertThat(reader.enter(period)).isTrue();
        assertThat(reader.enter(period)).isFalse();
        reader.leave(period);
        assertThat(reader.enter(period)).isTrue();
    }

    @Test
    void hasPassed_ofTwoEpochs_isAsTheRunsBegan() {
        GracePeriod.Reader reader = period.newReader();
        long first = period.advance();
        assertThat(reader.enter(period)).isTrue();
        long second = period.advance();
        assertThat(period.hasPassed(first)).isTrue();
        assertThat(period.hasPassed(second)).isFalse();
        reader.leave(period);
        assertThat(period.hasPassed(second)).isTrue();
        assertThat(period.hasPassed(first)).isTrue();
    }

    @Test
    void runs_whileCellsAreFreed_neverSeeAFreedOne() throws Exception {
        assertThat(freedCellsSeen(ProcessFence::heavy, NANOS)).isZero();
    }

    /** The negative control: without the fence of who retires, the same harness sees what must not be, mostly in seconds. */
    @Test
    void runs_withoutTheHeavyFence_seeFreedCells() throws Exception {
        assertThat(freedCellsSeen(() -> {}, CONTROL_NANOS_MAX)).isPositive();
    }

    /** One thread looks a cell up, over and over; another replaces and frees it. How often a freed one was seen. */
    private static int freedCellsSeen(Runnable heavyFence, long nanosMax) throws InterruptedException {
        GracePeriod period = new GracePeriod(heavyFence);
        GracePeriod.Reader reader = period.newReader();
        AtomicIntegerArray live = new AtomicIntegerArray(CELLS * STRIDE);
        AtomicInteger current = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        live.set(0, 1);
        Thread runs = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                reader.enter(period);
                int cell = current.getOpaque();
                for (int i = 0; i < 20; i++) {
                    if (live.getOpaque(cell) == 0) {
                        seen.incrementAndGet();
                        break;
                    }
                }
                reader.leave(period);
            }
        });
        long begin = System.nanoTime();
        for (int next = STRIDE; System.nanoTime() - begin < nanosMax && seen.get() == 0; ) {
            live.setOpaque(next, 1);
            int old = current.get();
            current.setOpaque(next);
            long epoch = period.advance();
            while (!period.hasPassed(epoch)) {
                Thread.onSpinWait();
            }
            live.setOpaque(old, 0);
            next = (next + STRIDE) % (CELLS * STRIDE);
        }
        done.set(true);
        runs.join();
        return seen.get();
    }
}

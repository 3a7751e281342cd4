package dev.ring3.bench.io;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread of a job.
 *
 * <p>Offsets are made in chunks, outside of what is measured. Cheap operations share a reading of the clock, which would cost as
 * much as they do ({@value #BATCH} of them; the histogram then has their mean); all others have one of their own.
 */
final class JobThread {
    static final int BATCH = 64;

    private static final int CHUNK = 1 << 14;
    private static final int CHUNK_SINGLE = 1 << 8;
    private static final long CHEAP_NANOS = 2_000;
    private static final int RAMPS_MAX = 5;
    private static final int PAGE = 4096;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long SPIN_NANOS = 100_000;

    private final IoJob job;
    private final Target target;
    private final Lane lane;
    private final Offsets offsets;
    private IoRun run = new IoRun();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long[] chunk = new long[CHUNK];
    private long operationsLeft;
    private long deadline;
    private long sinceSync;
    private long due;

    JobThread(IoJob job, Target target, int number) {
        this.job = job;
        this.target = target;
        this.lane = target.lane(job);
        this.offsets = new Offsets(job, number);
    }

    /** Runs, and is of no use afterwards. */
    IoRun measure() {
        try (lane) {
            long batch = trial();
            run.batch = batch;
            operationsLeft = job.timeBased() ? Long.MAX_VALUE : job.blocks();
            HostCalls.Usage before = HostCalls.Usage.ofThread();
            deadline = job.runtimeMillis() == 0
                    ? Long.MAX_VALUE
                    : System.nanoTime() + job.runtimeMillis() * NANOS_PER_MILLI;
            due = System.nanoTime();
            if (job.depth() > 1 && lane instanceof Uring ring) {
                new DeepQueue(job, ring, offsets, run, operationsLeft, deadline).measure();
            } else {
                while (operationsLeft > 0 && System.nanoTime() < deadline) {
                    chunk(batch);
                }
            }
            if (job.endFsync()) {
                timed(() -> sync(false));
            }
            run.usage = HostCalls.Usage.ofThread().minus(before);
            return run;
        }
    }

    /**
     * Runs for the ramp time, by the thread's own clock, so that a busy machine has compiled as much at the end; says how many
     * operations are to share a reading of the clock.
     */
    private long trial() {
        boolean single = job.fsyncEvery() > 0 || job.fdatasyncEvery() > 0 || job.rateIops() > 0 || job.depth() > 1;
        boolean waits = job.direct() || (job.invalidate() && job.blockBytes() >= PAGE);
        long batch = single || waits ? 1 : BATCH;
        if (job.rampMillis() == 0 || single) {
            return batch;
        }
        long nanos = job.rampMillis() * NANOS_PER_MILLI;
        long cpuEnd = threads.getCurrentThreadCpuTime() + nanos;
        deadline = System.nanoTime() + RAMPS_MAX * nanos;
        operationsLeft = Long.MAX_VALUE;
        while (threads.getCurrentThreadCpuTime() < cpuEnd && System.nanoTime() < deadline) {
            chunk(batch);
        }
        long least = Math.min(leastNanos(run.reads), leastNanos(run.writes));
        run = new IoRun();
        return least < CHEAP_NANOS ? batch : 1;
    }

    private static long leastNanos(IoRun.Side side) {
        return side.operations == 0 ? Long.MAX_VALUE : side.latency.least();
    }

    private void operate(long offset) {
        if (Offsets.isWrite(offset)) {
            lane.write(~offset);
        } else {
            lane.read(offset);
        }
    }

    private void timed(Runnable part) {
        long cpu = threads.getCurrentThreadCpuTime();
        long begin = System.nanoTime();
        part.run();
        long nanos = System.nanoTime() - begin;
        run.wallNanos += nanos;
        run.busyNanos += nanos;
        run.cpuNanos += threads.getCurrentThreadCpuTime() - cpu;
    }

    private void chunk(long batch) {
        int count = (int) Math.min(batch == 1 ? CHUNK_SINGLE : CHUNK, operationsLeft);
        offsets.fill(chunk, count);
        boolean mixed = job.pattern().reads() && job.pattern().writes();
        int[] done = new int[1];
        timed(() ->
                done[0] = batch == 1 || mixed ? singly(count) : job.pattern().reads() ? reads(count) : writes(count));
        operationsLeft -= done[0];
        if (done[0] > 0) {
            verify(chunk[done[0] - 1]);
        }
    }

    private int reads(int count) {
        long before = System.nanoTime();
        int i = 0;
        while (i < count && before < deadline) {
            int end = Math.min(count, i + BATCH);
            int begin = i;
            for (; i < end; i++) {
                lane.read(chunk[i]);
            }
            long now = System.nanoTime();
            run.reads.latency.record((now - before) / (end - begin), end - begin);
            before = now;
        }
        run.reads.operations += i;
        return i;
    }

    private int writes(int count) {
        long before = System.nanoTime();
        int i = 0;
        while (i < count && before < deadline) {
            int end = Math.min(count, i + BATCH);
            int begin = i;
            for (; i < end; i++) {
                lane.write(~chunk[i]);
            }
            long now = System.nanoTime();
            run.writes.latency.record((now - before) / (end - begin), end - begin);
            before = now;
        }
        run.writes.operations += i;
        return i;
    }

    private int singly(int count) {
        long now = System.nanoTime();
        int i = 0;
        while (i < count && now < deadline) {
            if (job.rateIops() > 0) {
                now = awaitDue();
            }
            long before = now;
            long offset = chunk[i++];
            operate(offset);
            now = System.nanoTime();
            IoRun.Side side = Offsets.isWrite(offset) ? run.writes : run.reads;
            side.operations++;
            side.latency.record(now - before, 1);
            if (job.rateIops() > 0) {
                run.due.record(now - due, 1);
                due += NANOS_PER_SECOND / job.rateIops();
            }
            if (Offsets.isWrite(offset)) {
                now = syncIfDue(now);
            }
        }
        return i;
    }

    private long syncIfDue(long now) {
        sinceSync++;
        boolean whole = job.fsyncEvery() > 0 && sinceSync % job.fsyncEvery() == 0;
        boolean data = job.fdatasyncEvery() > 0 && sinceSync % job.fdatasyncEvery() == 0;
        if (!whole && !data) {
            return now;
        }
        sync(!whole);
        long after = System.nanoTime();
        run.syncs.latency.record(after - now, 1);
        return after;
    }

    private void sync(boolean dataOnly) {
        lane.sync(dataOnly);
        run.syncs.operations++;
    }

    /** Sleeps, and at last spins, until the next operation is due; says when that is over. */
    private long awaitDue() {
        long now = System.nanoTime();
        while (now < due) {
            if (due - now > 2 * SPIN_NANOS) {
                LockSupport.parkNanos(due - now - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
            now = System.nanoTime();
        }
        return now;
    }

    private void verify(long offset) {
        if (!Offsets.isWrite(offset)
                && target.isPristine()
                && job.depth() == 1
                && !Content.isAt(lane.buffer(), offset)) {
            throw new Target.IoFailure("what was read at %d is not what was laid out there".formatted(offset));
        }
    }
}

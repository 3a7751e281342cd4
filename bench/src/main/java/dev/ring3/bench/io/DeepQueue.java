package dev.ring3.bench.io;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** One thread that keeps several operations under way at a time, by io_uring. */
final class DeepQueue {
    private final IoJob job;
    private final Uring ring;
    private final Offsets offsets;
    private final IoRun run;
    private final long deadline;
    private final long[] begun;
    private final long[] where;
    private final long[] next = new long[1];
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long left;

    DeepQueue(IoJob job, Uring ring, Offsets offsets, IoRun run, long operations, long deadline) {
        this.job = job;
        this.ring = ring;
        this.offsets = offsets;
        this.run = run;
        this.left = operations;
        this.deadline = deadline;
        this.begun = new long[job.depth()];
        this.where = new long[job.depth()];
    }

    void measure() {
        long cpu = threads.getCurrentThreadCpuTime();
        long begin = System.nanoTime();
        int under = 0;
        for (int slot = 0; slot < job.depth() && left > 0; slot++) {
            start(slot);
            under++;
        }
        while (under > 0) {
            ring.enter(1);
            long now = System.nanoTime();
            for (int slot = ring.reap(ring.blockBytes()); slot >= 0; slot = ring.reap(ring.blockBytes())) {
                IoRun.Side side = Offsets.isWrite(where[slot]) ? run.writes : run.reads;
                side.operations++;
                side.latency.record(now - begun[slot], 1);
                under--;
                if (left > 0 && now < deadline) {
                    start(slot);
                    under++;
                }
            }
        }
        run.wallNanos += System.nanoTime() - begin;
        run.busyNanos += System.nanoTime() - begin;
        run.cpuNanos += threads.getCurrentThreadCpuTime() - cpu;
    }

    private void start(int slot) {
        offsets.fill(next, 1);
        where[slot] = next[0];
        begun[slot] = System.nanoTime();
        boolean isWrite = Offsets.isWrite(next[0]);
        ring.queue(slot, isWrite ? ~next[0] : next[0], isWrite);
        left--;
    }
}

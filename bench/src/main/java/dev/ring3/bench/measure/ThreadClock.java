package dev.ring3.bench.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the calling thread took so far: of the clock, of a processor, and of waiting for one while others had it, which is what
 * starves a measurement ({@code Documentation/scheduler/sched-stats.rst}). Waiting for a device or a lock is neither.
 *
 * @param wallNanos of the clock
 * @param cpuNanos on a processor
 * @param queuedNanos ready to run, without a processor
 */
public record ThreadClock(long wallNanos, long cpuNanos, long queuedNanos) {
    /** Samples of which a greater part was spent waiting for a processor are thrown away. */
    public static final double QUEUED_MAX = 0.1;

    private static final Path STATISTICS = Path.of("/proc/thread-self/schedstat");

    /** Now. */
    public static ThreadClock now() {
        return new ThreadClock(
                System.nanoTime(), ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime(), queued());
    }

    private static long queued() {
        try {
            return Long.parseLong(Files.readString(STATISTICS).split(" ", -1)[1]);
        } catch (IOException notLinux) {
            return 0;
        }
    }

    /** What passed until now. */
    public ThreadClock elapsed() {
        ThreadClock now = now();
        return new ThreadClock(now.wallNanos - wallNanos, now.cpuNanos - cpuNanos, now.queuedNanos - queuedNanos);
    }

    /** The part of the time in which it did not wait for a processor. */
    public double share() {
        return wallNanos <= 0 ? 1 : Math.max(0, 1 - (double) queuedNanos / wallNanos);
    }
}

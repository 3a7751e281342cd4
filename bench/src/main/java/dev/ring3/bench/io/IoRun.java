package dev.ring3.bench.io;

import dev.ring3.bench.measure.LatencyHistogram;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one run of a job counted, over all its threads. For the thread that adds it up.
 *
 * <p>Times are those of the operations alone: choosing where they go is not in them.
 */
final class IoRun {
    /** What reads or writes counted. */
    static final class Side {
        long operations;
        final LatencyHistogram latency = new LatencyHistogram();

        void add(Side other) {
            operations += other.operations;
            latency.add(other.latency);
        }
    }

    final Side reads = new Side();
    final Side writes = new Side();
    final Side syncs = new Side();

    /** The longest of the threads, in which its operations were under way. */
    long wallNanos;

    /** All threads' together. */
    long busyNanos;

    /** Processor time of all threads in their operations. */
    long cpuNanos;

    /** Operations that one reading of the clock is for. */
    long batch = 1;

    /** From the moment an operation was due, with fixed times; else empty. */
    final LatencyHistogram due = new LatencyHistogram();

    HostCalls.Usage usage = new HostCalls.Usage(0, 0, 0, 0, 0, 0);
    HostCalls.Usage process = new HostCalls.Usage(0, 0, 0, 0, 0, 0);
    double residentBefore;
    double residentAfter;
    final Map<String, Long> counters = new LinkedHashMap<>();
    final Map<String, String> facts = new LinkedHashMap<>();

    void add(IoRun thread) {
        reads.add(thread.reads);
        writes.add(thread.writes);
        syncs.add(thread.syncs);
        due.add(thread.due);
        wallNanos = Math.max(wallNanos, thread.wallNanos);
        busyNanos += thread.busyNanos;
        cpuNanos += thread.cpuNanos;
        batch = Math.max(batch, thread.batch);
        usage = usage.plus(thread.usage);
    }

    long operations() {
        return reads.operations + writes.operations;
    }

    /** The part of the time in which the threads had processors; those that wait for devices need none. */
    double share() {
        return busyNanos == 0 ? 1 : Math.min(1, (double) cpuNanos / busyNanos);
    }

    /** Of one operation, of one thread. */
    double wallNanosEach() {
        return (double) wallNanos / Math.max(1, operations());
    }

    double cpuNanosEach() {
        return (double) cpuNanos / Math.max(1, operations());
    }

    /** With what other threads of the process did meanwhile: a server, the collector. */
    double processNanosEach() {
        return (double) (process.userNanos() + process.systemNanos()) / Math.max(1, operations());
    }

    double operationsPerSecond() {
        return operations() * 1e9 / Math.max(1, wallNanos);
    }
}

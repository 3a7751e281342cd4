package dev.ring3.bench.measure;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Something whose time is taken, made ready to run. */
public interface Subject extends AutoCloseable {
    /** Runs so many times, one after the other; gives the last result. */
    long run(long times);

    /**
     * Runs so many times and tells how long that took, in nanoseconds: those in which this thread had a processor, so that
     * what else the machine does is not in it.
     */
    default double nanos(long times) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime();
        run(times);
        return threads.getCurrentThreadCpuTime() - begin;
    }

    @Override
    default void close() {}
}

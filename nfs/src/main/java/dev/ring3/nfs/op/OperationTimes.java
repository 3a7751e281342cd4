package dev.ring3.nfs.op;

import dev.ring3.nfs.proto.Opcode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long operations of each kind took lately, to tell which are better done while another thread reads calls: one that
 * finds everything in memory is over before another thread would run, one that reads a disk is not.
 */
final class OperationTimes {
    private static final long LONG_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    /** Longer times count as this one: a thread that did not get to run for a while proves little. */
    private static final long COUNTED_NANOS_MAX = 5 * LONG_NANOS;

    /** The mean moves by a part of 2^4 of the difference. */
    private static final int SHIFT = 4;

    /** Means in nanoseconds, by ordinal; of two threads that change one, either may win. */
    private final AtomicLongArray means = new AtomicLongArray(Opcode.values().length);

    boolean isLong(Opcode opcode) {
        return means.getOpaque(opcode.ordinal()) > LONG_NANOS;
    }

    void took(Opcode opcode, long nanos) {
        long mean = means.getOpaque(opcode.ordinal());
        long next = mean + ((Math.min(nanos, COUNTED_NANOS_MAX) - mean) >> SHIFT);
        means.setOpaque(opcode.ordinal(), next);
    }
}

package dev.ring3.server.metrics;

import dev.ring3.fs.vfs.ObservedOperation;
import dev.ring3.fs.vfs.OperationObserver;
import dev.ring3.linux.Errno;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts operations. Threads add to stripes of their own, as far as there are enough; see the package comment. */
public final class OperationCounters implements OperationObserver {
    private static final int STRIPES_MAX = 64;

    private final AtomicLongArray[] stripes;

    // By the errno's ordinal.
    private final LongAdder[] failures = new LongAdder[Errno.values().length];

    /** Counters that stand at zero. */
    public OperationCounters() {
        int processors = Math.min(STRIPES_MAX, Runtime.getRuntime().availableProcessors());
        stripes = new AtomicLongArray[Integer.highestOneBit(2 * processors - 1)];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new AtomicLongArray(OperationTotals.LENGTH);
        }
        Arrays.setAll(failures, _ -> new LongAdder());
    }

    @Override
    public void ended(ObservedOperation operation, long nanos, long bytes, @Nullable Errno failure) {
        AtomicLongArray stripe = stripes[(int) Thread.currentThread().threadId() & (stripes.length - 1)];
        stripe.getAndIncrement(OperationTotals.indexOfCount(operation));
        if (nanos >= 0) {
            int weight = operation.weight();
            stripe.getAndAdd(OperationTotals.indexOfClass(operation, LatencyScale.classOf(nanos)), weight);
            stripe.getAndAdd(OperationTotals.indexOfNanos(operation), nanos * weight);
        }
        if (bytes != 0) {
            stripe.getAndAdd(OperationTotals.indexOfBytes(operation), bytes);
        }
        if (failure != null) {
            stripe.getAndIncrement(OperationTotals.indexOfFailures(operation));
            failures[failure.ordinal()].increment();
        }
    }

    /** What they have come to. What runs meanwhile is in it or not, each value for itself. */
    public OperationTotals totals() {
        long[] sum = new long[OperationTotals.LENGTH];
        for (AtomicLongArray stripe : stripes) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += stripe.get(i);
            }
        }
        return new OperationTotals(sum);
    }

    /** How many failed with each error number; those with none are left out. */
    public Map<Errno, Long> failures() {
        Map<Errno, Long> counts = new EnumMap<>(Errno.class);
        for (Errno errno : Errno.values()) {
            long count = failures[errno.ordinal()].sum();
            if (count > 0) {
                counts.put(errno, count);
            }
        }
        return counts;
    }
}

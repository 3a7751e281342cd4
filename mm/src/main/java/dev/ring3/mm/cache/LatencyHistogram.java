package dev.ring3.mm.cache;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts durations in buckets of an eighth or less of their value, without a lock. */
final class LatencyHistogram {
    private final AtomicLongArray counts = new AtomicLongArray(LatencySnapshot.BUCKETS);

    void record(long nanos) {
        counts.incrementAndGet(LatencySnapshot.bucketOf(Math.max(nanos, 0)));
    }

    LatencySnapshot snapshot() {
        long[] copy = new long[LatencySnapshot.BUCKETS];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = counts.get(i);
        }
        return LatencySnapshot.of(copy);
    }
}

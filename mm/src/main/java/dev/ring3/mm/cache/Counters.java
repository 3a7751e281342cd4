package dev.ring3.mm.cache;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a cache counts. Hits are counted apart, see {@link #hits}. */
final class Counters {
    /** Cells of the count of hits, each on a cache line of its own. */
    private static final int HIT_CELLS = 64;

    private static final int HIT_CELL_LONGS = 16;

    /**
     * Pages read from memory without a lock. A thread has a cell, which it may share with another one; additions are not
     * atomic, so that now and then a hit is not counted, and a hit costs no shared write. See {@link #hitCell}.
     */
    final long[] hits = new long[HIT_CELLS * HIT_CELL_LONGS];

    final LongAdder lockedReads = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder fillFailures = new LongAdder();
    final LongAdder readaheadPages = new LongAdder();
    final LongAdder parked = new LongAdder();
    final LongAdder throttledNanos = new LongAdder();
    final LongAdder dirtyStalls = new LongAdder();
    final LongAdder writtenBackPages = new LongAdder();
    final LongAdder writebackBatches = new LongAdder();
    final LongAdder writebackFailures = new LongAdder();
    final LongAdder discardedDirtyPages = new LongAdder();
    final LongAdder evictionsRefused = new LongAdder();
    final LongAdder policyShortfalls = new LongAdder();
    final LongAdder leaves = new LongAdder();
    final Map<RemovalReason, LongAdder> removals = new EnumMap<>(RemovalReason.class);
    final LatencyHistogram fillLatency = new LatencyHistogram();
    final LatencyHistogram writebackLatency = new LatencyHistogram();

    Counters() {
        for (RemovalReason reason : RemovalReason.values()) {
            removals.put(reason, new LongAdder());
        }
    }

    /** Where the calling thread counts its hits. */
    static int hitCell() {
        return ((int) Thread.currentThread().threadId() & (HIT_CELLS - 1)) * HIT_CELL_LONGS;
    }

    long hitCount() {
        long sum = 0;
        for (int i = 0; i < hits.length; i += HIT_CELL_LONGS) {
            sum += hits[i];
        }
        return sum;
    }

    void removed(RemovalReason reason) {
        LongAdder count = removals.get(reason);
        if (count != null) {
            count.increment();
        }
    }

    Map<RemovalReason, Long> removalCounts() {
        Map<RemovalReason, Long> counts = new EnumMap<>(RemovalReason.class);
        removals.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }
}

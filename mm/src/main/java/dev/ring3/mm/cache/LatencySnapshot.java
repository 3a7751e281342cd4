package dev.ring3.mm.cache;

import java.util.List;
import java.util.stream.LongStream;

/**
 * How long something took, counted since the cache was opened. Bucket by bucket: those below 8 ns each have their own,
 * beyond that each doubling is divided into eight.
 *
 * @param counts how many durations fell into each bucket, see {@link #upperNanos}
 */
public record LatencySnapshot(List<Long> counts) {
    private static final int SUB_BITS = 3;
    static final int BUCKETS = (64 - SUB_BITS) << SUB_BITS;

    public LatencySnapshot {
        counts = List.copyOf(counts);
    }

    static LatencySnapshot of(long[] counts) {
        return new LatencySnapshot(LongStream.of(counts).boxed().toList());
    }

    static int bucketOf(long nanos) {
        int high = 63 - Long.numberOfLeadingZeros(nanos | 1);
        if (high < SUB_BITS) {
            return (int) nanos;
        }
        int shift = high - SUB_BITS;
        return ((shift + 1) << SUB_BITS) + (int) (nanos >>> shift) - (1 << SUB_BITS);
    }

    /** The longest duration that falls into a bucket, in nanoseconds. */
    public static long upperNanos(int bucket) {
        int octave = bucket >> SUB_BITS;
        if (octave == 0) {
            return bucket;
        }
        long first = (long) ((bucket & ((1 << SUB_BITS) - 1)) + (1 << SUB_BITS)) << (octave - 1);
        return first + (1L << (octave - 1)) - 1;
    }

    /** How many durations there are. */
    public long total() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /**
     * The duration that a share of all did not exceed, rounded up to the end of its bucket; 0 if there is none.
     *
     * @param percent 50 for the median
     */
    public long percentileNanos(double percent) {
        long wanted = (long) Math.ceil(total() * percent / 100);
        long seen = 0;
        for (int i = 0; i < counts.size(); i++) {
            seen += counts.get(i);
            if (seen >= wanted && seen > 0) {
                return upperNanos(i);
            }
        }
        return 0;
    }
}

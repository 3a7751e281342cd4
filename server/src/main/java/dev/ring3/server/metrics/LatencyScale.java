package dev.ring3.server.metrics;

/**
 * The classes that times are counted in: two for each power of two, from 256 ns to 8.6 s, so that a quantile is off by a
 * quarter at most; and one for what is beyond either end.
 */
public final class LatencyScale {
    private static final int FIRST_POWER = 8;
    private static final int LAST_POWER = 33;

    /** How many classes there are. */
    public static final int CLASSES = 2 + 2 * (LAST_POWER - FIRST_POWER);

    private LatencyScale() {}

    /** The class of a time. */
    public static int classOf(long nanos) {
        if (nanos < 1L << FIRST_POWER) {
            return 0;
        }
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        if (power >= LAST_POWER) {
            return CLASSES - 1;
        }
        int upperHalf = (int) (nanos >>> (power - 1)) & 1;
        return 1 + 2 * (power - FIRST_POWER) + upperHalf;
    }

    /** The time at which a class ends, exclusive; {@link Long#MAX_VALUE} for the last. */
    public static long endNanos(int index) {
        if (index == CLASSES - 1) {
            return Long.MAX_VALUE;
        }
        long power = 1L << (FIRST_POWER + index / 2);
        return index % 2 == 0 ? power : power + power / 2;
    }

    /**
     * The time below which a share of all lies: the end of the class where that is reached.
     *
     * @param share between 0 and 1
     * @return 0 if nothing was counted
     */
    public static long quantileNanos(long[] counts, double share) {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        long wanted = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return endNanos(Math.min(i, CLASSES - 2));
            }
        }
        return 0;
    }
}

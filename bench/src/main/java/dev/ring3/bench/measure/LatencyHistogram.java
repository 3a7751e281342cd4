package dev.ring3.bench.measure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Counts times in buckets that are at most 1/64 of the time wide, as fio does: exact below 128 ns, and without a limit above
 * that a {@code long} does not have. For one thread; others are {@link #add}ed at the end.
 */
public final class LatencyHistogram {
    /** Those that fio gives. */
    public static final List<Double> PERCENTILES = List.of(
            1.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.95, 99.99);

    private static final double HUNDRED = 100;
    private static final int BITS = 6;
    private static final int WIDTH = 1 << BITS;
    private static final int BUCKETS = (Long.SIZE - BITS) * WIDTH;

    private final long[] counts = new long[BUCKETS];
    private long count;
    private double sum;
    private double squares;
    private long least = Long.MAX_VALUE;
    private long most;

    /** One that has counted nothing. */
    public LatencyHistogram() {
        // Nothing is counted yet.
    }

    /** As fio writes a percentile: {@code 99.950000}. */
    public static String name(double percentile) {
        return String.format(Locale.ROOT, "%.6f", percentile);
    }

    /**
     * So many operations that took so long each.
     *
     * @param nanos negative ones count as 0
     */
    public void record(long nanos, long operations) {
        long time = Math.max(0, nanos);
        counts[bucket(time)] += operations;
        count += operations;
        sum += (double) time * operations;
        squares += (double) time * time * operations;
        least = Math.min(least, time);
        most = Math.max(most, time);
    }

    /** Adds what another has counted. */
    public void add(LatencyHistogram other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += other.counts[i];
        }
        count += other.count;
        sum += other.sum;
        squares += other.squares;
        least = Math.min(least, other.least);
        most = Math.max(most, other.most);
    }

    /** Forgets everything. */
    public void clear() {
        Arrays.fill(counts, 0);
        count = 0;
        sum = 0;
        squares = 0;
        least = Long.MAX_VALUE;
        most = 0;
    }

    public long count() {
        return count;
    }

    public long least() {
        return count == 0 ? 0 : least;
    }

    public long most() {
        return most;
    }

    public double mean() {
        return count == 0 ? 0 : sum / count;
    }

    public double deviation() {
        return count < 2 ? 0 : Math.sqrt(Math.max(0, squares / count - mean() * mean()));
    }

    /** The time that so many of a hundred operations did not exceed; 0 if there was none. */
    public long percentile(double percent) {
        long wanted = Math.max(1, (long) Math.ceil(count * percent / HUNDRED));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.clamp(middle(i), least(), most);
            }
        }
        return most;
    }

    /** How many took from one time to below another. */
    public long between(long fromNanos, long belowNanos) {
        long within = 0;
        for (int i = 0; i < BUCKETS; i++) {
            if (counts[i] > 0 && middle(i) >= fromNanos && middle(i) < belowNanos) {
                within += counts[i];
            }
        }
        return within;
    }

    /** The percentiles, for a report. */
    public Figure.Latency latency(long batch) {
        return new Figure.Latency(PERCENTILES.stream().map(this::percentile).toList(), batch);
    }

    /** All of it in one word, which {@link #parse} understands. */
    public String text() {
        StringBuilder text =
                new StringBuilder("%d:%d:%s:%s".formatted(least, most, Double.toString(sum), Double.toString(squares)));
        for (int i = 0; i < BUCKETS; i++) {
            if (counts[i] > 0) {
                text.append(',').append(i).append(':').append(counts[i]);
            }
        }
        return text.toString();
    }

    /** That of a {@link #text}. */
    public static LatencyHistogram parse(String text) {
        LatencyHistogram histogram = new LatencyHistogram();
        String[] words = text.split(",", -1);
        String[] totals = words[0].split(":", -1);
        histogram.least = Long.parseLong(totals[0]);
        histogram.most = Long.parseLong(totals[1]);
        histogram.sum = Double.parseDouble(totals[2]);
        histogram.squares = Double.parseDouble(totals[3]);
        for (int i = 1; i < words.length; i++) {
            int colon = words[i].indexOf(':');
            long operations = Long.parseLong(words[i].substring(colon + 1));
            histogram.counts[Integer.parseInt(words[i].substring(0, colon))] = operations;
            histogram.count += operations;
        }
        return histogram;
    }

    private static int bucket(long time) {
        if (time < 2 * WIDTH) {
            return (int) time;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(time) - BITS;
        return shift * WIDTH + (int) (time >>> shift);
    }

    private static long middle(int bucket) {
        if (bucket < 2 * WIDTH) {
            return bucket;
        }
        int shift = bucket / WIDTH - 1;
        long low = (long) (bucket - shift * WIDTH) << shift;
        return low + (1L << shift) / 2;
    }
}

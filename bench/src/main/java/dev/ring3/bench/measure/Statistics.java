package dev.ring3.bench.measure;

import java.util.Arrays;
import java.util.Collection;

/** Means and medians. */
public final class Statistics {
    private Statistics() {}

    /** The median, of an even number the mean of the two in the middle. */
    public static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The mean of those in the middle half: a quarter, rounded down, is left out on each side. */
    public static double middleMean(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int out = sorted.length / 4;
        return Arrays.stream(sorted, out, sorted.length - out).average().orElseThrow();
    }

    /** The geometric mean of at least one positive number: what ratios are averaged by, whichever way round they are. */
    public static double geometricMean(Collection<Double> ratios) {
        if (ratios.isEmpty()) {
            throw new IllegalArgumentException("the mean of no ratio");
        }
        double logarithms = 0;
        for (double ratio : ratios) {
            if (!(ratio > 0)) {
                throw new IllegalArgumentException("a ratio of " + ratio);
            }
            logarithms += Math.log(ratio);
        }
        return Math.exp(logarithms / ratios.size());
    }
}

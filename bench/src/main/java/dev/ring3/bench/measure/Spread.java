package dev.ring3.bench.measure;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.DoubleUnaryOperator;

/**
 * A median and how far apart the values are that it is of.
 *
 * @param count how many values
 */
public record Spread(double median, double least, double most, int count) {

    /** Of at least one value. */
    public static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("the spread of no value");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Spread(Statistics.median(sorted), sorted[0], sorted[sorted.length - 1], sorted.length);
    }

    /** Of at least one value. */
    public static Spread of(Collection<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** The same of other units, by something that keeps the order. */
    public Spread map(DoubleUnaryOperator unit) {
        return new Spread(unit.applyAsDouble(median), unit.applyAsDouble(least), unit.applyAsDouble(most), count);
    }
}

package dev.ring3.bench.measure;

import java.util.Collection;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

/**
 * A median and how far apart the values are that it is of.
 *
 * @param values in the order in which they were taken
 */
public record Spread(double median, double least, double most, List<Double> values) {
    public Spread {
        values = List.copyOf(values);
    }

    /** Of at least one value. */
    public static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("the spread of no value");
        }
        return new Spread(
                Statistics.median(values),
                DoubleStream.of(values).min().orElseThrow(),
                DoubleStream.of(values).max().orElseThrow(),
                DoubleStream.of(values).boxed().toList());
    }

    /** Of at least one value. */
    public static Spread of(Collection<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** How many values. */
    public int count() {
        return values.size();
    }

    /** The same of other units, by something that keeps the order. */
    public Spread map(DoubleUnaryOperator unit) {
        return new Spread(
                unit.applyAsDouble(median),
                unit.applyAsDouble(least),
                unit.applyAsDouble(most),
                values.stream().map(unit::applyAsDouble).toList());
    }
}

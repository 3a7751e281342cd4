package dev.ring3.bench.measure;

import java.util.Locale;

/** Numbers for people: three digits, and a unit. */
public final class Numbers {
    private static final double MICRO = 1e3;
    private static final double MILLI = 1e6;
    private static final double SECOND = 1e9;

    private Numbers() {}

    /** Three significant digits, or all before the point. */
    public static String three(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 0.1 || size == 0 ? "%.2f" : "%.2g";
        return String.format(Locale.ROOT, format, value);
    }

    /** A number that counts something: all digits of a whole one, three of any other. */
    public static String count(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : three(value);
    }

    /** A time of so many nanoseconds. */
    public static String time(double nanos) {
        if (nanos >= SECOND) {
            return three(nanos / SECOND) + " s";
        }
        if (nanos >= MILLI) {
            return three(nanos / MILLI) + " ms";
        }
        return nanos >= MICRO ? three(nanos / MICRO) + " us" : three(nanos) + " ns";
    }

    /** A value with its unit; times in the unit that they are best read in. */
    public static String of(double value, String unit) {
        return unit.startsWith("ns") ? time(value) : "%s %s".formatted(three(value), unit);
    }

    /** A median, and in brackets the least and the greatest where there are several. */
    public static String range(Spread spread) {
        return spread.count() == 1
                ? three(spread.median())
                : "%s (%s-%s)".formatted(three(spread.median()), three(spread.least()), three(spread.most()));
    }
}

package dev.ring3.cli;

import dev.ring3.bench.io.Distribution;
import dev.ring3.bench.io.IoEngine;
import dev.ring3.bench.io.IoPattern;
import java.util.Iterator;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What the values of fio's options are. */
final class FioWords {
    private FioWords() {}

    private static <T> T converted(Supplier<T> conversion) {
        try {
            return conversion.get();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** For completion. */
    static final class Engines implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return IoEngine.ids().iterator();
        }
    }

    /** {@code rw}. */
    static final class Order implements ITypeConverter<IoPattern> {
        @Override
        public IoPattern convert(String text) {
            return converted(() -> IoPattern.of(text));
        }
    }

    /** {@code ioengine}. */
    static final class Engine implements ITypeConverter<IoEngine> {
        @Override
        public IoEngine convert(String text) {
            return converted(() -> IoEngine.of(text));
        }
    }

    /** {@code random_distribution}. */
    static final class RandomDistribution implements ITypeConverter<Distribution> {
        @Override
        public Distribution convert(String text) {
            return converted(() -> Distribution.of(text));
        }
    }

    /** {@code 0} or {@code 1}. */
    static final class Bit implements ITypeConverter<Boolean> {
        @Override
        public Boolean convert(String text) {
            return switch (text.strip()) {
                case "1", "true" -> true;
                case "0", "false" -> false;
                default -> throw new TypeConversionException("'%s' is neither 0 nor 1".formatted(text));
            };
        }
    }

    /** A span of time. */
    record Millis(long millis) {}

    /** Spans of time: seconds, or a number with {@code us}, {@code ms}, {@code s}, {@code m}, {@code h}. */
    static final class Time implements ITypeConverter<Millis> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,9})(us|ms|s|m|h|)");

        @Override
        public Millis convert(String text) {
            Matcher form = FORM.matcher(text.strip());
            if (!form.matches()) {
                throw new TypeConversionException("'%s' is no time: 5, 500ms, 2m".formatted(text));
            }
            long number = Long.parseLong(form.group(1));
            return new Millis(
                    switch (form.group(2)) {
                        case "us" -> number / 1000;
                        case "ms" -> number;
                        case "m" -> number * 60_000;
                        case "h" -> number * 3_600_000;
                        default -> number * 1000;
                    });
        }
    }
}

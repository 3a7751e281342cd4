package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.FigureText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the tests of a suite took.
 *
 * @param document the figures, as all benchmarks have them
 * @param rows each test in each engine and fork
 * @param begin when it began, seconds since 1970
 */
public record SuiteReport(BenchDocument document, List<Row> rows, long begin) {
    /** A run, on average. */
    static final String RAW = "ns";

    /** The same without what the empty program of the suite takes in the same fork. */
    static final String NET = "ns net of Baseline";

    public SuiteReport {
        rows = List.copyOf(rows);
    }

    /**
     * A test in an engine.
     *
     * @param nanos of each processor; NaN for those without a program
     * @param unexpected what a program returned last that it should not have
     */
    public record Row(String test, String engine, List<Double> nanos, Optional<Integer> unexpected) {
        public Row {
            nanos = List.copyOf(nanos);
        }

        /** Whether every program returned what it should. */
        boolean expected() {
            return unexpected.isEmpty();
        }

        double average() {
            return nanos.stream()
                    .mapToDouble(Double::doubleValue)
                    .filter(value -> !Double.isNaN(value))
                    .average()
                    .orElse(Double.NaN);
        }
    }

    /** Whether every program that ran returned what it should. */
    public boolean isExpected() {
        return rows.stream().allMatch(Row::expected);
    }

    /** Tables for a terminal. */
    public String text() {
        StringBuilder text = new StringBuilder("A run, ns of processor time, medians of the forks\n\n");
        text.append(FigureText.table(document, RAW));
        if (document.figures().stream().anyMatch(figure -> figure.unit().equals(NET))) {
            text.append("\nNet of the suite's empty program\n\n").append(FigureText.table(document, NET));
        }
        List<String> wrong = rows.stream()
                .flatMap(row -> row.unexpected().stream()
                        .map(result -> "%s in %s (%d)".formatted(row.test(), row.engine(), result)))
                .distinct()
                .toList();
        if (!wrong.isEmpty()) {
            text.append("\nreturned something else than expected: ")
                    .append(String.join("; ", wrong))
                    .append('\n');
        }
        return text.append('\n').append(FigureText.foot(document)).toString();
    }

    /**
     * The columns that the suite's own scripts read, and the engine as the last one. Lines end in a line feed, values are
     * whole nanoseconds.
     */
    public String csv() {
        int processors = rows.stream().mapToInt(row -> row.nanos().size()).max().orElse(0);
        StringBuilder csv = new StringBuilder("Timestamp,Test,Average Duration (ns)");
        IntStream.range(0, processors).forEach(number -> csv.append(",CPU %d Duration (ns)".formatted(number)));
        csv.append(",Engine\n");
        for (Row row : rows) {
            String each = row.nanos().stream().map(SuiteReport::whole).collect(Collectors.joining(","));
            csv.append("%d,%s,%s,%s,%s%n"
                    .formatted(begin, quoted(row.test()), whole(row.average()), each, row.engine())
                    .replace(System.lineSeparator(), "\n"));
        }
        return csv.toString();
    }

    private static String whole(double nanos) {
        return Double.isNaN(nanos) ? "" : String.format(Locale.ROOT, "%.0f", nanos);
    }

    /** As RFC 4180 has it. */
    private static String quoted(String text) {
        return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}

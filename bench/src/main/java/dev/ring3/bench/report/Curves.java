package dev.ring3.bench.report;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.LatencyHistogram;
import dev.ring3.bench.measure.Numbers;
import dev.ring3.bench.measure.Spread;
import dev.ring3.bench.report.LineChart.Line;
import dev.ring3.bench.report.LineChart.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The lines that figures make: how a value goes with a parameter while all others stay, and how latencies are spread.
 *
 * @param title what is shown
 * @param svg the chart
 */
record Curves(String title, String svg) {
    private static final int POINTS_MIN = 3;
    private static final double HUNDRED = 100;
    private static final List<Double> MARKED = List.of(1.0, 50.0, 90.0, 99.0, 99.9, 99.99);
    private static final double SAME = 0.002;

    /** A curve is told from others by all but the parameter that it is over. */
    private record Family(String title, String axis, String unit) {}

    /** All curves of a document that have points enough. */
    static List<Curves> of(BenchDocument document) {
        Map<Family, Map<String, Map<Double, Figure>>> families = new LinkedHashMap<>();
        for (Figure figure : document.figures()) {
            figure.parameters().forEach((axis, position) -> {
                if (position > 0) {
                    families.computeIfAbsent(
                                    new Family(without(figure, axis, position), axis, figure.unit()),
                                    _ -> new LinkedHashMap<>())
                            .computeIfAbsent(figure.subject(), _ -> new TreeMap<>())
                            .put(position, figure);
                }
            });
        }
        List<Curves> curves = new ArrayList<>();
        families.forEach((family, subjects) -> {
            List<Line> lines = lines(subjects);
            if (lines.stream().anyMatch(line -> line.points().size() >= POINTS_MIN)) {
                String title = "%s, by %s".formatted(family.title(), family.axis());
                curves.add(new Curves(
                        title + " (" + family.unit() + ")",
                        LineChart.draw(lines, title, family.axis(), Numbers::count, family.unit())));
            }
        });
        curves.addAll(latencies(document));
        return curves;
    }

    /** What a group is called, without the value of a parameter. */
    private static String without(Figure figure, String axis, double position) {
        String other = figure.group();
        for (String word : List.of(
                Numbers.count(position) + " " + axis,
                sizeOf(position),
                (long) position + " threads",
                (long) position + " thread")) {
            other = other.replace(word, "");
        }
        return other.replaceAll("\\s*[,:]\\s*(?=[,:]|$)", "")
                .replaceAll(" +", " ")
                .replace(" ,", ",")
                .strip();
    }

    private static String sizeOf(double bytes) {
        long whole = (long) bytes;
        if (whole >= 1 << 20 && whole % (1 << 20) == 0) {
            return (whole >> 20) + " MiB";
        }
        return whole >= 1 << 10 && whole % (1 << 10) == 0 ? (whole >> 10) + " KiB" : whole + " B";
    }

    private static List<Line> lines(Map<String, Map<Double, Figure>> subjects) {
        List<Line> lines = new ArrayList<>();
        subjects.forEach((subject, points) -> {
            List<Point> of = new ArrayList<>();
            points.forEach((position, figure) -> {
                Spread spread = figure.spread();
                if (spread.least() > 0) {
                    of.add(new Point(position, spread.median(), spread.least(), spread.most()));
                }
            });
            if (!of.isEmpty()) {
                lines.add(new Line(subject, of));
            }
        });
        return lines;
    }

    private static List<Curves> latencies(BenchDocument document) {
        Map<String, List<Line>> groups = new LinkedHashMap<>();
        for (Figure figure : document.figures()) {
            figure.latency().ifPresent(latency -> {
                List<Point> points = new ArrayList<>();
                for (int i = 0; i < latency.nanos().size(); i++) {
                    double nanos = latency.nanos().get(i);
                    double beyond = HUNDRED / (HUNDRED - LatencyHistogram.PERCENTILES.get(i));
                    if (nanos > 0) {
                        points.add(new Point(beyond, nanos, nanos, nanos));
                    }
                }
                points.sort(Comparator.comparingDouble(Point::x));
                groups.computeIfAbsent(figure.group(), _ -> new ArrayList<>()).add(new Line(figure.subject(), points));
            });
        }
        List<Curves> curves = new ArrayList<>();
        groups.forEach((group, lines) -> curves.add(new Curves(
                "Latencies of " + group,
                LineChart.draw(lines, "Latencies of " + group, "percentile", Curves::percentile, "ns"))));
        return curves;
    }

    private static String percentile(double beyond) {
        double percentile = HUNDRED - HUNDRED / beyond;
        return MARKED.stream()
                .filter(one -> Math.abs(one - percentile) < SAME)
                .map(one -> one == Math.rint(one) ? Numbers.count(one) : one.toString())
                .findFirst()
                .orElse("");
    }
}

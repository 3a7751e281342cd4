package dev.ring3.bench.report;

import dev.ring3.bench.measure.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Lines between points on two logarithmic scales. */
final class LineChart {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 300;
    private static final int LEFT = 90;
    private static final int RIGHT = 930;
    private static final int TOP = 30;
    private static final int BOTTOM = 250;

    private LineChart() {}

    /**
     * A line.
     *
     * @param points in the order of their x
     */
    record Line(String name, List<Point> points) {}

    /**
     * A point of a line.
     *
     * @param low of its spread
     * @param high of its spread
     */
    record Point(double x, double y, double low, double high) {}

    /**
     * Draws lines; values that are not above 0 have no place.
     *
     * @param below what the x are
     * @param mark how an x is written
     * @param unit of the y
     */
    static String draw(List<Line> lines, String label, String below, DoubleFunction<String> mark, String unit) {
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        lines.forEach(line -> line.points().forEach(point -> {
            xs.add(point.x());
            ys.addAll(List.of(point.low(), point.high()));
        }));
        Svg svg = new Svg(WIDTH, HEIGHT, label);
        List<String> names = lines.stream().map(Line::name).toList();
        svg.legend(names, names, 14);
        Svg.Scale across = Svg.Scale.of(xs, LEFT, RIGHT);
        Svg.Scale up = Svg.Scale.of(ys, BOTTOM, TOP);
        for (double value : up.marks()) {
            svg.line(LEFT, up.at(value), RIGHT, up.at(value), "#8884");
            svg.words(LEFT - 6, up.at(value) + 4, "end", Numbers.of(value, unit));
        }
        for (double x : xs.stream().distinct().sorted().toList()) {
            svg.line(across.at(x), TOP, across.at(x), BOTTOM, "#8884");
            svg.words(across.at(x), BOTTOM + 18, "middle", mark.apply(x));
        }
        svg.words((LEFT + RIGHT) / 2.0, BOTTOM + 38, "middle", below);
        for (int i = 0; i < lines.size(); i++) {
            line(svg, lines.get(i), Svg.colour(i), across, up, mark, unit);
        }
        return svg.end();
    }

    private static void line(
            Svg svg,
            Line line,
            String colour,
            Svg.Scale across,
            Svg.Scale up,
            DoubleFunction<String> mark,
            String unit) {
        Point before = null;
        for (Point point : line.points()) {
            double x = across.at(point.x());
            double y = up.at(point.y());
            if (before != null) {
                svg.line(across.at(before.x()), up.at(before.y()), x, y, colour);
            }
            svg.line(x, up.at(point.low()), x, up.at(point.high()), colour);
            svg.dot(
                    x,
                    y,
                    colour,
                    "%s at %s: %s".formatted(line.name(), mark.apply(point.x()), Numbers.of(point.y(), unit)));
            before = point;
        }
    }
}

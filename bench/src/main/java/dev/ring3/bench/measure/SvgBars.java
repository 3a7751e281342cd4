package dev.ring3.bench.measure;

import java.util.List;
import java.util.Locale;

/**
 * A picture of ratios: for each group some bars that go right, on a logarithmic scale around 1, with their values and a thin
 * line from the least to the most. Plain SVG 1.1, no script, no font of its own, nothing from elsewhere.
 */
public final class SvgBars {
    /** Of colours that people with any eyes tell apart (Okabe and Ito). */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f", "#000000");

    private static final int WIDTH = 1000;
    private static final int LEFT = 110;
    private static final int RIGHT = 930;
    private static final int TOP = 96;
    private static final int BAR = 13;
    private static final int GROUP_GAP = 12;
    private static final int LEGEND_COLUMN = 205;
    private static final int LEGEND_COLUMNS = 4;
    private static final int LEGEND_ROW = 18;
    private static final int AXIS = 26;
    private static final double MANY = 200; // times the least is the most: then powers of ten suffice
    private static final double TINY = 1e-6;

    private final String title;
    private final String subtitle;
    private final List<String> series;
    private final StringBuilder svg = new StringBuilder();
    private double least = 0.5;
    private double most = 2;

    /**
     * An empty picture.
     *
     * @param series names of what the bars of each group stand for
     */
    public SvgBars(String title, String subtitle, List<String> series) {
        this.title = title;
        this.subtitle = subtitle;
        this.series = List.copyOf(series);
    }

    /**
     * Bars below each other.
     *
     * @param name what is written beside them
     * @param bars one for each of the series that has a value here
     */
    public record Group(String name, List<Bar> bars) {
        public Group {
            bars = List.copyOf(bars);
        }
    }

    /** The bar of a series by its number. */
    public record Bar(int series, Spread value) {}

    /** The picture of groups. */
    public String draw(List<Group> groups) {
        for (Group group : groups) {
            for (Bar bar : group.bars()) {
                least = Math.min(least, bar.value().least());
                most = Math.max(most, bar.value().most());
            }
        }
        int legendRows = (series.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
        int top = TOP + legendRows * LEGEND_ROW;
        int height = top
                + AXIS
                + groups.stream()
                        .mapToInt(group -> group.bars().size() * BAR + GROUP_GAP)
                        .sum();
        svg.setLength(0);
        add(("<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %1$d %2$d'"
                        + " font-family='sans-serif' font-size='11'>")
                .formatted(WIDTH, height));
        add("<rect width='%d' height='%d' fill='#ffffff'/>".formatted(WIDTH, height));
        add("<text x='16' y='30' font-size='18' font-weight='bold'>%s</text>".formatted(escaped(title)));
        add("<text x='16' y='50' fill='#444444'>%s</text>".formatted(escaped(subtitle)));
        legend();
        grid(top, height - AXIS);
        int y = top;
        for (Group group : groups) {
            add("<text x='%d' y='%d' text-anchor='end' font-size='12'>%s</text>"
                    .formatted(LEFT - 10, y + group.bars().size() * BAR / 2 + 4, escaped(group.name())));
            for (Bar bar : group.bars()) {
                bar(bar, y);
                y += BAR;
            }
            y += GROUP_GAP;
        }
        add("</svg>");
        return svg.toString();
    }

    private void legend() {
        for (int i = 0; i < series.size(); i++) {
            int x = 16 + (i % LEGEND_COLUMNS) * LEGEND_COLUMN;
            int y = 70 + (i / LEGEND_COLUMNS) * LEGEND_ROW;
            add("<rect x='%d' y='%d' width='12' height='10' fill='%s'/>".formatted(x, y, colour(i)));
            add("<text x='%d' y='%d' font-size='12'>%s</text>".formatted(x + 18, y + 9, escaped(series.get(i))));
        }
    }

    /** A line at each power of two or, where these are many, of ten; a strong one at 1. */
    private void grid(int top, int bottom) {
        double step = most / least > MANY ? 10 : 2;
        double first = Math.pow(step, Math.ceil(Math.log(least) / Math.log(step)));
        for (double at = first; at <= most * (1 + TINY); at *= step) {
            boolean one = Math.abs(at - 1) < TINY;
            String colour = one ? "#000000" : "#dddddd";
            add("<line x1='%s' y1='%d' x2='%1$s' y2='%d' stroke='%s'/>".formatted(x(at), top - 8, bottom, colour));
            add("<text x='%s' y='%d' text-anchor='middle' fill='#444444'>%s</text>"
                    .formatted(x(at), bottom + 16, one ? "1" : number(at)));
        }
    }

    private void bar(Bar bar, int y) {
        double one = place(1);
        double value = place(bar.value().median());
        double middle = y + (BAR - 2) / 2.0;
        add("<rect x='%s' y='%d' width='%s' height='%d' fill='%s'/>"
                .formatted(
                        tenths(Math.min(one, value)),
                        y,
                        tenths(Math.max(1, Math.abs(value - one))),
                        BAR - 2,
                        colour(bar.series())));
        add("<line x1='%s' y1='%s' x2='%s' y2='%2$s' stroke='#333333'/>"
                .formatted(x(bar.value().least()), tenths(middle), x(bar.value().most())));
        add("<text x='%s' y='%s' font-size='10'>%s</text>"
                .formatted(
                        tenths(Math.max(one, place(bar.value().most())) + 5),
                        tenths(middle + 3.5),
                        number(bar.value().median())));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }

    private String x(double ratio) {
        return tenths(place(ratio));
    }

    private double place(double ratio) {
        return LEFT + (RIGHT - LEFT) * Math.log(ratio / least) / Math.log(most / least);
    }

    private static String tenths(double pixels) {
        return String.format(Locale.ROOT, "%.1f", pixels);
    }

    private static String colour(int series) {
        return COLOURS.get(series % COLOURS.size());
    }

    private void add(String element) {
        svg.append(element).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;");
    }
}

package dev.ring3.bench.report;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** A picture that is being drawn: SVG 1.1 without script, font or anything from elsewhere; and a scale that is logarithmic. */
final class Svg {
    /** Of colours that people with any eyes tell apart (Okabe and Ito). */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f", "#000000");

    private final StringBuilder text = new StringBuilder();
    private final int width;
    private final int height;

    Svg(int width, int height, String label) {
        this.width = width;
        this.height = height;
        text.append(("<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d' role='img'"
                        + " aria-label='%s' font-family='sans-serif' font-size='12'>\n")
                .formatted(width, height, width, height, escaped(label)));
    }

    static String colour(int series) {
        return COLOURS.get(series % COLOURS.size());
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String tenths(double pixels) {
        return String.format(Locale.ROOT, "%.1f", pixels);
    }

    void line(double x1, double y1, double x2, double y2, String stroke) {
        text.append("<line x1='%s' y1='%s' x2='%s' y2='%s' stroke='%s'/>\n"
                .formatted(tenths(x1), tenths(y1), tenths(x2), tenths(y2), stroke));
    }

    void box(double x, double y, double w, double h, String fill, String tooltip) {
        text.append("<rect x='%s' y='%s' width='%s' height='%s' fill='%s'><title>%s</title></rect>\n"
                .formatted(tenths(x), tenths(y), tenths(Math.max(1, w)), tenths(h), fill, escaped(tooltip)));
    }

    void dot(double x, double y, String fill, String tooltip) {
        text.append("<circle cx='%s' cy='%s' r='3.5' fill='%s'><title>%s</title></circle>\n"
                .formatted(tenths(x), tenths(y), fill, escaped(tooltip)));
    }

    /** @param anchor {@code start}, {@code middle}, {@code end} */
    void words(double x, double y, String anchor, String what) {
        text.append("<text x='%s' y='%s' text-anchor='%s' fill='currentColor'>%s</text>\n"
                .formatted(tenths(x), tenths(y), anchor, escaped(what)));
    }

    /**
     * Names of the series in a row, from the left.
     *
     * @param shown those that the picture has; the others have their colours elsewhere
     */
    void legend(List<String> series, Collection<String> shown, double y) {
        double x = 10;
        for (int i = 0; i < series.size(); i++) {
            String name = series.get(i);
            if (shown.contains(name)) {
                box(x, y - 9, 12, 10, colour(i), name);
                words(x + 17, y, "start", name);
                x += 40 + 7 * name.length();
            }
        }
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    String end() {
        return text + "</svg>\n";
    }

    /** From a range of values to pixels. */
    record Scale(double least, double most, double from, double to) {
        private static final double TINY = 1e-9;
        private static final double MARGIN = 1.15;

        /** One that holds all values, which are above 0, and some room. */
        static Scale of(List<Double> values, double from, double to) {
            double least =
                    values.stream().mapToDouble(Double::doubleValue).min().orElse(1);
            double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
            return new Scale(least / MARGIN, most * MARGIN, from, to);
        }

        double at(double value) {
            return from + (to - from) * Math.log(value / least) / Math.log(most / least);
        }

        /** Where marks are: at powers of ten, or where these are few, of two. */
        List<Double> marks() {
            double step = most / least > 100 ? 10 : 2;
            java.util.ArrayList<Double> marks = new java.util.ArrayList<>();
            double first = Math.pow(step, Math.ceil(Math.log(least) / Math.log(step) - TINY));
            for (double at = first; at <= most * (1 + TINY); at *= step) {
                marks.add(at);
            }
            return marks;
        }
    }
}

package dev.ring3.bench.report;

import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Numbers;
import dev.ring3.bench.measure.Spread;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Bars of ratios, to the left and right of 1, with a line from the least to the most of the forks. */
final class RatioChart {
    private static final int WIDTH = 960;
    private static final int LEFT = 380;
    private static final int RIGHT = 890;
    private static final int TOP = 34;
    private static final int BAR = 13;
    private static final int GAP = 9;
    private static final int FOOT = 44;

    private RatioChart() {}

    /**
     * Of figures that have a ratio; those of one group are beside each other.
     *
     * @param series all subjects of the document, so that each has the same colour in every chart
     */
    static String draw(List<Figure> figures, List<String> series, String label) {
        Set<String> groups = new LinkedHashSet<>();
        List<Double> values = new ArrayList<>(List.of(1.0));
        for (Figure figure : figures) {
            groups.add(figure.group());
            values.addAll(figure.ratio().orElseThrow().samples());
        }
        int height = TOP + FOOT + figures.size() * BAR + groups.size() * GAP;
        Svg svg = new Svg(WIDTH, height, label);
        svg.legend(series, figures.stream().map(Figure::subject).toList(), 14);
        Svg.Scale scale = Svg.Scale.of(values, LEFT, RIGHT);
        for (double mark : scale.marks()) {
            svg.line(scale.at(mark), TOP - 6, scale.at(mark), height - FOOT, "#8884");
            svg.words(scale.at(mark), height - FOOT + 18, "middle", Numbers.three(mark));
        }
        svg.line(scale.at(1), TOP - 6, scale.at(1), height - FOOT, "currentColor");
        String base = figures.getFirst().ratio().orElseThrow().to();
        svg.words((LEFT + RIGHT) / 2.0, height - 6, "middle", "times %s, logarithmic".formatted(base));
        double y = TOP;
        for (String group : groups) {
            List<Figure> bars = figures.stream()
                    .filter(figure -> figure.group().equals(group))
                    .toList();
            svg.words(LEFT - 10, y + bars.size() * BAR / 2.0 + 4, "end", group);
            for (Figure figure : bars) {
                bar(svg, scale, figure, series.indexOf(figure.subject()), y);
                y += BAR;
            }
            y += GAP;
        }
        return svg.end();
    }

    private static void bar(Svg svg, Svg.Scale scale, Figure figure, int series, double y) {
        Spread ratio = Spread.of(figure.ratio().orElseThrow().samples());
        double one = scale.at(1);
        double end = scale.at(ratio.median());
        String tooltip = "%s, %s: %s times %s (%s to %s, %d forks); %s"
                .formatted(
                        figure.group(),
                        figure.subject(),
                        Numbers.three(ratio.median()),
                        figure.ratio().orElseThrow().to(),
                        Numbers.three(ratio.least()),
                        Numbers.three(ratio.most()),
                        ratio.count(),
                        Numbers.of(figure.spread().median(), figure.unit()));
        svg.box(Math.min(one, end), y, Math.abs(end - one), BAR - 2, Svg.colour(series), tooltip);
        double middle = y + BAR / 2.0 - 1;
        svg.line(scale.at(ratio.least()), middle, scale.at(ratio.most()), middle, "currentColor");
        svg.words(Math.max(one, scale.at(ratio.most())) + 5, y + BAR - 3, "start", Numbers.three(ratio.median()));
    }
}

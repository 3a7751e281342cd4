package dev.ring3.bench.report;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.FigureText;
import dev.ring3.bench.measure.Numbers;
import dev.ring3.bench.measure.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Documents as one page: charts, tables, and beside each the command that measures the same again. The page needs nothing else,
 * no script, no font, no picture from elsewhere, and its own policy forbids that anything is fetched.
 */
public final class HtmlReport {
    /** In one chart; more are shown in one for each condition, if that leaves some for each. */
    private static final int BARS_MAX = 60;

    private static final int BARS_MIN = 8;

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width">
            <title>Ring3 measurements</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 15px/1.45 sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
            code { background: #8882; padding: .1em .3em; border-radius: 3px; overflow-wrap: anywhere; }
            figure { margin: 1.2rem 0; } figcaption { margin-bottom: .4rem; }
            .chart { overflow-x: auto; } svg { max-width: 100%; min-width: 640px; height: auto; }
            table { border-collapse: collapse; font-size: 13px; } td, th { padding: .15rem .6rem; text-align: right; }
            td:first-child, th:first-child { text-align: left; } tr:nth-child(even) { background: #8881; }
            .small { font-size: 13px; opacity: .8; overflow-wrap: anywhere; }
            </style></head><body>
            <h1>Ring3 measurements</h1>
            """;

    private final StringBuilder html = new StringBuilder(HEAD);

    private HtmlReport() {}

    /** The page of documents, in their order. */
    public static String of(List<BenchDocument> documents) {
        HtmlReport report = new HtmlReport();
        report.contents(documents);
        for (int i = 0; i < documents.size(); i++) {
            report.document(documents.get(i), i);
        }
        return report.html.append("</body></html>\n").toString();
    }

    private static String escaped(String text) {
        return Svg.escaped(text);
    }

    /** Where the documents are, and what each measured. */
    private void contents(List<BenchDocument> documents) {
        html.append("<ul>\n");
        for (int i = 0; i < documents.size(); i++) {
            BenchDocument document = documents.get(i);
            html.append("<li><a href=\"#part-%d\">bench %s</a>: %s</li>\n"
                    .formatted(
                            i,
                            escaped(document.kind()),
                            escaped(String.join(
                                    ", ",
                                    document.figures().stream()
                                            .map(Figure::subject)
                                            .distinct()
                                            .toList()))));
        }
        html.append("</ul>\n");
    }

    private void document(BenchDocument document, int number) {
        BenchDocument.Setting setting = document.setting();
        html.append("<section id=\"part-%d\"><h2>bench %s</h2>\n".formatted(number, escaped(document.kind())));
        html.append("<details><summary>How it was measured</summary><p>%s</p></details>\n"
                .formatted(escaped(setting.method())));
        html.append("<p class=\"small\">%s; load %s afterwards; %d s.</p>\n"
                .formatted(escaped(FigureText.machine(document)), escaped(setting.loadAfter()), setting.seconds()));
        document.notMeasured()
                .forEach(lack -> html.append("<p class=\"small\">Not measured: %s</p>\n".formatted(escaped(lack))));
        ratios(document);
        for (Curves curve : Curves.of(document)) {
            figure(
                    document,
                    curve.title(),
                    "Both scales are logarithmic; the lines at the points go from the least to the greatest of the forks.",
                    curve.svg());
        }
        table(document);
        html.append("</section>\n");
    }

    /** Charts of the ratios, one for each unit and subject that others are compared with. */
    private void ratios(BenchDocument document) {
        Map<String, List<Figure>> charts = new LinkedHashMap<>();
        for (Figure figure : document.figures()) {
            figure.ratio()
                    .filter(ratio -> ratio.samples().stream().allMatch(value -> value > 0)
                            && !ratio.samples().isEmpty())
                    .ifPresent(ratio -> charts.computeIfAbsent(
                                    "%s, relative to %s".formatted(measure(figure.unit()), ratio.to()),
                                    _ -> new ArrayList<>())
                            .add(figure));
        }
        List<String> subjects =
                document.figures().stream().map(Figure::subject).distinct().toList();
        charts.forEach((title, figures) -> parts(title, figures).forEach((name, part) -> {
            boolean less = part.getFirst().better() == Figure.Better.LESS;
            figure(
                    document,
                    name,
                    "Bars to the %s of 1 are better; the thin line goes from the least to the greatest of the forks."
                            .formatted(less ? "left" : "right"),
                    RatioChart.draw(part, subjects, name));
        }));
    }

    /** All in one chart, or where these are too many, in one for each condition: what stands behind the first comma. */
    private static Map<String, List<Figure>> parts(String title, List<Figure> figures) {
        Map<String, List<Figure>> parts = figures.stream()
                .collect(Collectors.groupingBy(
                        figure -> title + figure.group().replaceFirst("^[^,]*", ""),
                        LinkedHashMap::new,
                        Collectors.toList()));
        boolean areConditions = parts.values().stream().allMatch(part -> part.size() >= BARS_MIN);
        return figures.size() > BARS_MAX && areConditions ? parts : Map.of(title, figures);
    }

    private static String measure(String unit) {
        return switch (unit) {
            case "ns" -> "Time of an operation";
            case "ns of processor time" -> "Processor time of an operation";
            case "op/s" -> "Operations in a second";
            default -> unit;
        };
    }

    private void figure(BenchDocument document, String title, String explanation, String svg) {
        html.append(
                "<figure><figcaption><strong>%s</strong><br>%s<br><code>%s</code></figcaption>\n<div class=\"chart\">%s</div></figure>\n"
                        .formatted(
                                escaped(title),
                                escaped(explanation),
                                escaped(document.setting().command()),
                                svg));
    }

    private void table(BenchDocument document) {
        html.append(
                "<details><summary>All figures</summary><div class=\"chart\"><table><tr><th>what</th><th>whose</th><th>median</th>"
                        + "<th>least</th><th>most</th><th>forks</th><th>relative</th><th>least share of a processor</th></tr>\n");
        for (Figure figure : document.figures()) {
            Spread spread = figure.spread();
            html.append(
                    "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%d</td><td>%s</td><td>%s</td></tr>\n"
                            .formatted(
                                    escaped(figure.group()),
                                    escaped(figure.subject()),
                                    escaped(Numbers.of(spread.median(), figure.unit())),
                                    escaped(Numbers.of(spread.least(), figure.unit())),
                                    escaped(Numbers.of(spread.most(), figure.unit())),
                                    spread.count(),
                                    figure.ratio()
                                            .filter(ratio -> !ratio.samples().isEmpty())
                                            .map(ratio -> escaped("%s of %s"
                                                    .formatted(Numbers.range(Spread.of(ratio.samples())), ratio.to())))
                                            .orElse(""),
                                    Numbers.three(figure.quality().shareLeast())));
        }
        html.append("</table></div></details>\n");
    }
}

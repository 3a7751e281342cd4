package dev.ring3.bench.io;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Numbers;
import dev.ring3.bench.measure.Spread;
import dev.ring3.bench.measure.TextColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The matrix as tables, and where each mode wins. */
public final class SummitReport {
    private final BenchDocument document;

    SummitReport(BenchDocument document) {
        this.document = document;
    }

    public BenchDocument document() {
        return document;
    }

    /** Tables for a terminal. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(
                "Time of an operation of a thread, by mode; * is the least. Behind it how many times as fast as buffered.\n\n");
        text.append(table(Summit.NANOS));
        text.append("\nProcessor time of an operation, the thread's own\n\n").append(table(IoReport.CPU));
        text.append("\nWhere each wins, and by how much over the next\n\n").append(wins());
        document.notMeasured()
                .forEach(lack -> text.append("not measured: ").append(lack).append('\n'));
        return text.append('\n')
                .append(TextColumns.wrapped(document.setting().method()))
                .append(String.join(", ", document.setting().machine().values()))
                .append("; load ")
                .append(document.setting().loadAfter())
                .append(" afterwards; ")
                .append(document.setting().seconds())
                .append(" s in all.\n")
                .toString();
    }

    private static List<String> modes() {
        return Arrays.stream(SummitMode.values()).map(SummitMode::id).toList();
    }

    private List<String> groups() {
        return document.figures().stream().map(Figure::group).distinct().toList();
    }

    private List<Figure> ranked(String group, String unit) {
        return modes().stream()
                .flatMap(mode -> document.figure(group, mode, unit).stream())
                .sorted(Comparator.comparingDouble(figure -> figure.spread().median()))
                .toList();
    }

    private String table(String unit) {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(""));
        head.addAll(modes());
        rows.add(head);
        for (String group : groups()) {
            List<Figure> ranked = ranked(group, unit);
            List<String> row = new ArrayList<>(List.of(group));
            for (String mode : modes()) {
                row.add(document.figure(group, mode, unit)
                        .map(figure -> cell(figure, figure.equals(ranked.getFirst())))
                        .orElse("-"));
            }
            rows.add(row);
        }
        return TextColumns.of(rows);
    }

    private static String cell(Figure figure, boolean best) {
        Optional<Double> times =
                figure.ratio().map(ratio -> 1 / Spread.of(ratio.samples()).median());
        return Numbers.time(figure.spread().median())
                + (best ? "*" : "")
                + times.map(ratio -> " %sx".formatted(Numbers.three(ratio))).orElse("");
    }

    private String wins() {
        Map<String, List<String>> won = new LinkedHashMap<>();
        for (String group : groups()) {
            List<Figure> ranked = ranked(group, Summit.NANOS);
            if (ranked.size() > 1) {
                Figure best = ranked.get(0);
                Figure next = ranked.get(1);
                won.computeIfAbsent(best.subject(), _ -> new ArrayList<>())
                        .add("%s: %s times %s"
                                .formatted(
                                        group,
                                        Numbers.three(next.spread().median()
                                                / best.spread().median()),
                                        next.subject()));
            }
        }
        StringBuilder text = new StringBuilder();
        won.forEach((mode, groups) -> {
            text.append("%s, in %d of %d\n".formatted(mode, groups.size(), groups().size()));
            groups.forEach(group -> text.append("  ").append(group).append('\n'));
        });
        return text.toString();
    }
}

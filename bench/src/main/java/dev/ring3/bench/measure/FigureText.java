package dev.ring3.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Figures as a table for a terminal: a row for each thing that was measured, a column for each subject. */
public final class FigureText {
    private FigureText() {}

    /** The figures of a unit; behind each, where there is one, its ratio to another subject. */
    public static String table(BenchDocument document, String unit) {
        Set<String> groups = new LinkedHashSet<>();
        Set<String> subjects = new LinkedHashSet<>();
        document.figures().stream().filter(figure -> figure.unit().equals(unit)).forEach(figure -> {
            groups.add(figure.group());
            subjects.add(figure.subject());
        });
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(""));
        head.addAll(subjects);
        rows.add(head);
        for (String group : groups) {
            List<String> row = new ArrayList<>(List.of(group));
            for (String subject : subjects) {
                row.add(document.figure(group, subject, unit)
                        .map(FigureText::cell)
                        .orElse("-"));
            }
            rows.add(row);
        }
        return TextColumns.of(rows);
    }

    /** The machine in words: what each value is, and the value. */
    public static String machine(BenchDocument document) {
        return document.setting().machine().entrySet().stream()
                .filter(word -> !word.getValue().isEmpty())
                .map(word ->
                        "%s: %s".formatted(word.getKey().replace('_', ' ').replace(" mib", " (MiB)"), word.getValue()))
                .collect(Collectors.joining("; "));
    }

    private static String cell(Figure figure) {
        Optional<Spread> ratio = figure.ratio().map(of -> Spread.of(of.samples()));
        return Numbers.of(figure.spread().median(), figure.unit())
                + ratio.map(of -> "  x" + Numbers.range(of)).orElse("");
    }

    /** What was not measured, the method, and the machine. */
    public static String foot(BenchDocument document) {
        StringBuilder text = new StringBuilder();
        document.notMeasured()
                .forEach(lack -> text.append("not measured: ").append(lack).append('\n'));
        return text.append('\n')
                .append(TextColumns.wrapped(document.setting().method()))
                .append(machine(document))
                .append("; load %s afterwards; %d s in all.%n"
                        .formatted(
                                document.setting().loadAfter(),
                                document.setting().seconds()))
                .toString();
    }
}

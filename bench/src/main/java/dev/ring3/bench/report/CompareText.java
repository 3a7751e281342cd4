package dev.ring3.bench.report;

import dev.ring3.bench.measure.Comparison.Result;
import dev.ring3.bench.measure.Comparison.Verdict;
import dev.ring3.bench.measure.Numbers;
import dev.ring3.bench.measure.TextColumns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a comparison found, for a terminal. */
public final class CompareText {
    private CompareText() {}

    /** A row for each figure that changed, and how many did not or could not be judged. */
    public static String of(List<Result> results) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "change", "interval", "compared", "figure"));
        for (Result result : results) {
            if (result.verdict() == Verdict.WORSE || result.verdict() == Verdict.BETTER) {
                rows.add(List.of(
                        result.verdict().name().toLowerCase(Locale.ROOT),
                        percent(result.change()),
                        "%s to %s".formatted(percent(result.low()), percent(result.high())),
                        result.basis(),
                        result.name()));
            }
        }
        StringBuilder text = new StringBuilder();
        if (rows.size() > 1) {
            text.append(TextColumns.of(rows));
        }
        Map<String, Integer> undecided = new LinkedHashMap<>();
        results.stream()
                .filter(result -> result.verdict() == Verdict.UNDECIDED)
                .forEach(result -> undecided.merge(result.why(), 1, Integer::sum));
        undecided.forEach((why, count) -> text.append("not judged: %d, %s%n".formatted(count, why)));
        for (Verdict verdict : Verdict.values()) {
            long count = results.stream()
                    .filter(result -> result.verdict() == verdict)
                    .count();
            text.append(verdict == Verdict.WORSE ? "" : ", ")
                    .append("%d %s".formatted(count, verdict.name().toLowerCase(Locale.ROOT)));
        }
        return text.append('\n').toString();
    }

    private static String percent(double times) {
        double percent = (times - 1) * 100;
        return (percent >= 0 ? "+" : "") + Numbers.three(percent) + " %";
    }
}

package dev.ring3.bench.baseline;

import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Better;
import dev.ring3.bench.measure.JsonNode;
import dev.ring3.bench.measure.JsonText;
import dev.ring3.bench.measure.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Ratios that were measured once. Never times: those say more of the machine than of Ring3.
 *
 * @param machine where they were measured, for people; it is not compared
 */
public record Baseline(Map<String, String> machine, List<Entry> entries) {
    /** Of the file. */
    public static final String SCHEMA = "ring3.bench.baseline/1";

    /** A ratio that is not this many times worse is no regression: machines differ, and so do days. */
    public static final double MARGIN = 2;

    public Baseline {
        machine = Collections.unmodifiableMap(new LinkedHashMap<>(machine));
        entries = List.copyOf(entries);
    }

    /**
     * A ratio.
     *
     * @param group what was measured
     * @param subject of which
     * @param to what it is a multiple of
     * @param better whether a smaller ratio is the better one
     */
    public record Entry(String group, String subject, String to, Better better, double ratio) {
        /** The same figure in other words. */
        String name() {
            return "%s, %s to %s".formatted(group, subject, to);
        }
    }

    /**
     * An entry, and what is measured now.
     *
     * @param now empty where it could not be measured, which is no regression
     * @param worse how many times as bad as it was; 1 where it was not measured
     */
    public record Judged(Entry entry, Optional<Double> now, double worse) {
        /** Whether it is worse by more than a margin. */
        public boolean isWorseThan(double margin) {
            return worse > margin;
        }
    }

    /** Those of figures that have a ratio. */
    public static Baseline of(Map<String, String> machine, List<Figure> figures) {
        List<Entry> entries = new ArrayList<>();
        for (Figure figure : figures) {
            figure.ratio()
                    .ifPresent(ratio -> entries.add(new Entry(
                            figure.group(),
                            figure.subject(),
                            ratio.to(),
                            figure.better(),
                            Spread.of(ratio.samples()).median())));
        }
        return new Baseline(machine, entries);
    }

    /** Every entry of this against another measurement. */
    public List<Judged> judge(Baseline measured) {
        return entries.stream()
                .map(entry -> {
                    Optional<Double> now = measured.entries().stream()
                            .filter(other -> other.name().equals(entry.name()))
                            .map(Entry::ratio)
                            .findFirst();
                    double change = now.map(ratio -> ratio / entry.ratio()).orElse(1.0);
                    return new Judged(entry, now, entry.better() == Better.LESS ? change : 1 / change);
                })
                .toList();
    }

    /** The better of two measurements of each entry: what is in the way of one only is not in it. */
    Baseline best(Baseline other) {
        List<Entry> best = new ArrayList<>(entries);
        best.replaceAll(entry -> other.entries().stream()
                .filter(one -> one.name().equals(entry.name()))
                .filter(one ->
                        entry.better() == Better.LESS ? one.ratio() < entry.ratio() : one.ratio() > entry.ratio())
                .findFirst()
                .orElse(entry));
        other.entries().stream()
                .filter(one -> entries.stream().noneMatch(entry -> entry.name().equals(one.name())))
                .forEach(best::add);
        return new Baseline(machine, best);
    }

    /** As the file has it. */
    public String json() {
        JsonText text = new JsonText();
        machine.forEach(text::put);
        return JsonText.ofSchema(SCHEMA)
                .put("machine", text)
                .putObjects(
                        "ratios",
                        entries.stream()
                                .map(entry -> new JsonText()
                                        .put("group", entry.group())
                                        .put("subject", entry.subject())
                                        .put("to", entry.to())
                                        .put("better", entry.better().name().toLowerCase(Locale.ROOT))
                                        .put("ratio", entry.ratio()))
                                .toList())
                .toString();
    }

    /**
     * Reads a file.
     *
     * @throws JsonNode.FormException if it is none
     */
    public static Baseline parse(String json) {
        JsonNode node = JsonNode.parse(json);
        if (!node.text("schema").equals(SCHEMA)) {
            throw new JsonNode.FormException("schema %s is expected".formatted(SCHEMA));
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonNode entry : node.at("ratios").elements()) {
            double ratio = entry.number("ratio");
            if (!(ratio > 0)) {
                throw new JsonNode.FormException("a ratio of " + ratio);
            }
            entries.add(new Entry(
                    entry.text("group"),
                    entry.text("subject"),
                    entry.text("to"),
                    entry.text("better").equals("less") ? Better.LESS : Better.MORE,
                    ratio));
        }
        Map<String, String> machine = new LinkedHashMap<>();
        JsonNode where = node.at("machine");
        where.members().keySet().forEach(name -> machine.put(name, where.text(name)));
        return new Baseline(machine, entries);
    }

    /** The whole as lines for a terminal. */
    public static String text(List<Judged> judged, double margin) {
        StringBuilder text = new StringBuilder();
        for (Judged one : judged) {
            text.append("%-9s %s: %s, was %s%n"
                    .formatted(
                            one.now().isEmpty() ? "not now" : one.isWorseThan(margin) ? "WORSE" : "ok",
                            one.entry().name(),
                            one.now().map(Baseline::rounded).orElse("-"),
                            rounded(one.entry().ratio())));
        }
        return text.toString();
    }

    private static String rounded(double ratio) {
        return String.format(Locale.ROOT, "%.3g", ratio);
    }
}

package dev.ring3.bench.measure;

import dev.ring3.bench.measure.Figure.Better;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Samples of many things, in forks and rounds, and the figures that come of them: medians of a fork's rounds, ratios of two samples
 * of one round. Samples for which others had the processors too long are thrown away, but where there is no other.
 */
public final class SampleTable {
    private final Set<Key> keys = new LinkedHashSet<>(); // all, in the order in which they came
    private final Map<Key, Map<Integer, Map<Integer, Sample>>> samples = new LinkedHashMap<>();
    private final Map<Key, Map<Integer, Map<Integer, Sample>>> starved = new LinkedHashMap<>();

    /** An empty one. */
    public SampleTable() {
        // Samples are added.
    }

    /**
     * What is measured of whom.
     *
     * @param axis what a chart has below it; empty for none
     * @param position on it
     */
    public record Key(String group, String subject, String axis, double position) {
        private Key of(String other) {
            return new Key(group, other, axis, position);
        }
    }

    /** One sample. */
    public record Sample(double nanos, double cpuNanos, double share) {}

    /** Adds one; whether it counts is decided when all are there. */
    public void add(Key key, int fork, int round, Sample sample) {
        keys.add(key);
        (sample.share() < 1 - ThreadClock.QUEUED_MAX ? starved : samples)
                .computeIfAbsent(key, _ -> new TreeMap<>())
                .computeIfAbsent(fork, _ -> new TreeMap<>())
                .put(round, sample);
    }

    /** What is to be said of things of which every sample was starved, and counts all the same. */
    public List<String> doubts() {
        List<Key> doubtful = starved.keySet().stream()
                .filter(key -> !samples.containsKey(key))
                .toList();
        return doubtful.isEmpty()
                ? List.of()
                : List.of(
                        ("%d of %d things have no sample in which nobody else had the processors for more than a tenth of the"
                                        + " time; what is given of them is too high, and how much the least share says")
                                .formatted(doubtful.size(), keys.size()));
    }

    /**
     * The figures.
     *
     * @param base what the subject of a key is compared with, where it is
     */
    public List<Figure> figures(Function<Key, Optional<String>> base) {
        List<Figure> figures = new ArrayList<>();
        for (Key key : keys) {
            figures.add(figure(key, "ns", Sample::nanos, base.apply(key)));
            figures.add(figure(key, "ns of processor time", Sample::cpuNanos, base.apply(key)));
        }
        return figures;
    }

    private Figure figure(Key key, String unit, ToDoubleFunction<Sample> value, Optional<String> base) {
        String group = key.axis().isEmpty()
                ? key.group()
                : "%s: %s %s".formatted(key.group(), Numbers.count(key.position()), key.axis());
        Figure figure = Figure.of(group, key.subject(), unit, Better.LESS, medians(key, value))
                .withQuality(new Figure.Quality(shareLeast(key), discarded(key)));
        if (!key.axis().isEmpty()) {
            figure = figure.withParameters(Map.of(key.axis(), key.position()));
        }
        return base.isEmpty() || base.get().equals(key.subject())
                ? figure
                : figure.withRatio(base.get(), ratios(key, key.of(base.get()), value));
    }

    private List<Double> medians(Key key, ToDoubleFunction<Sample> value) {
        return forks(key).values().stream()
                .map(rounds -> Statistics.median(
                        rounds.values().stream().mapToDouble(value).toArray()))
                .toList();
    }

    private List<Double> ratios(Key key, Key base, ToDoubleFunction<Sample> value) {
        List<Double> ratios = new ArrayList<>();
        forks(key).forEach((fork, rounds) -> {
            List<Double> ofFork = new ArrayList<>();
            rounds.forEach((round, sample) -> {
                Sample other = forks(base).getOrDefault(fork, Map.of()).get(round);
                if (other != null && value.applyAsDouble(other) > 0) {
                    ofFork.add(value.applyAsDouble(sample) / value.applyAsDouble(other));
                }
            });
            if (!ofFork.isEmpty()) {
                ratios.add(Statistics.median(
                        ofFork.stream().mapToDouble(Double::doubleValue).toArray()));
            }
        });
        return ratios;
    }

    private Map<Integer, Map<Integer, Sample>> forks(Key key) {
        return samples.getOrDefault(key, starved.getOrDefault(key, Map.of()));
    }

    private int discarded(Key key) {
        return samples.containsKey(key)
                ? starved.getOrDefault(key, Map.of()).values().stream()
                        .mapToInt(Map::size)
                        .sum()
                : 0;
    }

    private double shareLeast(Key key) {
        return forks(key).values().stream()
                .flatMap(rounds -> rounds.values().stream())
                .mapToDouble(Sample::share)
                .min()
                .orElse(1);
    }
}

package dev.ring3.bench.bpf;

import dev.ring3.bench.bpf.BenchReport.MapResult;
import dev.ring3.bench.measure.ChildJvm;
import dev.ring3.bench.measure.Progress;
import dev.ring3.bench.measure.Spread;
import dev.ring3.bench.measure.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures what programs do with maps, in Ring3's compiler and in the kernel. */
final class MapsPart {
    private static final int SUBJECTS_MAX = 24;

    private final BenchOptions options;
    private final ChildJvm children;
    private final Progress progress;
    private final List<String> lacks;

    /** @param lacks gets what could not be measured */
    MapsPart(BenchOptions options, ChildJvm children, Progress progress, List<String> lacks) {
        this.options = options;
        this.children = children;
        this.progress = progress;
        this.lacks = lacks;
    }

    private record Key(String kind, String operation, String engine, int threads) {}

    private static final class Values {
        final List<Double> nanos = new ArrayList<>();
        final List<Double> net = new ArrayList<>();
    }

    List<MapResult> measure() throws InterruptedException {
        Map<Key, Values> forks = new LinkedHashMap<>();
        for (int fork = 0; fork < options.forks(); fork++) {
            for (MapKind kind : options.chosenMaps()) {
                for (Engine engine : List.of(Engine.JIT, Engine.KERNEL)) {
                    if (options.chosenEngines().contains(engine)) {
                        progress.step("%s map in %s, fork %d of %d"
                                .formatted(kind.id(), engine.title(), fork + 1, options.forks()));
                        measure(kind, engine, forks);
                    }
                }
            }
        }
        return forks.entrySet().stream()
                .map(entry -> new MapResult(
                        entry.getKey().kind(),
                        entry.getKey().operation(),
                        entry.getKey().engine(),
                        entry.getKey().threads(),
                        Spread.of(entry.getValue().nanos),
                        Spread.of(entry.getValue().net)))
                .toList();
    }

    private void measure(MapKind kind, Engine engine, Map<Key, Values> forks) throws InterruptedException {
        List<String> work =
                new ArrayList<>(List.of("maps", kind.id(), engine.id(), Integer.toString(options.threads())));
        work.addAll(options.times().words());
        Map<Key, Values> rounds = new LinkedHashMap<>();
        try {
            for (String line : children.run(WorkerMain.JVM_OPTIONS, work, options.secondsMax(SUBJECTS_MAX))) {
                String[] words = line.split(" ", -1);
                Values values = rounds.computeIfAbsent(
                        new Key(kind.id(), words[0], engine.id(), Integer.parseInt(words[1])), _ -> new Values());
                values.nanos.add(Double.parseDouble(words[2]));
                values.net.add(Double.parseDouble(words[2]) - Double.parseDouble(words[3]));
            }
        } catch (ChildJvm.ChildException e) {
            lacks.add("%s map in %s: %s".formatted(kind.id(), engine.title(), e.getMessage()));
            return;
        }
        rounds.forEach((key, values) -> {
            Values of = forks.computeIfAbsent(key, _ -> new Values());
            of.nanos.add(median(values.nanos));
            of.net.add(median(values.net));
        });
    }

    private static double median(List<Double> values) {
        return Statistics.median(
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}

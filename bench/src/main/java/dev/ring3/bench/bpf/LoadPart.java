package dev.ring3.bench.bpf;

import dev.ring3.bench.bpf.BenchReport.LoadResult;
import dev.ring3.bench.measure.ChildJvm;
import dev.ring3.bench.measure.Progress;
import dev.ring3.bench.measure.Spread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures how soon programs run and what they take. */
final class LoadPart {
    private static final int SUBJECTS = 8;

    private LoadPart() {}

    /** The unit of each, by the first word. */
    private static String unit(String what) {
        return switch (what.replaceFirst(" .*", "")) {
            case "first-result" -> "us";
            case "full-speed" -> "ms";
            default -> "bytes";
        };
    }

    static List<LoadResult> measure(
            BenchOptions options, Path directory, ChildJvm children, Progress progress, List<String> lacks)
            throws InterruptedException {
        Map<String, List<Double>> forks = new LinkedHashMap<>();
        for (int fork = 0; fork < options.forks(); fork++) {
            progress.step("loading programs, fork %d of %d".formatted(fork + 1, options.forks()));
            List<String> work = new ArrayList<>(List.of("load", directory.toString()));
            work.addAll(options.times().words());
            try {
                for (String line : children.run(WorkerMain.JVM_OPTIONS, work, options.secondsMax(SUBJECTS))) {
                    int last = line.lastIndexOf(' ');
                    forks.computeIfAbsent(line.substring(0, last), _ -> new ArrayList<>())
                            .add(Double.parseDouble(line.substring(last + 1)));
                }
            } catch (ChildJvm.ChildException e) {
                lacks.add("loading programs: " + e.getMessage());
            }
        }
        return forks.entrySet().stream()
                .map(entry -> new LoadResult(entry.getKey(), unit(entry.getKey()), Spread.of(entry.getValue())))
                .toList();
    }
}

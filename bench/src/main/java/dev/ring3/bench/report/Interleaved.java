package dev.ring3.bench.report;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Ratio;
import dev.ring3.bench.measure.Progress;
import dev.ring3.bench.measure.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures two builds in turn: one fork of each after the other, now one first and now the other, so that the i-th fork of both ran
 * next to each other.
 */
public final class Interleaved {
    private Interleaved() {}

    /** A build could not be measured. */
    public static final class RunException extends Exception {
        private static final long serialVersionUID = 1L;

        RunException(String message) {
            super(message);
        }
    }

    /**
     * Both documents.
     *
     * @param before of the first build, its samples those of all forks
     * @param after of the second
     */
    public record Pair(BenchDocument before, BenchDocument after) {}

    /**
     * Measures.
     *
     * @param first a build: its launcher, or the folder that has it, or one with jars in {@code lib}
     * @param second another
     * @param arguments of both: {@code bench io --bs=512}; the file for the figures is added
     */
    public static Pair measure(Path first, Path second, List<String> arguments, int forks, Progress progress)
            throws RunException, InterruptedException {
        List<BenchDocument> before = new ArrayList<>();
        List<BenchDocument> after = new ArrayList<>();
        try (Scratch scratch = Scratch.create()) {
            for (int fork = 0; fork < forks; fork++) {
                progress.step("fork %d of %d of both builds".formatted(fork + 1, forks));
                boolean firstFirst = fork % 2 == 0;
                BenchDocument one = run(firstFirst ? first : second, arguments, scratch);
                BenchDocument other = run(firstFirst ? second : first, arguments, scratch);
                before.add(firstFirst ? one : other);
                after.add(firstFirst ? other : one);
            }
        }
        return new Pair(merged(before), merged(after));
    }

    private static BenchDocument run(Path build, List<String> arguments, Scratch scratch)
            throws RunException, InterruptedException {
        Path json = scratch.path().resolve("figures.json");
        Path said = scratch.path().resolve("said.txt");
        List<String> command = new ArrayList<>(Build.command(build));
        command.addAll(arguments);
        command.addAll(List.of("--json", json.toString()));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.to(said.toFile()))
                    .start();
            process.getOutputStream().close();
            if (process.waitFor() != 0) {
                List<String> lines = Files.readAllLines(said);
                throw new RunException("%s ended with status %d: %s"
                        .formatted(
                                String.join(" ", command),
                                process.exitValue(),
                                lines.isEmpty() ? "" : lines.getLast()));
            }
            BenchDocument document = BenchDocument.parse(Files.readString(json));
            Files.delete(json);
            return document;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All forks in one; a figure that one of them lacks is left out, so that samples stay beside each other. */
    public static BenchDocument merged(List<BenchDocument> forks) {
        BenchDocument last = forks.getLast();
        Map<String, List<Figure>> byName = new LinkedHashMap<>();
        forks.forEach(document -> document.figures()
                .forEach(figure -> byName.computeIfAbsent(figure.name(), _ -> new ArrayList<>())
                        .add(figure)));
        List<Figure> figures = new ArrayList<>();
        byName.values().stream().filter(of -> of.size() == forks.size()).forEach(of -> figures.add(merge(of)));
        BenchDocument.Setting setting = last.setting();
        return new BenchDocument(
                last.kind(),
                new BenchDocument.Setting(
                        setting.machine(),
                        setting.command(),
                        setting.method(),
                        forks.stream().mapToInt(one -> one.setting().forks()).sum(),
                        setting.rounds(),
                        setting.loadAfter(),
                        forks.stream().mapToLong(one -> one.setting().seconds()).sum()),
                figures,
                last.notMeasured());
    }

    private static Figure merge(List<Figure> forks) {
        Figure last = forks.getLast();
        List<Double> samples = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        Figure.Quality quality = Figure.Quality.UNDISTURBED;
        for (Figure figure : forks) {
            samples.addAll(figure.samples());
            figure.ratio().map(Ratio::samples).ifPresent(ratios::addAll);
            quality = quality.and(figure.quality());
        }
        Figure merged = new Figure(
                last.group(),
                last.subject(),
                last.unit(),
                last.better(),
                samples,
                java.util.Optional.empty(),
                quality,
                last.parameters(),
                last.latency());
        return last.ratio().map(ratio -> merged.withRatio(ratio.to(), ratios)).orElse(merged);
    }
}

package dev.ring3.bench.io;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Better;
import dev.ring3.bench.measure.LatencyHistogram;
import dev.ring3.bench.measure.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What one job found in each engine. */
public final class IoReport {
    static final String CPU = "ns of processor time";
    static final String OPERATIONS = "op/s";

    private final IoOptions options;
    private final BenchDocument.Setting setting;
    private final Map<IoEngine, List<IoRun>> runs;
    private final Map<IoEngine, Integer> discarded;
    private final List<String> lacks;

    IoReport(
            IoOptions options,
            BenchDocument.Setting setting,
            Map<IoEngine, List<IoRun>> runs,
            Map<IoEngine, Integer> discarded,
            List<String> lacks) {
        this.options = options;
        this.setting = setting;
        this.runs = runs;
        this.discarded = discarded;
        this.lacks = List.copyOf(lacks);
    }

    /** Wants each run of each engine. */
    @FunctionalInterface
    interface RunSink {
        void take(IoEngine engine, int fork, IoRun run);
    }

    IoOptions options() {
        return options;
    }

    void forEachRun(RunSink sink) {
        runs.forEach((engine, forks) -> {
            for (int fork = 0; fork < forks.size(); fork++) {
                sink.take(engine, fork, forks.get(fork));
            }
        });
    }

    /** Whether anything was measured. */
    public boolean isEmpty() {
        return runs.isEmpty();
    }

    /** What fio would print. */
    public String text() {
        return new FioText(this).text();
    }

    /** The JSON that fio would write, with what it does not know in members {@code ring3}. */
    public String json() {
        return FioJson.of(this);
    }

    /** The form that all benchmarks have. */
    public BenchDocument document() {
        List<Figure> figures = new ArrayList<>();
        runs.forEach((engine, forks) -> {
            figures.add(figure(engine, CPU, Better.LESS, IoRun::cpuNanosEach).withLatency(latency(forks)));
            figures.add(figure(engine, OPERATIONS, Better.MORE, IoRun::operationsPerSecond));
        });
        return new BenchDocument("io", setting, figures, lacks);
    }

    private Figure figure(IoEngine engine, String unit, Better better, ToDoubleFunction<IoRun> value) {
        List<IoRun> forks = runs.getOrDefault(engine, List.of());
        Figure figure = Figure.of(group(), engine.id(), unit, better, values(forks, value))
                .withQuality(new Figure.Quality(
                        forks.stream().mapToDouble(IoRun::share).min().orElse(1), discarded.getOrDefault(engine, 0)))
                .withParameters(parameters());
        IoEngine base = base();
        return engine == base
                ? figure
                : figure.withRatio(
                        base.id(), quotients(figure.samples(), values(runs.getOrDefault(base, List.of()), value)));
    }

    private String group() {
        return options.job().title();
    }

    /** The first engine that was asked for and measured: what others are compared with. */
    private IoEngine base() {
        return options.engines().stream().filter(runs::containsKey).findFirst().orElseThrow();
    }

    private Map<String, Double> parameters() {
        Map<String, Double> parameters = new LinkedHashMap<>();
        parameters.put("bs", (double) options.job().blockBytes());
        parameters.put("numjobs", (double) options.job().threads());
        parameters.put("iodepth", (double) options.job().depth());
        return parameters;
    }

    private static List<Double> values(List<IoRun> forks, ToDoubleFunction<IoRun> value) {
        return forks.stream().map(value::applyAsDouble).toList();
    }

    static List<Double> quotients(List<Double> values, List<Double> by) {
        List<Double> quotients = new ArrayList<>();
        for (int i = 0; i < Math.min(values.size(), by.size()); i++) {
            if (by.get(i) > 0) {
                quotients.add(values.get(i) / by.get(i));
            }
        }
        return quotients;
    }

    private static Figure.Latency latency(List<IoRun> forks) {
        LatencyHistogram all = new LatencyHistogram();
        long batch = 1;
        for (IoRun run : forks) {
            all.add(run.reads.latency);
            all.add(run.writes.latency);
            batch = Math.max(batch, run.batch);
        }
        return all.latency(batch);
    }

    /** A line for each engine but the first. */
    List<String> ratios() {
        List<String> lines = new ArrayList<>();
        for (Figure figure : document().figures()) {
            figure.ratio().filter(_ -> figure.unit().equals(CPU)).ifPresent(ratio -> {
                Spread spread = Spread.of(ratio.samples());
                lines.add(String.format(
                        Locale.ROOT,
                        "%s: %.3g times that of %s (%.3g to %.3g in %d forks)",
                        figure.subject(),
                        spread.median(),
                        ratio.to(),
                        spread.least(),
                        spread.most(),
                        spread.count()));
            });
        }
        return lines;
    }
}

package dev.ring3.bench.io;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.ChildJvm.ChildException;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Better;
import dev.ring3.bench.measure.Machine;
import dev.ring3.bench.measure.Progress;
import dev.ring3.bench.measure.Scratch;
import dev.ring3.bench.measure.Statistics;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code ring3 bench io --summit}: buffered, direct, uncached, mapped and Ring3's own, by size, order, threads, in memory and not.
 *
 * <p>Each mode is a process that lives through a fork; for each cell of the matrix they take turns, round after round, so that a
 * ratio is one of two measurements next to each other.
 */
public final class Summit {
    static final String NANOS = "ns";
    static final double RESIDENT_MIN = 0.99;
    private static final int TURNS = 2;
    private static final int COMPILE_BYTES = 512;
    private static final long COMPILE_MILLIS = 500;

    private final IoOptions options;
    private final int rounds;
    private final Progress progress;
    private final Map<SummitCell, Map<SummitMode, Values>> values = new LinkedHashMap<>();
    private int starvedRuns;
    private final Map<SummitMode, String> lacks = new EnumMap<>(SummitMode.class);

    private Summit(IoOptions options, int rounds, Progress progress) {
        this.options = options;
        this.rounds = rounds;
        this.progress = progress;
    }

    /** What a mode's forks came to in a cell. */
    private static final class Values {
        final List<Double> nanos = new ArrayList<>();
        final List<Double> cpu = new ArrayList<>();
        final List<Double> toBuffered = new ArrayList<>();
        final List<Double> cpuToBuffered = new ArrayList<>();
        double shareLeast = 1;
        int discarded;
    }

    /** The runs of a round that count. */
    private record Round(Map<SummitMode, IoRun> runs) {}

    /**
     * Measures the matrix.
     *
     * @param options of which size, place, forks and runtime are used, and the number of threads besides one
     */
    public static SummitReport run(IoOptions options, int rounds, Progress progress) throws InterruptedException {
        long begin = System.nanoTime();
        Machine machine = Machine.here();
        Summit summit = new Summit(options, rounds, progress);
        try (Scratch scratch = Scratch.create()) {
            for (int fork = 0; fork < options.forks(); fork++) {
                summit.fork(fork, scratch);
            }
        }
        BenchDocument.Setting setting = new BenchDocument.Setting(
                machine.described(),
                options.command(),
                method(options, rounds),
                options.forks(),
                rounds,
                Machine.load(),
                (System.nanoTime() - begin) / 1_000_000_000);
        return new SummitReport(summit.document(setting));
    }

    private static String method(IoOptions options, int rounds) {
        return """
            Each mode in a process of its own; for each cell of the matrix all modes take turns, %d rounds of %d ms, each \
            round beginning with another one; %d forks. A ratio is that of two runs of one round; given are the medians of the \
            forks' medians. In memory: the file was read before and at least 99 %% of it is in memory before and after, by \
            mincore(2) or the cache's own count, else the run is not counted. Not in memory: the file was dropped from the \
            cache (fadvise; Ring3's volume is closed and opened) before each run, and what is written is durable within the time. \
            Runs in memory in which the threads had processors for less than nine tenths of the time are taken anew once. pread \
            crosses into the kernel, a mapping and Ring3's cache do not; only the kernel's ways survive the process. The file has %s.""".formatted(
                        rounds,
                        options.job().runtimeMillis(),
                        options.forks(),
                        IoJob.size(options.job().sizeBytes()));
    }

    private void fork(int fork, Scratch scratch) throws InterruptedException {
        Map<SummitMode, EngineChild> children = new EnumMap<>(SummitMode.class);
        try {
            for (SummitMode mode : SummitMode.values()) {
                if (!lacks.containsKey(mode)) {
                    children.put(mode, started(mode, scratch));
                }
            }
            children.keySet().removeAll(lacks.keySet());
            for (SummitCell cell : SummitCell.all(options.job().threads())) {
                progress.step("%s, fork %d of %d".formatted(cell.group(), fork + 1, options.forks()));
                add(cell, rounds(cell, children));
            }
        } catch (ChildException e) {
            throw new IllegalStateException("a process cannot be started: " + e.getMessage(), e);
        } finally {
            children.values().forEach(EngineChild::close);
        }
    }

    /** A process whose code is compiled: it read and wrote for a while. */
    private EngineChild started(SummitMode mode, Scratch scratch) throws ChildException, InterruptedException {
        EngineChild child = EngineChild.start(
                mode.engine(), options.job().sizeBytes(), options.memory(), options.place(), scratch.path());
        try {
            for (IoPattern pattern : List.of(IoPattern.RANDREAD, IoPattern.RANDWRITE)) {
                child.run(new SummitCell(pattern, COMPILE_BYTES, 1, true)
                        .job(options.job(), mode)
                        .withRamp(COMPILE_MILLIS));
            }
        } catch (ChildException e) {
            lacks.put(mode, e.getMessage());
        }
        return child;
    }

    private List<Round> rounds(SummitCell cell, Map<SummitMode, EngineChild> children) throws InterruptedException {
        List<SummitMode> modes = children.keySet().stream()
                .filter(mode -> mode.takes(cell.blockBytes()))
                .toList();
        List<Round> taken = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            Map<SummitMode, IoRun> runs = new EnumMap<>(SummitMode.class);
            for (int i = 0; i < modes.size(); i++) {
                SummitMode mode = modes.get((i + round) % modes.size());
                EngineChild child = children.get(mode);
                if (child != null) {
                    measure(cell, mode, child, round == 0).ifPresentOrElse(run -> runs.put(mode, run), () -> {});
                    if (lacks.containsKey(mode)) {
                        child.close();
                        children.remove(mode);
                    }
                }
            }
            taken.add(new Round(runs));
        }
        return taken;
    }

    private Optional<IoRun> measure(SummitCell cell, SummitMode mode, EngineChild child, boolean first)
            throws InterruptedException {
        IoJob job = cell.job(options.job(), mode);
        Values of = values(cell, mode);
        try {
            if (cell.cached() && first && !mode.direct()) {
                child.warm();
            }
            for (int turn = 0; turn < TURNS; turn++) {
                IoRun run = child.run(job);
                boolean starved = cell.cached() && IoBench.isStarved(run, job, mode.engine());
                boolean last = turn == TURNS - 1;
                if (starved && last) {
                    starvedRuns++;
                }
                if ((!starved || last) && isResident(cell, mode, run)) {
                    of.shareLeast = Math.min(of.shareLeast, run.share());
                    return Optional.of(run);
                }
                of.discarded++;
                if (cell.cached() && !mode.direct()) {
                    child.warm();
                }
            }
        } catch (ChildException e) {
            lacks.put(mode, e.getMessage() + " (in " + cell.group() + ")");
        }
        return Optional.empty();
    }

    private static boolean isResident(SummitCell cell, SummitMode mode, IoRun run) {
        boolean told = cell.cached() && !mode.direct() && mode != SummitMode.UNCACHED;
        return !told || Math.min(run.residentBefore, run.residentAfter) >= RESIDENT_MIN;
    }

    private Values values(SummitCell cell, SummitMode mode) {
        return values.computeIfAbsent(cell, _ -> new EnumMap<>(SummitMode.class))
                .computeIfAbsent(mode, _ -> new Values());
    }

    private void add(SummitCell cell, List<Round> taken) {
        for (SummitMode mode : SummitMode.values()) {
            List<IoRun> runs = taken.stream()
                    .map(round -> round.runs().get(mode))
                    .filter(Objects::nonNull)
                    .toList();
            if (runs.isEmpty()) {
                continue;
            }
            Values of = values(cell, mode);
            of.nanos.add(median(runs.stream().map(Summit::nanos).toList()));
            of.cpu.add(median(runs.stream().map(IoRun::cpuNanosEach).toList()));
            List<Double> ratios = new ArrayList<>();
            List<Double> cpuRatios = new ArrayList<>();
            for (Round round : taken) {
                IoRun base = round.runs().get(SummitMode.BUFFERED);
                IoRun run = round.runs().get(mode);
                if (base != null && run != null) {
                    ratios.add(nanos(run) / nanos(base));
                    cpuRatios.add(run.cpuNanosEach() / base.cpuNanosEach());
                }
            }
            if (!ratios.isEmpty()) {
                of.toBuffered.add(median(ratios));
                of.cpuToBuffered.add(median(cpuRatios));
            }
        }
    }

    /** What an operation takes of a thread's time. */
    private static double nanos(IoRun run) {
        return (double) run.busyNanos / Math.max(1, run.operations());
    }

    private static double median(List<Double> of) {
        return Statistics.median(of.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private BenchDocument document(BenchDocument.Setting setting) {
        List<Figure> figures = new ArrayList<>();
        values.forEach((cell, modes) -> modes.forEach((mode, of) -> {
            if (!of.nanos.isEmpty()) {
                figures.add(figure(cell, mode, NANOS, of, of.nanos, of.toBuffered));
                figures.add(figure(cell, mode, IoReport.CPU, of, of.cpu, of.cpuToBuffered));
            }
        }));
        List<String> notes = new ArrayList<>();
        lacks.forEach((mode, why) -> notes.add("%s: %s".formatted(mode.id(), why)));
        if (starvedRuns > 0) {
            notes.add(
                    "%d runs were short of processors twice and count all the same; their times are too high, their processor time is not"
                            .formatted(starvedRuns));
        }
        return new BenchDocument("io", setting, figures, notes);
    }

    private static Figure figure(
            SummitCell cell, SummitMode mode, String unit, Values of, List<Double> samples, List<Double> ratios) {
        Figure figure = Figure.of(cell.group(), mode.id(), unit, Better.LESS, samples)
                .withQuality(new Figure.Quality(of.shareLeast, of.discarded))
                .withParameters(Map.of("bs", (double) cell.blockBytes(), "numjobs", (double) cell.threads()));
        return mode == SummitMode.BUFFERED ? figure : figure.withRatio(SummitMode.BUFFERED.id(), ratios);
    }
}

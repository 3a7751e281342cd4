package dev.ring3.bench.baseline;

import dev.ring3.bench.bpf.BenchOptions;
import dev.ring3.bench.bpf.BpfBench;
import dev.ring3.bench.fs.FsBench;
import dev.ring3.bench.fs.FsOptions;
import dev.ring3.bench.fs.FsSubject;
import dev.ring3.bench.io.IoBench;
import dev.ring3.bench.io.IoEngine;
import dev.ring3.bench.io.IoJob;
import dev.ring3.bench.io.IoOptions;
import dev.ring3.bench.io.IoPattern;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Machine;
import dev.ring3.bench.measure.Progress;
import dev.ring3.bench.measure.Scratch;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;

/** Measures the ratios of a baseline: shortly, and twice where the first time something seems to be worse. */
public final class BaselineBench {
    private static final int FORKS = 2;
    private static final int ROUNDS = 5;
    private static final int BLOCK_BYTES = 512;
    private static final long RUNTIME_MILLIS = 500;
    private static final long FILE_BYTES = 1 << 20;
    private static final String CPU = "ns of processor time";
    private static final Pattern WITH_A_DEVICE = Pattern.compile("fsync|64 MiB|^create|^unlink");

    private BaselineBench() {}

    /**
     * Measures everything once.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public static Baseline measure(Progress progress) throws InterruptedException {
        List<Figure> figures = new ArrayList<>();
        try (Scratch scratch = Scratch.create()) {
            for (IoPattern pattern : List.of(IoPattern.RANDREAD, IoPattern.RANDWRITE)) {
                figures.addAll(steady(IoBench.run(io(pattern, IoEngine.RING3_CACHE, scratch), progress)
                        .document()
                        .figures()));
            }
            figures.addAll(steady(FsBench.run(fs(scratch), progress).figures()));
        }
        try {
            figures.addAll(BpfBench.run(bpf(), progress).figures());
        } catch (BpfBench.UnsupportedException e) {
            progress.step("no ratios of BPF: " + e.getMessage());
        }
        return Baseline.of(Machine.here().described(), figures);
    }

    /** Measures, and once more if something is worse than a file says by more than a margin; of both the better counts. */
    public static List<Baseline.Judged> judge(Baseline file, double margin, Progress progress)
            throws InterruptedException {
        Baseline first = measure(progress);
        List<Baseline.Judged> judged = file.judge(first);
        if (judged.stream().noneMatch(one -> one.isWorseThan(margin))) {
            return judged;
        }
        progress.step("something is worse; everything once more");
        return file.judge(first.best(measure(progress)));
    }

    /** Processor time alone, and nothing that waits for a device or depends on how old the host's filesystem is. */
    private static List<Figure> steady(List<Figure> figures) {
        return figures.stream()
                .filter(figure -> figure.unit().equals(CPU)
                        && !WITH_A_DEVICE.matcher(figure.group()).find())
                .toList();
    }

    private static FsOptions fs(Scratch scratch) {
        return new FsOptions(List.of(FsSubject.HOST, FsSubject.RING3), scratch.path(), FORKS, ROUNDS, 0, 0, "");
    }

    /** Of one engine beside {@code pread(2)}. */
    static IoOptions io(IoPattern pattern, IoEngine engine, Scratch scratch) {
        IoJob job = IoJob.DEFAULT.ofFile(pattern, BLOCK_BYTES, FILE_BYTES, RUNTIME_MILLIS);
        return new IoOptions(job, "baseline", List.of(IoEngine.PREAD, engine), scratch.path(), 0, FORKS, "");
    }

    private static BenchOptions bpf() {
        return new BenchOptions(
                EnumSet.of(BenchOptions.Part.PROGRAMS),
                List.of("siphash", "sieve"),
                List.of("jit", "jit-checked", "interpreter"),
                List.of(),
                1,
                ROUNDS,
                5,
                400,
                1,
                "",
                List.of(),
                "");
    }
}

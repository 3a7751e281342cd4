package dev.ring3.bench.bpf;

import dev.ring3.bench.bpf.BenchOptions.Part;
import dev.ring3.bench.bpf.BenchReport.LoadResult;
import dev.ring3.bench.bpf.BenchReport.MapResult;
import dev.ring3.bench.bpf.BenchReport.ProgramResult;
import dev.ring3.bench.measure.ChildJvm;
import dev.ring3.bench.measure.Machine;
import dev.ring3.bench.measure.Progress;
import dev.ring3.linux.Availability;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgramType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The benchmark of BPF runtimes. */
public final class BpfBench {
    static final String NATIVE_MODULES = "dev.ring3.bench,dev.ring3.bpf,dev.ring3.linux";

    private BpfBench() {}

    /** This machine has not got what a measurement needs. */
    public static final class UnsupportedException extends Exception {
        private static final long serialVersionUID = 1L;

        UnsupportedException(String message) {
            super(message);
        }
    }

    /**
     * Measures.
     *
     * @throws UnsupportedException if nothing of what is asked for can be measured here; what else cannot be is said in
     *     the report
     */
    public static BenchReport run(BenchOptions options, Progress progress)
            throws UnsupportedException, InterruptedException {
        Path directory;
        try {
            directory = Files.createTempDirectory("ring3-bench");
        } catch (IOException e) {
            throw new UnsupportedException("no directory for what is compiled: " + e.getMessage());
        }
        try {
            return run(options, directory, progress);
        } finally {
            delete(directory);
        }
    }

    private static BenchReport run(BenchOptions given, Path directory, Progress progress)
            throws UnsupportedException, InterruptedException {
        long begin = System.nanoTime();
        Machine machine = Machine.here();
        List<String> lacks = new ArrayList<>();
        BenchOptions options = withoutKernel(given, lacks);
        Optional<Toolchain> toolchain = Toolchain.find(options.clang(), directory);
        Set<Part> parts = parts(options, toolchain.isPresent(), lacks);
        ChildJvm children = new ChildJvm(directory, WorkerMain.class, NATIVE_MODULES);
        List<ProgramResult> programs = List.of();
        if (toolchain.isPresent()) {
            if (parts.contains(Part.PROGRAMS)) {
                programs = new ProgramsPart(options, toolchain.get(), directory, children, progress).measure();
            } else {
                for (BenchProgram program : BenchProgram.ALL) {
                    toolchain.get().compile(program, Toolchain.Target.BPF); // for what is loaded
                }
            }
        }
        List<MapResult> maps =
                parts.contains(Part.MAPS) ? new MapsPart(options, children, progress, lacks).measure() : List.of();
        List<LoadResult> loads =
                parts.contains(Part.LOAD) ? LoadPart.measure(options, directory, children, progress, lacks) : List.of();
        BenchReport.Setting setting = new BenchReport.Setting(
                machine,
                options,
                method(options),
                Machine.load(),
                toolchain.isPresent() ? toolchain.get().version() : "",
                lacks,
                (System.nanoTime() - begin) / 1_000_000_000);
        return new BenchReport(setting, programs, maps, loads);
    }

    /** What can be measured of what is asked for. */
    private static Set<Part> parts(BenchOptions options, boolean compiler, List<String> lacks)
            throws UnsupportedException {
        Set<Part> parts = EnumSet.copyOf(options.parts());
        if (!compiler && parts.remove(Part.PROGRAMS)) {
            lacks.add("programs: no clang that compiles for BPF is here: " + Toolchain.PACKAGES);
            if (parts.isEmpty()) {
                throw new UnsupportedException(lacks.getLast());
            }
        }
        return parts;
    }

    private static BenchOptions withoutKernel(BenchOptions options, List<String> lacks) throws UnsupportedException {
        List<String> engines =
                new ArrayList<>(options.chosenEngines().stream().map(Engine::id).toList());
        if (engines.contains(Engine.KERNEL.id())
                && KernelBpf.probe(KernelProgramType.XDP) instanceof Availability.Unavailable(var _, String detail)) {
            engines.remove(Engine.KERNEL.id());
            lacks.add("%s: %s".formatted(Engine.KERNEL.title(), detail));
            if (engines.isEmpty() && options.peers().isEmpty()) {
                throw new UnsupportedException(lacks.getLast());
            }
        }
        return new BenchOptions(
                options.parts(),
                options.programs(),
                engines,
                options.peers(),
                options.forks(),
                options.rounds(),
                options.batchMillis(),
                options.warmUpMillis(),
                options.threads(),
                options.clang(),
                options.maps(),
                options.command());
    }

    private static String method(BenchOptions options) {
        return """
                Each program runs in each engine in a JVM of its own, %d times over (forks), the same C as native code in the \
                same process beside it. After %.0f ms of warm-up each, %d rounds: every one of them runs for %.1f ms, the round \
                begins with another one each time. A ratio is that of two times in one round; given are the median of the forks' \
                medians, and the least and the greatest of those. Times are those in which the thread had a processor. Rounds in which the thread had a processor for less than nine \
                tenths of the time are taken anew. Native code is clang -O2, called by a loop in C; scalar is the \
                same with -fno-vectorize -fno-slp-vectorize -fno-unroll-loops. Programs in Ring3 are called by a loop in Java, and \
                not inlined into it. Of the kernel's times those of an empty program beside it are subtracted. Results are compared \
                with what the program should return; what returns something else is not measured.""".formatted(options.forks(), options.warmUpMillis(), options.rounds(), options.batchMillis());
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what was compiled cannot be deleted", e);
        }
    }
}

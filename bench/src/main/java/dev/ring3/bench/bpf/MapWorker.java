package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Rounds;
import dev.ring3.bench.measure.Subject;
import dev.ring3.bpf.Bindings;
import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelMap;
import dev.ring3.linux.MapSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Measures what one can do with maps of a kind, by one thread, and by several that do the same to one map. */
final class MapWorker {
    private static final byte[] PACKET = new byte[64];

    private final MapKind kind;
    private final Engine engine;
    private final int threads;

    MapWorker(MapKind kind, Engine engine, int threads) {
        this.kind = kind;
        this.engine = engine;
        this.threads = threads;
    }

    /** A line for each operation, number of threads and round. */
    List<String> measure(WorkerMain.Times times) {
        List<String> lines = new ArrayList<>();
        for (MapOperation operation : kind.operations()) {
            Function<BpfCode, Subject> loader = engine == Engine.KERNEL ? inKernel() : inRing3();
            String map = engine == Engine.KERNEL ? kernelMapName : "map_by_idx(0)";
            if (kind.operations().contains(MapOperation.UPDATE)) {
                loader.apply(MapOperation.fill(map)).run(1);
            }
            for (int count : threads > 1 ? List.of(1, threads) : List.of(1)) {
                Subject work = together(IntStream.range(0, count)
                        .mapToObj(_ -> loader.apply(operation.code(map)))
                        .toList());
                Rounds rounds = new Rounds(List.of(work, loader.apply(operation.baseline(map))), times.batchMillis());
                rounds.warmUp(times.warmUpMillis());
                for (Rounds.Round round : rounds.take(times.rounds())) {
                    lines.add(String.format(
                            Locale.ROOT,
                            "%s %d %.4f %.4f",
                            operation.id(),
                            count,
                            round.nanos().get(0) / MapOperation.TURNS,
                            round.nanos().get(1) / MapOperation.TURNS));
                }
            }
        }
        return lines;
    }

    private String kernelMapName = "";

    private Function<BpfCode, Subject> inKernel() {
        KernelMap map = KernelBpf.open()
                .createMap(new MapSpec(
                        kind.kernel().orElseThrow(),
                        kind.keyBytes(),
                        MapKind.VALUE_BYTES,
                        MapKind.ENTRIES,
                        0,
                        "ring3_bench"));
        kernelMapName = "map_by_fd(%d)".formatted(map.descriptor());
        return code -> KernelSubject.of(code, PACKET);
    }

    private Function<BpfCode, Subject> inRing3() {
        BpfRuntime runtime = Ring3Subject.runtime(engine);
        BpfMap map = kind.make(runtime.map("measured"));
        Bindings bindings = new Bindings(Map.of(), List.of(map), Map.of());
        return code -> {
            BpfProgram program = runtime.program("measured", code, ProgramTypes.MEMORY, bindings);
            Invocation invocation = program.newInvocation();
            return times -> {
                long result = 0;
                for (long i = 0; i < times; i++) {
                    result = invocation.run();
                }
                return result;
            };
        };
    }

    /** All of them at the same time, the first by the caller's thread; it takes as long as the slowest. */
    private static Subject together(List<Subject> subjects) {
        if (subjects.size() == 1) {
            return subjects.getFirst();
        }
        return times -> {
            List<Thread> others = subjects.stream()
                    .skip(1)
                    .map(subject -> Thread.ofPlatform().start(() -> subject.run(times)))
                    .toList();
            long result = subjects.getFirst().run(times);
            for (Thread other : others) {
                join(other);
            }
            return result;
        };
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        }
    }
}

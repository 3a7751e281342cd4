package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Statistics;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How soon a program runs and what it takes. Prints:
 *
 * <pre>
 * first-result MICROS           from the code of a small program to its first result, where one was loaded before
 * full-speed NAME MILLIS        from its code until a program is within a tenth as fast as it gets
 * memory-jvm BYTES              heap and metaspace of a small program that is kept
 * memory-bpf BYTES              the runtime's own memory of an invocation of it
 * </pre>
 */
final class LoadWorker {
    private static final List<String> FULL_SPEED = List.of("siphash", "sort", "sha256");
    private static final int LOADS = 40;
    private static final int KEPT = 200;
    private static final double NEAR = 1.1;
    private static final double BATCH_NANOS = 1e6;
    private static final double STEADY_NANOS = 1.5e9;
    private static final int STEADY_BATCHES = 50;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;

    private LoadWorker() {}

    static List<String> measure(Path directory, WorkerMain.Times times) {
        List<String> lines = new ArrayList<>();
        lines.add(line("first-result", firstResultNanos() / NANOS_PER_MICRO));
        for (String name : FULL_SPEED) {
            BenchProgram program = BenchProgram.named(name);
            Path object = Toolchain.Target.BPF.file(directory, program);
            if (Files.exists(object)) {
                double nanos =
                        fullSpeedNanos(program, WorkerMain.read(object), Math.min(1, times.warmUpMillis() / 500));
                lines.add(line("full-speed " + name, nanos / NANOS_PER_MILLI));
            }
        }
        lines.addAll(memory());
        return lines;
    }

    private static String line(String what, double value) {
        return String.format(Locale.ROOT, "%s %.4f", what, value);
    }

    /** A small program, another one for each number. */
    private static BpfCode small(int number) {
        return Assembler.assemble("""
                r0 = 0
                if r2 < 16 goto end
                r3 = *(u64 *)(r1 + 0)
                r3 += %d
                r4 = *(u32 *)(r1 + 8)
                if r4 > 100 goto end
                r0 = r3
                r0 ^= r4
                *(u64 *)(r1 + 0) = r0
                end:
                exit
                """.formatted(number), Dialect.LLVM);
    }

    private static double firstResultNanos() {
        double[] nanos = new double[LOADS];
        try (BpfRuntime runtime = Ring3Subject.runtime(Engine.JIT)) {
            first(runtime, -1);
            for (int i = 0; i < nanos.length; i++) {
                nanos[i] = first(runtime, i);
            }
        }
        return Statistics.median(nanos);
    }

    private static double first(BpfRuntime runtime, int number) {
        BpfCode code = small(number);
        long begin = System.nanoTime();
        try (BpfProgram program = runtime.program("small", code, ProgramTypes.MEMORY);
                Invocation invocation = program.newInvocation()) {
            invocation.run();
            return System.nanoTime() - begin;
        }
    }

    /** @param patience how much of the time to wait for full speed that a whole measurement has */
    private static double fullSpeedNanos(BenchProgram program, byte[] object, double patience) {
        List<double[]> batches = new ArrayList<>(); // when it ended, and how long a run took in it
        long begin = System.nanoTime();
        try (Ring3Subject subject = Ring3Subject.of(Engine.JIT, object, program.input())) {
            long times = 1;
            double spent = 0;
            while (spent < STEADY_NANOS * patience) {
                long before = System.nanoTime();
                subject.run(times);
                double batch = System.nanoTime() - before;
                spent = System.nanoTime() - begin;
                batches.add(new double[] {spent, batch / times});
                times = batch < BATCH_NANOS / 2 ? times * 2 : times;
            }
        }
        double steady = Statistics.median(batches.stream()
                .skip(Math.max(0, batches.size() - STEADY_BATCHES))
                .mapToDouble(batch -> batch[1])
                .toArray());
        for (double[] batch : batches) {
            if (batch[1] <= steady * NEAR) {
                return batch[0];
            }
        }
        throw new IllegalStateException("no batch was as fast as the median");
    }

    private static List<String> memory() {
        List<Invocation> kept = new ArrayList<>();
        try (BpfRuntime runtime = Ring3Subject.runtime(Engine.JIT)) {
            first(runtime, -1);
            long jvm = usedByJvm();
            long own = runtime.memoryUsed();
            for (int i = 0; i < KEPT; i++) {
                Invocation invocation =
                        runtime.program("kept", small(i), ProgramTypes.MEMORY).newInvocation();
                invocation.run();
                kept.add(invocation);
            }
            return List.of(
                    line("memory-jvm", (double) (usedByJvm() - jvm) / KEPT),
                    line("memory-bpf", (double) (runtime.memoryUsed() - own) / kept.size()));
        }
    }

    private static long usedByJvm() {
        long used = 0;
        ManagementFactory.getMemoryMXBean().gc();
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            used += pool.getUsage().getUsed();
        }
        return used;
    }
}

package dev.ring3.bpf;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Runs a program until its statistics say that the methods that the arguments name are slow, or that none is and it runs
 * compiled, and prints what they say. For a JVM of {@link CompilerWatchTest}'s own.
 */
public final class CompilerWatchMain {
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final int RUNS = 1000;
    private static final int SAMPLES = 50;

    /** A function that the program calls, and a loop in each. */
    private static final String SOURCE = """
            r6 = 50
            r7 = 0
            again:
            call part
            r7 += r0
            r6 -= 1
            if r6 != 0 goto again
            r0 = r7
            exit
            part:
            r0 = 0
            r3 = 0
            loop:
            r0 += r3
            r0 ^= 7
            r3 += 1
            if r3 != 100 goto loop
            exit
            """;

    private CompilerWatchMain() {}

    /** The JVM's entry. */
    public static void main(String[] arguments) {
        Predicate<Compilation> wanted = arguments.length > 0
                ? found -> found.slowMethods().equals(List.of(arguments))
                : found -> found.slowMethods().isEmpty()
                        && found.compiledSamples() > SAMPLES
                        && found.compiledSamples() > found.interpretedSamples();
        try (CompilerWatch watch = CompilerWatch.start();
                BpfRuntime runtime = BpfRuntime.builder().engine(EngineKind.JIT).build()) {
            BpfProgram program =
                    runtime.program("watched", Assembler.assemble(SOURCE, Dialect.LLVM), ProgramTypes.MEMORY);
            program.watchCompiler(watch);
            Invocation invocation = program.newInvocation();
            long end = System.nanoTime() + WAIT_MAX.toNanos();
            Compilation found = program.statistics().compilation();
            while (!wanted.test(found) && System.nanoTime() < end) {
                for (int i = 0; i < RUNS; i++) {
                    invocation.run();
                }
                found = program.statistics().compilation();
            }
            System.out.printf("%d methods, slow: %s%n", found.methods(), found.slowMethods());
            System.out.printf(
                    "%s%n", found.compiledSamples() > found.interpretedSamples() ? "compiled" : "interpreted");
        }
    }
}

package dev.ring3.cli;

import dev.ring3.litmus.CycleTests;
import dev.ring3.litmus.RandomTests;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ring3 litmus generate}: tests from cycles of edges, or by chance. */
@Command(
        name = "generate",
        description = {
            "Make litmus tests: from a cycle of edges, or by chance.",
            "",
            "Edges: Rfe Fre Coe (between threads), Rfi Fri Coi (within one); PodRW, PosRR ... (program order between"
                    + " different or the same locations); DpAddrdR, DpDatadW, DpCtrldW (dependencies); FencedRW (an atomic"
                    + " operation in between). A, L or X between two edges makes the access a load-acquire, a"
                    + " store-release, an atomic exchange.",
            ""
        },
        footer = {"", "Example: ring3 litmus generate --cycle 'PodWW L Rfe A PodRR Fre'"})
final class LitmusGenerateCommand implements Callable<Integer> {
    private final CommandFiles files;

    @Option(names = "--cycle", paramLabel = "EDGES", description = "The edges, in one argument.")
    private @Nullable String cycle;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "cycle",
            description = "What a test of a cycle is called.")
    private String name = "cycle";

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of a test by chance: the same number gives the same test. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "Default: ${DEFAULT-VALUE}.")
    private int threads = 2;

    @Option(
            names = "--accesses",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many accesses each thread makes. Default: ${DEFAULT-VALUE}.")
    private int accesses = 3;

    @Option(names = "--locations", paramLabel = "N", defaultValue = "2", description = "Default: ${DEFAULT-VALUE}.")
    private int locations = 2;

    @Option(names = "--mixed-sizes", fallbackValue = "true", description = "Accesses of 8 to 64 bits.")
    private boolean mixedSizes;

    @Option(names = "--jumps", fallbackValue = "true", description = "Conditional jumps too.")
    private boolean jumps;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            defaultValue = "-",
            description = "Where to. Default: standard output.")
    private String output = CommandFiles.STANDARD;

    LitmusGenerateCommand(Terminal terminal) {
        this.files = new CommandFiles(terminal);
    }

    @Override
    public Integer call() {
        try {
            String text = cycle != null
                    ? CycleTests.generate(name, cycle)
                    : RandomTests.generate(
                            seed, new RandomTests.Shape(threads, accesses, locations, mixedSizes, jumps));
            files.write(output, text.getBytes(StandardCharsets.UTF_8));
            return ExitCode.OK;
        } catch (IllegalArgumentException problem) {
            throw CommandException.usage(String.valueOf(problem.getMessage()));
        }
    }
}

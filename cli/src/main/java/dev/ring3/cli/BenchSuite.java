package dev.ring3.cli;

import dev.ring3.bench.bpf.SuiteBench;
import dev.ring3.bench.bpf.SuiteOptions;
import dev.ring3.bench.bpf.SuiteReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code ring3 bench bpf} with which it runs the compiled objects of a suite instead of its own programs. */
final class BenchSuite {
    @Option(
            names = "--suite",
            paramLabel = "FILE",
            description =
                    "Run compiled objects by a file of tests of the public BPF microbenchmark suite (tests.yml) instead."
                            + " Of the other options, --engines, --forks and --json count.")
    private @Nullable Path suite;

    @Option(
            names = "--objects",
            paramLabel = "DIR",
            description = "Where the suite's object files are. Default: beside the file.")
    private @Nullable Path objects;

    @Option(
            names = "--tests",
            paramLabel = "REGEX",
            defaultValue = ".*",
            description = "Only tests of the suite whose whole name matches. Default: ${DEFAULT-VALUE}.")
    private String tests = ".*";

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "0",
            description = "How often a processor runs its program, instead of what the suite says.")
    private long iterations;

    @Option(
            names = "--processors",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many processors the suite's programs run on. Default: all.")
    private int processors;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Write the suite's figures as its own runner does, with the engine as one more column.")
    private @Nullable String csv;

    /** Whether a suite is asked for. */
    boolean isChosen() {
        return suite != null;
    }

    /** Runs it, and says whether all programs returned what they should. */
    boolean run(Terminal terminal, List<String> engines, int forks, String command, @Nullable String json)
            throws InterruptedException {
        SuiteReport report;
        Path file = Optional.ofNullable(suite).orElseThrow();
        try {
            report = SuiteBench.run(
                    options(file, engines, forks, command),
                    step -> terminal.err().println("ring3: " + step));
        } catch (IOException e) {
            throw CommandException.usage("%s: %s".formatted(file, e));
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
        if (report.rows().isEmpty()) {
            throw CommandException.unsupported(
                    String.join("; ", report.document().notMeasured()));
        }
        CommandFiles files = new CommandFiles(terminal);
        if (csv != null) {
            files.write(csv, report.csv().getBytes(StandardCharsets.UTF_8));
        }
        if (json != null) {
            files.write(json, (report.document().json() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        if (!CommandFiles.STANDARD.equals(json) && !CommandFiles.STANDARD.equals(csv)) {
            terminal.out().print(report.text());
            terminal.out().flush();
        }
        return report.isExpected();
    }

    private SuiteOptions options(Path file, List<String> engines, int forks, String command) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
        return new SuiteOptions(
                file,
                objects == null ? folder : objects,
                engines,
                tests,
                iterations,
                processors == 0 ? Runtime.getRuntime().availableProcessors() : processors,
                forks,
                command);
    }
}

package dev.ring3.cli;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.pid.PidBench;
import dev.ring3.bench.pid.PidOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ring3 bench pid}: processes by pidfd, beside the JDK. */
@Command(
        name = "pid",
        description = {
            "Measure what is done with processes, by pidfd and by the JDK: signals, liveness, information; and how soon the end of one"
                    + " of many is told, with how many threads and how much memory.",
            ""
        },
        footer = {"", "Example: ring3 bench pid --forks=5 --json=pid.json"})
final class BenchPidCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private BenchRepeats repeats = new BenchRepeats();

    @Option(
            names = "--processes",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many are awaited at a time. Default: ${DEFAULT-VALUE}.")
    private int processes = 1000;

    @Mixin
    private BenchOutput results = new BenchOutput();

    BenchPidCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        PidOptions options;
        try {
            options = new PidOptions(repeats.forks(), repeats.rounds(), processes, results.command());
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
        BenchDocument document = PidBench.run(options, step -> terminal.err().println("ring3: " + step));
        if (document.figures().isEmpty()) {
            throw CommandException.unsupported(String.join("; ", document.notMeasured()));
        }
        results.write(
                terminal, () -> PidBench.text(document), () -> document.json().toString());
        return ExitCode.OK;
    }
}

package dev.ring3.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ring3 bench}: the commands that measure. */
@Command(
        name = "bench",
        description = "Measure Ring3 beside what its users would pick instead.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 bench bpf --quick"})
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}

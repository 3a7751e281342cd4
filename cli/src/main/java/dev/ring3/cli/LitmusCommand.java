package dev.ring3.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ring3 litmus}: the BPF memory model. */
@Command(
        name = "litmus",
        description = "What BPF programs that share memory may see of each other: the memory model, executable.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 litmus run mp.litmus"})
final class LitmusCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}

package dev.ring3.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ring3 bpf}: the commands that work on BPF programs. */
@Command(
        name = "bpf",
        description =
                "Assemble, disassemble, verify and run BPF programs, measure conformance; attach programs to a server.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: printf 'r0 = 42; exit' | ring3 bpf run -"})
final class BpfCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}

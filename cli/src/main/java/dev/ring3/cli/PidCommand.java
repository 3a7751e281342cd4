package dev.ring3.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ring3 pid}: the commands about one process. */
@Command(
        name = "pid",
        description = {
            "Ask, await and signal processes, without the races of their numbers.",
            "",
            "A process is given by its number, or by its id, which 'pid info' prints: no other process ever has the"
                    + " same id."
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 pid wait 4711"})
final class PidCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}

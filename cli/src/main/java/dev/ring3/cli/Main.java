package dev.ring3.cli;

import java.util.List;

/**
 * Where the process begins. Knows nothing of picocli, so that hidden commands start without loading it; the commands
 * for people are in {@link CommandTree}.
 */
final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), Terminal.system()));
    }

    /** Runs one command line and returns the status to exit with, an {@link ExitCode}. */
    static int run(List<String> arguments, Terminal terminal) {
        HiddenCommand hidden = HiddenCommand.named(arguments);
        return hidden == null ? CommandTree.run(arguments, terminal) : hidden.run(arguments, terminal);
    }
}

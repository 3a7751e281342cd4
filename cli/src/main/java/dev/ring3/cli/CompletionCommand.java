package dev.ring3.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ring3 completion}: a script that makes a shell complete Ring3's commands and options. */
@Command(
        name = "completion",
        description = "Print a script that makes a shell complete commands and options.",
        synopsisSubcommandLabel = "SHELL",
        footer = {"", "Example: . <(ring3 completion bash)"})
final class CompletionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "for which shell?");
    }

    /** {@code ring3 completion bash}. */
    @Command(
            name = "bash",
            description = "Print the script for bash, and for zsh after 'autoload bashcompinit; bashcompinit'.",
            footer = {
                "",
                "Put '. <(ring3 completion bash)' into ~/.bashrc to have it in every shell.",
                "Example: . <(ring3 completion bash)"
            })
    static final class Bash implements Runnable {
        private final Terminal terminal;

        @Spec
        private CommandSpec spec;

        Bash(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public void run() {
            CommandSpec root = spec.root();
            terminal.out().print(AutoComplete.bash(root.name(), root.commandLine()));
            terminal.out().flush();
        }
    }
}

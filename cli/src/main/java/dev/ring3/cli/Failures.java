package dev.ring3.cli;

import dev.ring3.bpf.BpfMemoryException;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.UnsupportedHostException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** How failures are told, and the exit status of each. */
final class Failures {
    private Failures() {}

    /** A failure of a command that ran. */
    static int report(Throwable failure, CommandLine root, Terminal terminal) {
        return switch (failure) {
            case CommandException expected -> say(terminal, expected.exitCode(), expected.getMessage());
            case UnsupportedHostException lack -> say(terminal, ExitCode.UNSUPPORTED, lack.getMessage());
            case LinuxException refused -> say(terminal, ExitCode.NEGATIVE, refused.getMessage());
            case BpfMemoryException lack -> say(terminal, ExitCode.UNSUPPORTED, lack.getMessage());
            case OutOfMemoryError lack ->
                say(
                        terminal,
                        ExitCode.UNSUPPORTED,
                        "the JVM's heap is too small (%s); RING3_JAVA_OPTS=-Xmx4g gives it 4 GiB"
                                .formatted(lack.getMessage()));
            default -> reportBug(failure, root, terminal);
        };
    }

    private static int say(Terminal terminal, int status, @Nullable String message) {
        terminal.err().println("ring3: " + message);
        return status;
    }

    private static int reportBug(Throwable failure, CommandLine root, Terminal terminal) {
        terminal.err().println("ring3: a defect of Ring3: " + failure);
        if (CommandTree.isVerbose(root.getCommandSpec())) {
            failure.printStackTrace(terminal.err());
        }
        terminal.err()
                .println("Please report it as CONTRIBUTING.md says, with the command line and what -v adds to this.");
        return ExitCode.BUG;
    }

    /** A command line that cannot be understood. */
    static int report(ParameterException failure, EnvironmentDefaults defaults, List<String> arguments) {
        CommandLine command = failure.getCommandLine();
        CommandSpec spec = command.getCommandSpec();
        PrintWriter err = command.getErr();
        err.println(spec.qualifiedName() + ": " + problem(failure) + origin(failure, defaults, arguments));
        if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
            err.println(command.getHelp().synopsisHeading()
                    + command.getHelp().synopsis(0).strip());
            if (!spec.subcommands().isEmpty()) {
                err.print(command.getHelp().commandListHeading()
                        + command.getHelp().commandList());
            }
        }
        err.println("'%s --help' says more.".formatted(spec.qualifiedName()));
        return ExitCode.USAGE;
    }

    private static String problem(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !failure.getCommandLine().getSubcommands().isEmpty()) {
            return "there is no command '%s'".formatted(unmatched.getUnmatched().getFirst());
        }
        return String.valueOf(failure.getMessage());
    }

    /** A wrong value that nobody typed came from a variable or a file. */
    private static String origin(ParameterException failure, EnvironmentDefaults defaults, List<String> arguments) {
        ArgSpec argument = failure.getArgSpec();
        if (argument == null) {
            return "";
        }
        Optional<String> origin = defaults.origin(argument);
        boolean typed = argument instanceof CommandLine.Model.OptionSpec option
                && arguments.stream()
                        .anyMatch(word -> option.names().length > 0
                                && List.of(option.names()).contains(word.replaceFirst("=.*", "")));
        return typed
                ? ""
                : origin.map(name -> " (the value is that of " + name + ")").orElse("");
    }
}

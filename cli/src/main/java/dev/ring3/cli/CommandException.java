package dev.ring3.cli;

/**
 * A command ends here for a reason that is not ours: the message says what was asked, what was found and what to do,
 * and is printed as it is. Its status is an {@link ExitCode}.
 */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The command line, or a file that it names, is not what it has to be. */
    static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }

    /** What was asked cannot be done as things are. */
    static CommandException negative(String message) {
        return new CommandException(ExitCode.NEGATIVE, message);
    }

    /** This machine lacks something. */
    static CommandException unsupported(String message) {
        return new CommandException(ExitCode.UNSUPPORTED, message);
    }

    int exitCode() {
        return exitCode;
    }
}

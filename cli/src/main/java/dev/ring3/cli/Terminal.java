package dev.ring3.cli;

import dev.ring3.linux.TerminalSize;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Where a command reads and writes, so that tests can stand in for it.
 *
 * @param in standard input
 * @param out standard output, for answers and nothing else
 * @param err standard error, for everything that is said about the work
 * @param environment the variables
 * @param interactive whether a person looks at {@code out}; asked only by commands that care
 * @param columns how many characters fit a line of {@code out}; {@link #NO_END} where nobody looks
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        BooleanSupplier interactive,
        IntSupplier columns) {
    /** As many columns as there are. */
    static final int NO_END = Integer.MAX_VALUE;

    private static final int STANDARD_OUTPUT_DESCRIPTOR = 1;
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    Terminal {
        environment = Map.copyOf(environment);
    }

    /** The process's own. */
    static Terminal system() {
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                System.out,
                System.err,
                System.getenv(),
                Terminal::isTerminal,
                Terminal::width);
    }

    /** On Linux alone; elsewhere nobody is taken to look, so that output is what scripts get. */
    private static boolean isTerminal() {
        try {
            return Files.readSymbolicLink(STANDARD_OUTPUT).toString().matches("/dev/(pts/|tty|console).*");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static int width() {
        return isTerminal()
                ? TerminalSize.of(STANDARD_OUTPUT_DESCRIPTOR)
                        .map(TerminalSize::columns)
                        .orElse(NO_END)
                : NO_END;
    }

    /** No input, and nobody who listens. */
    static Terminal silent() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new Terminal(InputStream.nullInputStream(), nowhere, nowhere, Map.of(), () -> false, () -> NO_END);
    }

    /** The same with another input. */
    Terminal withInput(InputStream other) {
        return new Terminal(other, out, err, environment, interactive, columns);
    }

    /** {@code out} for picocli. */
    PrintWriter outWriter() {
        return new PrintWriter(out, true, out.charset());
    }

    /** {@code err} for picocli. */
    PrintWriter errWriter() {
        return new PrintWriter(err, true, err.charset());
    }
}

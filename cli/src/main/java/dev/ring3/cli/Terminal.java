package dev.ring3.cli;

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

/**
 * Where a command reads and writes, so that tests can stand in for it.
 *
 * @param in standard input
 * @param out standard output, for answers and nothing else
 * @param err standard error, for everything that is said about the work
 * @param environment the variables
 * @param interactive whether a person looks at {@code out}; asked only by commands that care
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        BooleanSupplier interactive) {
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    Terminal {
        environment = Map.copyOf(environment);
    }

    /** The process's own. */
    static Terminal system() {
        return new Terminal(
                new FileInputStream(FileDescriptor.in), System.out, System.err, System.getenv(), Terminal::isTerminal);
    }

    /** On Linux alone; elsewhere nobody is taken to look, so that output is what scripts get. */
    private static boolean isTerminal() {
        try {
            return Files.readSymbolicLink(STANDARD_OUTPUT).toString().matches("/dev/(pts/|tty|console).*");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** No input, and nobody who listens. */
    static Terminal silent() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new Terminal(InputStream.nullInputStream(), nowhere, nowhere, Map.of(), () -> false);
    }

    /** The same with another input. */
    Terminal withInput(InputStream other) {
        return new Terminal(other, out, err, environment, interactive);
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

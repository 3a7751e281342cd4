package dev.ring3.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One command line, run in this JVM with everything that it sees and says at hand. */
final class CommandLineRun {
    private final Map<String, String> environment = new HashMap<>();
    private byte[] input = {};
    private boolean interactive;
    private int columns = Terminal.NO_END;

    /**
     * What a command left behind.
     *
     * @param bytes what it wrote to standard output
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Result(int status, byte[] bytes, String err) {
        String out() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    static Result ring3(String... words) {
        return new CommandLineRun().run(words);
    }

    CommandLineRun variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    CommandLineRun input(String text) {
        return input(text.getBytes(StandardCharsets.UTF_8));
    }

    CommandLineRun input(byte[] bytes) {
        input = bytes.clone();
        return this;
    }

    CommandLineRun onTerminal() {
        interactive = true;
        return this;
    }

    CommandLineRun onTerminal(int width) {
        columns = width;
        return onTerminal();
    }

    Result run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                () -> interactive,
                () -> columns);
        int status = Main.run(List.of(words), terminal);
        return new Result(status, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }
}

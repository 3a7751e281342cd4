package dev.ring3.bench.bpf;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * Another runtime, behind the plugin protocol of the public conformance suite: the memory is an argument, the program one
 * line of standard input, both as bytes in hexadecimal with two blanks behind each; r0 in hexadecimal is the answer. With
 * {@code --repeat N} it runs the program so often and adds a line {@code ns_per_run X}.
 *
 * @param name in reports
 * @param command its words: the executable, and options that come behind the memory
 */
record PeerCommand(String name, List<String> command) {
    private static final String REPEAT = "--repeat";
    private static final String NANOS = "ns_per_run ";
    private static final int MESSAGE_CHARS_MAX = 200;

    PeerCommand {
        command = List.copyOf(command);
    }

    /**
     * What a command line says: {@code NAME=COMMAND}, words between blanks.
     *
     * @throws IllegalArgumentException if it says something else
     */
    static PeerCommand parse(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0 || text.substring(equals + 1).isBlank()) {
            throw new IllegalArgumentException("'%s' is not NAME=COMMAND".formatted(text));
        }
        return new PeerCommand(
                text.substring(0, equals).strip(),
                Arrays.asList(text.substring(equals + 1).strip().split("\\s+")));
    }

    /**
     * What it answered.
     *
     * @param result r0
     * @param nanos a run took; absent where it knows no repetition
     */
    record Answer(long result, OptionalDouble nanos) {}

    /** It did not answer as the protocol has it. */
    static final class PeerException extends Exception {
        private static final long serialVersionUID = 1L;

        PeerException(String message) {
            super(message);
        }
    }

    /**
     * Runs a program so often, or once if the peer does not know how to repeat.
     *
     * @param directory for files
     */
    Answer run(byte[] program, byte[] memory, long times, Path directory, long secondsMax)
            throws PeerException, InterruptedException {
        List<String> words = new ArrayList<>(command);
        if (memory.length > 0) {
            words.add(1, hexadecimal(memory));
        }
        List<String> repeating = new ArrayList<>(words);
        repeating.addAll(List.of(REPEAT, Long.toString(times)));
        try {
            return parseAnswer(output(repeating, program, directory, secondsMax));
        } catch (PeerException unknownOption) {
            return parseAnswer(output(words, program, directory, secondsMax));
        }
    }

    /** Bytes as the protocol writes them. */
    static String hexadecimal(byte[] bytes) {
        StringBuilder text = new StringBuilder(4 * bytes.length);
        for (byte b : bytes) {
            text.append("%02x  ".formatted(b));
        }
        return text.toString();
    }

    /** The answer in what a peer printed. */
    static Answer parseAnswer(String output) throws PeerException {
        List<String> lines = output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (lines.isEmpty()) {
            throw new PeerException("it printed nothing");
        }
        OptionalDouble nanos = OptionalDouble.empty();
        try {
            for (String line : lines) {
                if (line.startsWith(NANOS)) {
                    nanos = OptionalDouble.of(Double.parseDouble(line.substring(NANOS.length())));
                }
            }
            return new Answer(Long.parseUnsignedLong(lines.getFirst().replaceFirst("^0x", ""), 16), nanos);
        } catch (NumberFormatException e) {
            throw new PeerException("'%s' is no result in hexadecimal".formatted(lines.getFirst()));
        }
    }

    private static String output(List<String> words, byte[] program, Path directory, long secondsMax)
            throws PeerException, InterruptedException {
        Path in = directory.resolve("peer.in");
        Path out = directory.resolve("peer.out");
        Path err = directory.resolve("peer.err");
        try {
            Files.writeString(in, hexadecimal(program) + "\n");
            Process process = new ProcessBuilder(words)
                    .redirectInput(Redirect.from(in.toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
                    throw new PeerException("no end within %d s".formatted(secondsMax));
                }
            } finally {
                process.destroyForcibly();
            }
            String said = Files.readString(out, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                String why = Files.readString(err, StandardCharsets.UTF_8).strip();
                throw new PeerException(
                        why.isEmpty()
                                ? "status " + process.exitValue()
                                : why.substring(0, Math.min(why.length(), MESSAGE_CHARS_MAX)));
            }
            return said;
        } catch (IOException e) {
            throw new PeerException(String.valueOf(e.getMessage()));
        }
    }
}

package dev.ring3.bench.measure;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A fresh JVM of the same kind, which measures one thing, writes lines to its standard output and ends. */
public final class ChildJvm {
    private final Path directory;
    private final Class<?> main;
    private final String nativeModules;

    /**
     * Children that begin in a class.
     *
     * @param directory for what they print
     * @param nativeModules those that may access native code, where there are modules
     */
    public ChildJvm(Path directory, Class<?> main, String nativeModules) {
        this.directory = directory;
        this.main = main;
        this.nativeModules = nativeModules;
    }

    /** A child failed, or did not end in time. */
    public static final class ChildException extends Exception {
        private static final long serialVersionUID = 1L;

        ChildException(String message) {
            super(message);
        }
    }

    /**
     * Runs one child to its end.
     *
     * @param options of the JVM besides those of every child
     * @return the lines that it printed
     */
    public List<String> run(List<String> options, List<String> arguments, long secondsMax)
            throws ChildException, InterruptedException {
        List<String> command = command(options);
        command.addAll(arguments);
        Path out = directory.resolve("child.out");
        Path err = directory.resolve("child.err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
                    throw new ChildException("no end within %d s".formatted(secondsMax));
                }
            } finally {
                process.destroyForcibly();
            }
            if (process.exitValue() != 0) {
                throw new ChildException(lastLine(Files.readString(err, StandardCharsets.UTF_8), process.exitValue()));
            }
            return Files.readAllLines(out, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ChildException(String.valueOf(e.getMessage()));
        }
    }

    /** Starts one child that answers questions until it is closed. */
    public ChildSession open(List<String> options, List<String> arguments) throws ChildException {
        List<String> command = command(options);
        command.addAll(arguments);
        return ChildSession.start(command, directory);
    }

    static String lastLine(String errors, int status) {
        return errors.lines()
                .filter(line -> !line.startsWith("\tat") && !line.isBlank() && !line.startsWith("WARNING"))
                .findFirst()
                .orElse("it ended with status " + status);
    }

    private List<String> command(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        Module module = main.getModule();
        if (module.isNamed()) {
            command.addAll(List.of(
                    "--module-path",
                    System.getProperty("jdk.module.path"),
                    "--add-modules=ALL-MODULE-PATH",
                    "--enable-native-access=" + nativeModules,
                    "-m",
                    module.getName() + "/" + main.getName()));
        } else {
            command.addAll(List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.getName()));
        }
        return command;
    }
}

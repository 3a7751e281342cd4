package dev.ring3.it.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A C compiler that knows BPF. */
record Clang(String command) {
    private static final List<String> COMMANDS = List.of("clang-19", "clang-16", "clang-14", "clang");

    /** What the compiler said. */
    record Result(int status, String output) {}

    /** One that is installed; without it the test is skipped and says why. */
    static Clang require() {
        return COMMANDS.stream()
                .filter(Clang::isInstalled)
                .findFirst()
                .map(Clang::new)
                .orElseGet(() -> Assumptions.abort("clang is not installed (Debian package clang-19)"));
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, command)));
    }

    /** Compiles in a folder, every warning an error. */
    Result compile(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(command, "-Wall", "-Wextra", "-Werror"));
        line.addAll(List.of(arguments));
        Path output = folder.resolve("clang.out");
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new Result(process.waitFor(), Files.readString(output));
    }
}

package dev.ring3.bench.bpf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Compiles the programs with clang, into files of one directory. */
final class Toolchain {
    private static final int VERSION_NEWEST = 24;
    private static final int VERSION_OLDEST = 14;

    /** Packages that have what is needed, for messages. */
    static final String PACKAGES = "install clang (package clang) or name one with --clang";

    /** What a source is compiled to. */
    enum Target {
        BPF(".bpf.o", "-O2", "-target", "bpf", "-mcpu=v3", "-c"),
        KERNEL(".kernel.o", "-O2", "-target", "bpf", "-mcpu=v3", "-DKERNEL", "-c"),
        NATIVE(".native.so", "-O2", "-shared", "-fPIC", "-DNATIVE"),
        SCALAR(
                ".scalar.so",
                "-O2",
                "-fno-vectorize",
                "-fno-slp-vectorize",
                "-fno-unroll-loops",
                "-shared",
                "-fPIC",
                "-DNATIVE"),
        WASM(".wasm", "-O2", "--target=wasm32", "-nostdlib", "-DWASM", "-Wl,--no-entry");

        private final String suffix;
        private final String options;

        Target(String suffix, String... options) {
            this.suffix = suffix;
            this.options = String.join(" ", options);
        }

        /** The file that a program is compiled to. */
        Path file(Path directory, BenchProgram program) {
            return directory.resolve(program.name() + suffix);
        }
    }

    private final String command;
    private final Path directory;

    private Toolchain(String command, Path directory) {
        this.command = command;
        this.directory = directory;
    }

    /**
     * The compiler, if there is one that compiles for BPF.
     *
     * @param wanted the command, or empty for the newest clang on the path
     */
    static Optional<Toolchain> find(String wanted, Path directory) throws InterruptedException {
        Stream<String> candidates = wanted.isEmpty()
                ? Stream.concat(
                        Stream.of("clang"),
                        IntStream.iterate(VERSION_NEWEST, version -> version >= VERSION_OLDEST, version -> version - 1)
                                .mapToObj(version -> "clang-" + version))
                : Stream.of(wanted);
        for (String candidate : candidates.toList()) {
            if (run(List.of(candidate, "-print-targets")).contains("bpf ")) {
                return Optional.of(new Toolchain(candidate, directory));
            }
        }
        return Optional.empty();
    }

    /** The compiler's first line of what it says of itself. */
    String version() throws InterruptedException {
        return run(List.of(command, "--version")).lines().findFirst().orElse(command);
    }

    /**
     * Compiles a program.
     *
     * @return what the compiler had against it, empty if the file is there
     */
    String compile(BenchProgram program, Target target) throws InterruptedException {
        Path source = directory.resolve(program.sourceName());
        Path file = target.file(directory, program);
        try {
            Files.write(directory.resolve(BenchProgram.HEADER), BenchProgram.resource(BenchProgram.HEADER));
            Files.write(source, BenchProgram.resource(program.sourceName()));
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        return compile(source, file, target);
    }

    /** The same for a source that is a file already. */
    String compile(Path source, Path file, Target target, String... options) throws InterruptedException {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of(target.options.split(" ", -1)));
        words.addAll(List.of(options));
        words.addAll(List.of("-w", source.toString(), "-o", file.toString()));
        String said = run(words);
        if (Files.exists(file)) {
            return "";
        }
        return said.contains("wasm-ld") ? "clang has no wasm-ld: install lld (package lld)" : said.strip();
    }

    /** What a command prints; empty if there is none. */
    private static String run(List<String> words) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return said;
        } catch (IOException absent) {
            return "";
        }
    }
}

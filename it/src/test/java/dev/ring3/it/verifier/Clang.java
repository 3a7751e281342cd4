package dev.ring3.it.verifier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One way to compile: a compiler, a CPU version, a level of optimisation.
 *
 * @param compiler the command
 * @param cpuVersion 1 to 4
 * @param level {@code -O2} and the like
 */
record Clang(String compiler, int cpuVersion, String level) {
    private static final List<String> OLDER = List.of("clang-14", "clang-15", "clang-16");
    private static final String NEWEST = "clang-19";
    private static final List<String> LEVELS_OF_NEWEST = List.of("-O2", "-O1", "-Os");

    /** What is compiled each time: all CPU versions by the newest compiler, and a common one by the oldest. */
    static List<Clang> few() {
        List<Clang> builds = new ArrayList<>();
        for (int version = 1; version <= 4; version++) {
            builds.add(new Clang(NEWEST, version, "-O2"));
        }
        builds.add(new Clang(OLDER.getFirst(), 2, "-O2"));
        return builds;
    }

    /** Every compiler with every CPU version that it knows; the newest with every level too. */
    static List<Clang> all() {
        List<Clang> builds = new ArrayList<>();
        for (String compiler : OLDER) {
            for (int version = 1; version <= 3; version++) {
                builds.add(new Clang(compiler, version, "-O2"));
            }
        }
        for (String level : LEVELS_OF_NEWEST) {
            for (int version = 1; version <= 4; version++) {
                builds.add(new Clang(NEWEST, version, level));
            }
        }
        return builds;
    }

    /** The newest compiler. */
    static Clang newest(int cpuVersion) {
        return new Clang(NEWEST, cpuVersion, "-O2");
    }

    boolean isInstalled() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, compiler)));
    }

    /** Compiles; the headers are the corpus's own. */
    void compile(Path source, Path object) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        compiler,
                        level,
                        "-g",
                        "-target",
                        "bpf",
                        "-mcpu=v" + cpuVersion,
                        "-DCPU=" + cpuVersion,
                        "-Wall",
                        "-Wno-unused",
                        "-Werror",
                        "-I" + CorpusFile.folder(),
                        "-c",
                        source.toString(),
                        "-o",
                        object.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("%s: %s%n%s".formatted(this, source, output));
        }
    }

    @Override
    public String toString() {
        return "%s -mcpu=v%d %s".formatted(compiler, cpuVersion, level);
    }
}

package dev.ring3.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tour in the README, line by line: a line that begins with {@code $} prints the lines below it. */
class TourTest {
    private static final String PROMPT = "$ ";

    /** The rest of what a command prints is left out. */
    private static final String AND_SO_ON = "...";

    /** Between what two commands print. */
    private static final String NEXT = "----next----";

    /** Where the README has the suite; here the project's own vectors. */
    private static final String SUITE = "path/to/bpf_conformance/tests";

    @TempDir
    private Path folder;

    /** @param output what it prints, line by line */
    record Step(String command, List<String> output) {}

    @Test
    void everyCommand_printsWhatTheReadmeShows() throws Exception {
        Optional<Path> clang = newestClang();
        assumeTrue(clang.isPresent(), "no clang of 14 to 19 is installed");
        copyVectors(folder.resolve(SUITE));
        RealLauncher launcher = new RealLauncher(folder);
        launcher.addCommand("bin/clang", clang.get());
        launcher.prepare();

        List<Step> steps = steps("```console");
        assertThat(steps).hasSizeGreaterThan(6);
        for (Step step : steps) {
            List<String> printed = launcher.run(step.command()).text().lines().toList();
            if (step.output().isEmpty() && step.command().contains(SUITE)) {
                assertThat(printed).as(step.command()).last().asString().contains(" passed, 0 failed");
            } else {
                assertShows(step, printed);
            }
        }
    }

    /** The part that wants root: all lines in one shell, for it starts a server and stops it. */
    @Test
    void theServersTour_printsWhatTheReadmeShows() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "no /dev/fuse here");
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting wants root");
        List<Step> steps = steps("```console root");
        assertThat(steps).hasSizeGreaterThan(8);
        RealLauncher launcher = new RealLauncher(folder);
        launcher.prepare();
        Files.createSymbolicLink(folder.resolve("examples"), RealLauncher.root().resolve("examples"));
        StringBuilder script =
                new StringBuilder("exec 2>&1\ntrap 'umount -l mnt 2>/dev/null; kill $(jobs -p) 2>/dev/null' EXIT\n");
        steps.forEach(step ->
                script.append(step.command()).append("\necho '").append(NEXT).append("'\n"));
        Files.writeString(folder.resolve("tour.sh"), script.toString());

        String[] printed = launcher.run("bash tour.sh").text().split(NEXT + "\n", -1);

        for (int i = 0; i < steps.size(); i++) {
            assertShows(steps.get(i), i < printed.length ? printed[i].lines().toList() : List.of("(nothing more)"));
        }
    }

    private static void assertShows(Step step, List<String> printed) {
        if (step.output().contains(AND_SO_ON)) {
            List<String> shown = step.output().subList(0, step.output().indexOf(AND_SO_ON));
            assertThat(printed).as(step.command()).startsWith(shown.toArray(String[]::new));
        } else {
            assertThat(printed).as(step.command()).isEqualTo(step.output());
        }
    }

    private static void copyVectors(Path into) throws IOException {
        Files.createDirectories(into);
        try (Stream<Path> vectors = Files.list(RealLauncher.root().resolve("bpf/src/test/resources/vectors"))) {
            for (Path vector : vectors.toList()) {
                Files.copy(vector, into.resolve(vector.getFileName()));
            }
        }
    }

    private static List<Step> steps(String fence) throws IOException {
        List<Step> steps = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(RealLauncher.root().resolve("README.md"))) {
            if (line.startsWith("```")) {
                inside = line.equals(fence);
            } else if (inside && line.startsWith(PROMPT)) {
                steps.add(new Step(line.substring(PROMPT.length()), new ArrayList<>()));
            } else if (inside) {
                steps.getLast().output().add(line);
            }
        }
        return steps;
    }

    private static Optional<Path> newestClang() throws IOException {
        try (Stream<Path> names = Stream.of("clang-19", "clang-16", "clang-15", "clang-14")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(part -> Path.of(part, name)))) {
            return names.filter(Files::isExecutable).findFirst();
        }
    }
}

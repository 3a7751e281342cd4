package dev.ring3.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.Figure;
import dev.ring3.bench.measure.Figure.Better;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two builds that are scripts. */
class InterleavedTest {
    @TempDir
    private Path folder;

    private static BenchDocument document(double nanos) {
        return new BenchDocument(
                "io",
                new BenchDocument.Setting(Map.of("processor", "one"), "x", "y", 1, 1, "0", 1),
                List.of(Figure.of("read", "ring3", "ns", Better.LESS, List.of(nanos))
                        .withRatio("pread", List.of(0.5))),
                List.of());
    }

    private Path build(String name, double nanos) throws IOException {
        Path report = Files.writeString(
                folder.resolve(name + ".json"), document(nanos).json().toString());
        Path script = Files.writeString(
                folder.resolve(name),
                "#!/bin/sh\necho " + name + " $1 >> " + folder.resolve("order")
                        + "\nwhile [ \"$1\" != --json ]; do shift; done\ncp " + report + " \"$2\"\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void measure_bothBuilds_takeTurns_andTheirForksAreKept() throws Exception {
        List<String> steps = new ArrayList<>();
        Interleaved.Pair pair =
                Interleaved.measure(build("a", 10), build("b", 12), List.of("bench", "io"), 3, steps::add);
        assertThat(folder.resolve("order")).hasContent("a bench\nb bench\nb bench\na bench\na bench\nb bench");
        assertThat(pair.before().figures().getFirst().samples()).containsExactly(10.0, 10.0, 10.0);
        assertThat(pair.after().figures().getFirst().samples()).containsExactly(12.0, 12.0, 12.0);
        assertThat(pair.after().figures().getFirst().ratio().orElseThrow().samples())
                .hasSize(3);
        assertThat(pair.before().setting().forks()).isEqualTo(3);
        assertThat(steps).hasSize(3);
    }

    @Test
    void command_ofFolders_isTheLauncherOrTheJars() throws Exception {
        Path checkout = Files.createDirectories(folder.resolve("checkout"));
        Path launcher = Files.writeString(checkout.resolve("ring3"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        assertThat(Build.command(checkout)).containsExactly(launcher.toString());
        assertThat(Build.command(launcher)).containsExactly(launcher.toString());

        Path built = Files.createDirectories(folder.resolve("out"));
        assertThatThrownBy(() -> Build.command(built))
                .isInstanceOf(Interleaved.RunException.class)
                .hasMessageEndingWith("it is no build");
        Path jars = Files.createDirectories(built.resolve("lib"));
        assertThat(Build.command(built)).contains("--module-path", jars.toString());
    }

    @Test
    void measure_aBuildThatFails_isNamed() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken"), "#!/bin/sh\necho oh no\nexit 3\n");
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(() -> Interleaved.measure(broken, build("b", 1), List.of("bench"), 1, _ -> {}))
                .isInstanceOf(Interleaved.RunException.class)
                .hasMessageContaining("status 3: oh no");
    }
}

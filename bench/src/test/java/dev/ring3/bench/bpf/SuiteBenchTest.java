package dev.ring3.bench.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.linux.Availability;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgramType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A suite of our own, from its C to the report: whether it works, not how fast anything is. */
class SuiteBenchTest {
    private static final String SUITE = "suite/tests.yml";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(names = {"JIT", "INTERPRETER"})
    void suite_inRing3_runsWhatItCanAndNamesTheRest(Engine engine) throws IOException, InterruptedException {
        SuiteReport report = run(engine);
        assertMeasured(report, engine);
        assertThat(BenchDocument.parse(report.document().json().toString()).figures())
                .hasSameSizeAs(report.document().figures());
    }

    @Test
    void suite_inTheKernel_findsTheSame() throws IOException, InterruptedException {
        if (KernelBpf.probe(KernelProgramType.XDP) instanceof Availability.Unavailable(var _, String detail)) {
            skip("needs bpf(2): " + detail);
        }
        assertMeasured(run(Engine.KERNEL), Engine.KERNEL);
    }

    private static void assertMeasured(SuiteReport report, Engine engine) {
        assertThat(report.rows().stream().map(SuiteReport.Row::test))
                .containsExactly(
                        "Baseline",
                        "Hash read, update beside it",
                        "Tail call",
                        "Map in map",
                        "Ring buffer that nobody empties",
                        "Socket",
                        "Traffic control");
        assertThat(report.rows().stream().filter(row -> !row.expected()).map(SuiteReport.Row::test))
                .containsExactly("Ring buffer that nobody empties");
        assertThat(report.isExpected()).isFalse();
        assertThat(report.rows().get(1).nanos()).hasSize(2).noneMatch(nanos -> Double.isNaN(nanos));
        assertThat(report.rows().get(2).nanos().get(1)).as("nothing runs there").isNaN();
        assertThat(report.document().figure("Tail call", engine.id(), SuiteReport.NET))
                .isPresent();
        assertThat(report.document().notMeasured())
                .anySatisfy(lack -> assertThat(lack).startsWith("Elsewhere: the suite wants it on Windows only"))
                .anySatisfy(lack -> assertThat(lack).contains("No object in", "missing.o"))
                .anySatisfy(lack -> assertThat(lack).contains("No such type in", "type fancy"))
                .anySatisfy(lack -> assertThat(lack).contains("No program in", "no program absent"))
                .anySatisfy(lack -> assertThat(lack).contains("Too many processors in", "processor 4095 of 2"));
        assertThat(report.csv().lines().toList())
                .startsWith("Timestamp,Test,Average Duration (ns),CPU 0 Duration (ns),CPU 1 Duration (ns),Engine")
                .anyMatch(line -> line.matches("\\d+,\"Hash read, update beside it\",\\d+,\\d+,\\d+," + engine.id()))
                .anyMatch(line -> line.matches("\\d+,Tail call,\\d+,\\d+,," + engine.id()));
        assertThat(report.text())
                .contains(
                        "Net of the suite's empty program",
                        "something else than expected: Ring buffer that nobody empties in " + engine.id() + " (1)");
    }

    @Test
    void file_thatIsNone_isRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("a.yml"), "tests: 1\n");
        SuiteOptions options = new SuiteOptions(file, directory, List.of(), ".*", 0, 1, 1, "");
        assertThatThrownBy(() -> SuiteBench.run(options, _ -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("a.yml: it has no list of tests");
    }

    private SuiteReport run(Engine engine) throws IOException, InterruptedException {
        compile();
        Path file = Files.write(directory.resolve("tests.yml"), resource(SUITE));
        return SuiteBench.run(
                new SuiteOptions(file, directory, List.of(engine.id()), ".*", 0, 2, 1, "ring3 bench bpf"), _ -> {});
    }

    private void compile() throws IOException, InterruptedException {
        Path source = Files.write(directory.resolve("maps.c"), resource("suite/maps.c"));
        Toolchain clang = Toolchain.find("", directory).orElse(null);
        if (clang == null) {
            skip("needs clang");
            return;
        }
        String said = clang.compile(source, directory.resolve("maps.o"), Toolchain.Target.BPF, "-g");
        assertThat(said).isEmpty();
    }

    private static byte[] resource(String name) throws IOException {
        try (var stream = SuiteBenchTest.class.getResourceAsStream(name)) {
            assertThat(stream).as(name).isNotNull();
            return stream.readAllBytes();
        }
    }

    private static void skip(String why) {
        System.out.println("SKIPPED: " + why);
        abort(why);
    }
}

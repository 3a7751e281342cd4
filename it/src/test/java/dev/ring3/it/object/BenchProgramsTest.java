package dev.ring3.it.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.ProgramTypes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The eight benchmark programs, compiled by every clang that is here, return what every other runtime returns. */
class BenchProgramsTest {
    private static final Map<String, Long> RESULTS = Map.of(
            "noop", 0L,
            "lcg", 0xdb56fefL,
            "collatz", 0x20e2L,
            "csum", 0xc3adL,
            "siphash", 0x5795b6e1a0e5e0d6L,
            "pktparse", 0xc43801bb0000120dL,
            "sieve", 0x135L,
            "strsearch", 0x3f0L);

    private static final Map<String, List<String>> CPU_VERSIONS_BY_COMPILER = Map.of(
            "clang-14", List.of("v1", "v2", "v3"),
            "clang-15", List.of("v1", "v2", "v3"),
            "clang-16", List.of("v1", "v2", "v3"),
            "clang-19", List.of("v1", "v2", "v3", "v4"));

    @TempDir
    private Path directory;

    static Stream<Arguments> builds() {
        return CPU_VERSIONS_BY_COMPILER.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(version -> Arguments.of(entry.getKey(), version)))
                .sorted((a, b) -> a.get()[0].toString().compareTo(b.get()[0].toString()));
    }

    @ParameterizedTest(name = "{0} -mcpu={1}")
    @MethodSource("builds")
    void programs_returnTheSameAsElsewhere(String compiler, String cpuVersion) throws Exception {
        Path bench = sharedData().resolve("bpf-bench");
        assumeTrue(Files.isDirectory(bench), "no benchmark programs: " + bench);
        assumeTrue(isInstalled(compiler), compiler + " is not installed");
        for (Map.Entry<String, Long> program : RESULTS.entrySet()) {
            Path object = compile(compiler, cpuVersion, bench.resolve("src"), program.getKey());
            byte[] input = Files.readAllBytes(bench.resolve("in").resolve(program.getKey() + ".in"));
            try (BpfObject loaded = BpfObject.load(object, ProgramTypes.MEMORY)) {
                long result = loaded.program("bench").run(MemorySegment.ofArray(input));
                assertThat(result).as("%s", program.getKey()).isEqualTo(program.getValue());
            }
        }
    }

    private static Path sharedData() {
        String set = System.getenv("RING3_SHARED");
        return set != null ? Path.of(set) : Path.of(System.getProperty("ring3.root"), "..", "shared");
    }

    private static boolean isInstalled(String compiler) throws InterruptedException {
        try {
            return new ProcessBuilder(compiler, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    private Path compile(String compiler, String cpuVersion, Path sources, String name) throws Exception {
        Path object = directory.resolve(name + ".o");
        Process process = new ProcessBuilder(
                        compiler,
                        "-O2",
                        "-g",
                        "-target",
                        "bpf",
                        "-mcpu=" + cpuVersion,
                        "-I" + sources,
                        "-c",
                        sources.resolve(name + ".c").toString(),
                        "-o",
                        object.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return object;
    }
}

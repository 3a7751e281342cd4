package dev.ring3.it.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.ring3.it.object.Clang#all")
    void programs_returnTheSameAsElsewhere(Clang clang) throws Exception {
        Path bench = sharedData().resolve("bpf-bench");
        assumeTrue(Files.isDirectory(bench), "no benchmark programs: " + bench);
        for (Map.Entry<String, Long> program : RESULTS.entrySet()) {
            Path object = clang.compile(bench.resolve("src").resolve(program.getKey() + ".c"), directory);
            byte[] input = Files.readAllBytes(bench.resolve("in").resolve(program.getKey() + ".in"));
            try (BpfObject loaded =
                    Unverified.load(BpfObjectFile.read(object), ProgramTypes.MEMORY, LinkOptions.none())) {
                long result = loaded.program("bench").run(MemorySegment.ofArray(input));
                assertThat(result).as("%s", program.getKey()).isEqualTo(program.getValue());
            }
        }
    }

    private static Path sharedData() {
        String set = System.getenv("RING3_SHARED");
        return set != null ? Path.of(set) : Path.of(System.getProperty("ring3.root"), "..", "shared");
    }
}

package dev.ring3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.EngineKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The project's own vectors, and the public suite where it is at hand, by the command that people use. */
class BpfConformanceTest {
    private static final Path ROOT = Path.of(System.getProperty("ring3.root"));

    @TempDir
    private Path directory;

    private static CommandLineRun.Result conformance(Path directory, String... options) {
        String[] words = new String[3 + options.length];
        words[0] = "bpf";
        words[1] = "conformance";
        words[2] = directory.toString();
        System.arraycopy(options, 0, words, 3, options.length);
        return CommandLineRun.ring3(words);
    }

    private static Path suite() {
        String set = System.getenv("RING3_SHARED");
        Path shared = set != null ? Path.of(set) : ROOT.resolve("../shared");
        Path suite = shared.resolve("bpf-conformance");
        assumeTrue(Files.isDirectory(suite), "the public conformance suite is not at " + suite);
        return suite;
    }

    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void ownVectors_pass(EngineKind engine) {
        CommandLineRun.Result result =
                conformance(ROOT.resolve("bpf/src/test/resources/vectors"), "--engine", engine.toString());
        assertThat(result.status()).as(result.out()).isZero();
        assertThat(result.out()).contains("30 passed, 0 failed, 0 skipped");
    }

    @ParameterizedTest
    @CsvSource({"v1,163,150", "v2,172,141", "v3,254,59", "v4,313,0"})
    void publicSuite_passes(String cpuVersion, int passed, int skipped) {
        CommandLineRun.Result result = conformance(suite(), "--cpu-version", cpuVersion);
        assertThat(result.status()).as(result.out()).isZero();
        assertThat(result.out()).contains("%d passed, 0 failed, %d skipped".formatted(passed, skipped));
    }

    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void publicSuite_verified_passes(EngineKind engine) {
        CommandLineRun.Result result = conformance(suite(), "--engine", engine.toString(), "--verify");
        assertThat(result.status()).as(result.out()).isZero();
        assertThat(result.out()).contains("313 passed, 0 failed, 0 skipped");
    }

    @Test
    void publicSuite_compiledWithChecks_passes() {
        CommandLineRun.Result result = conformance(suite(), "--engine", "jit");
        assertThat(result.status()).as(result.out()).isZero();
        assertThat(result.out()).contains("313 passed, 0 failed, 0 skipped");
    }

    @Test
    void verifiedTest_accessBehindItsMemory_failsAsRefused() throws IOException {
        String last = "-- mem\n11 22 33 44\n-- asm\nldxb %%r0, [%%r1+%d]\nexit\n-- result\n0x44\n";
        Files.writeString(directory.resolve("inside.data"), last.formatted(3));
        Files.writeString(directory.resolve("outside.data"), last.formatted(4));
        CommandLineRun.Result result = conformance(directory, "--verify");
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.out()).contains("outside.data: rejected").contains("1 passed, 1 failed");
    }

    @ParameterizedTest
    @CsvSource({"v1,162", "v2,171", "v3,253", "v4,312"})
    void publicSuite_withoutCallxAndPacket_passes(String cpuVersion, int passed) {
        CommandLineRun.Result result =
                conformance(suite(), "--cpu-version", cpuVersion, "--exclude-groups", "callx,packet");
        assertThat(result.status()).isZero();
        assertThat(result.out()).contains(passed + " passed, 0 failed");
    }

    @Test
    void reservedFieldsOfTheNegativeFiles_areRefused() {
        CommandLineRun.Result result =
                conformance(suite().resolve("negative"), "--negative", "--include-regex", "^unused-");
        assertThat(result.status()).as(result.out()).isZero();
        assertThat(result.out()).contains("45 passed, 0 failed");
    }

    @Test
    void wrongResult_failsAndSaysWhatWasExpected() throws IOException {
        Files.writeString(directory.resolve("wrong.data"), "-- asm\nmov %r0, 1\nexit\n-- result\n0x2\n");
        CommandLineRun.Result result = conformance(directory);
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.out())
                .contains("wrong.data")
                .contains("0x1")
                .contains("0x2")
                .contains("1 failed");
    }

    @Test
    void directoryWithoutTests_isAnErrorOfUsage() {
        assertThat(conformance(directory).status()).isEqualTo(ExitCode.USAGE);
        assertThat(conformance(directory.resolve("absent")).status()).isEqualTo(ExitCode.USAGE);
    }
}

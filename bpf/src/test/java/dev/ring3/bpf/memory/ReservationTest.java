package dev.ring3.bpf.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much memory there is: as the property says, as the host allows, or a typed error. Each case in its own JVM. */
class ReservationTest {
    /** Keeps what the JVM itself takes of its address space far below the limits that the tests set. */
    private static final List<String> SMALL_JVM = List.of(
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:CompressedClassSpaceSize=32m",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:off");

    private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"64g, 68719476736", "512M, 536870912", "2048k, 2097152", "1048577, 1052672", "' 1g ', 1073741824"})
    void size_withSuffixOrNone_isReadAndRounded(String text, long bytes) {
        assertThat(Reservation.parseBytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "g", "-1g", "64 gigabytes", "0", "1023k", "9999999999g", "0x10m"})
    void size_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> Reservation.parseBytes(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reserve_unlimited_givesTheDefault() throws Exception {
        assertThat(reserveUnlimited(NATIVE_ACCESS)).containsExactly("65536 MiB", "holds 42", "begins with 0");
    }

    @Test
    void reserve_propertySet_givesThat() throws Exception {
        assertThat(reserveUnlimited(NATIVE_ACCESS, "-Dring3.bpf.memory=300m"))
                .containsExactly("300 MiB", "holds 42", "begins with 0");
    }

    @Test
    void reserve_lessThanTheLeast_isWhatWasAskedFor() throws Exception {
        assertThat(reserveUnlimited(NATIVE_ACCESS, "-Dring3.bpf.memory=4m"))
                .containsExactly("4 MiB", "holds 42", "begins with 0");
    }

    @Test
    void reserve_propertyThatIsNoSize_isATypedError() throws Exception {
        assertThat(reserveUnlimited(NATIVE_ACCESS, "-Dring3.bpf.memory=lots"))
                .containsExactly(
                        "0 MiB",
                        "BpfMemoryException: map numbers: ring3.bpf.memory=lots: no size, expected a number with k, m"
                                + " or g, such as 64g",
                        "none");
    }

    @Test
    void reserve_withoutNativeAccess_mapsASparseFile() throws Exception {
        assertThat(reserveUnlimited("--illegal-native-access=deny"))
                .containsExactly("65536 MiB", "holds 42", "begins with 0");
    }

    @Test
    void reserve_onAnotherSystem_mapsASparseFile() throws Exception {
        assertThat(reserveUnlimited("-Dos.name=Mac OS X", "--illegal-native-access=deny"))
                .containsExactly("65536 MiB", "holds 42", "begins with 0");
    }

    @Test
    void reserve_hostRefuses_asksForHalfUntilItIsGranted() throws Exception {
        List<String> found = reserve(6L << 20, NATIVE_ACCESS);
        assertThat(found).element(0).isIn("4096 MiB", "2048 MiB", "1024 MiB");
        assertThat(found).element(1).isEqualTo("holds 42");
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE_ACCESS, "--illegal-native-access=deny"})
    void reserve_hostRefusesTheLeast_isATypedError(String nativeAccess) throws Exception {
        List<String> found = reserve(0, nativeAccess);
        assertThat(found).element(0).isEqualTo("0 MiB");
        assertThat(found)
                .element(1)
                .asString()
                .startsWith("BpfMemoryException: map numbers: no address space for BPF memory: ")
                .contains("65536 MiB failed", "32768 MiB failed", "; ", " 256 MiB failed")
                .doesNotContain(" 128 MiB");
    }

    private List<String> reserveUnlimited(String... options) throws IOException, InterruptedException {
        return reserve("exec \"$@\"", options);
    }

    /** With an address space of so many KiB; with 0, the least in which the JVM itself starts. */
    private List<String> reserve(long limitKib, String option) throws IOException, InterruptedException {
        if (limitKib != 0) {
            return reserve("ulimit -v %d && exec \"$@\"".formatted(limitKib), option);
        }
        for (long mib = 256; mib <= 2048; mib += 64) {
            Files.deleteIfExists(folder.resolve("answer"));
            Process process = start("ulimit -v %d && exec \"$@\"".formatted(mib << 10), option);
            if (process.waitFor() == 0) {
                return Files.readAllLines(folder.resolve("answer"));
            }
        }
        throw new AssertionError("no JVM starts in 2 GiB: " + Files.readString(folder.resolve("output")));
    }

    private List<String> reserve(String script, String... options) throws IOException, InterruptedException {
        Process process = start(script, options);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("output")))
                .isZero();
        return Files.readAllLines(folder.resolve("answer"));
    }

    private Process start(String script, String... options) throws IOException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "address space is limited as Linux does it");
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SMALL_JVM);
        command.addAll(List.of(options));
        String classes = Stream.of(BpfMemory.class, ReservationMain.class)
                .map(type -> Path.of(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath())
                        .toString())
                .distinct()
                .reduce((a, b) -> a + ":" + b)
                .orElseThrow();
        command.addAll(List.of(
                "-cp",
                classes,
                ReservationMain.class.getName(),
                folder.resolve("answer").toString()));
        return new ProcessBuilder(command)
                .directory(folder.toFile()) // where a JVM that finds no memory leaves its report
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }
}

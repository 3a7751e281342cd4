package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostSystemCallsTest {
    @Test
    void call_badDescriptor_givesErrnoOfThatCall() {
        assumeTrue(HostSystemCalls.availability().isAvailable(), "needs system calls of Linux");
        SystemCalls calls = HostSystemCalls.get();

        for (int i = 0; i < 1_000; i++) {
            try (Arena arena = Arena.ofConfined()) {
                assertThat(calls.call(arena, SystemCall.CLOSE, -1)).isEqualTo(-Errno.EBADF.number());
                assertThat(calls.call(arena, SystemCall.BPF, -1, 0, 0))
                        .isIn((long) -Errno.EINVAL.number(), (long) -Errno.EPERM.number());
            }
        }
    }

    @Test
    void call_tooManyArguments_isRefused() {
        assumeTrue(HostSystemCalls.availability().isAvailable(), "needs system calls of Linux");

        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> HostSystemCalls.get().call(arena, SystemCall.CLOSE, 1, 2, 3, 4, 5, 6, 7))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void numbers_areThoseOfTheArchitectures() {
        assertThat(SystemCall.BPF.number(Architecture.X86_64)).isEqualTo(321);
        assertThat(SystemCall.BPF.number(Architecture.AARCH64)).isEqualTo(280);
        assertThat(SystemCall.CLOSE.number(Architecture.X86_64)).isEqualTo(3);
        assertThat(SystemCall.CLOSE.number(Architecture.AARCH64)).isEqualTo(57);
    }

    @Test
    void architecture_isReadFromTheJvmsNames() {
        assertThat(Architecture.of("amd64")).contains(Architecture.X86_64);
        assertThat(Architecture.of("aarch64")).contains(Architecture.AARCH64);
        assertThat(Architecture.of("riscv64")).isEmpty();
    }

    @Test
    void availability_nativeAccessDenied_isATypedRefusal(@TempDir Path folder) throws Exception {
        assertThat(probeInAnotherJvm(folder, "--illegal-native-access=deny"))
                .first()
                .asString()
                .startsWith("NATIVE_ACCESS_DENIED: ")
                .contains("--enable-native-access=");
    }

    @Test
    void availability_anotherSystem_isATypedRefusal(@TempDir Path folder) throws Exception {
        assertThat(probeInAnotherJvm(folder, "-Dos.name=Mac OS X"))
                .containsExactly(
                        "NOT_LINUX: system calls of Linux, on Mac OS X",
                        "NOT_LINUX: system calls of Linux, on Mac OS X");
    }

    @Test
    void availability_anotherProcessor_isATypedRefusal(@TempDir Path folder) throws Exception {
        assertThat(probeInAnotherJvm(folder, "-Dos.arch=riscv64"))
                .first()
                .asString()
                .isEqualTo("UNKNOWN_ARCHITECTURE: no system call numbers for riscv64; amd64 and aarch64 are known");
    }

    private static List<String> probeInAnotherJvm(Path folder, String option) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the binding is looked at from Linux");
        Path answer = folder.resolve("answer");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(option);
        command.addAll(List.of("-cp", folderOf(KernelBpf.class) + ":" + folderOf(ProbeMain.class)));
        command.addAll(Arrays.asList(ProbeMain.class.getName(), answer.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(() -> read(folder.resolve("output")).toString())
                .isZero();
        return read(answer);
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path folderOf(Class<?> type) {
        String resource = type.getName().replace('.', '/') + ".class";
        String url = type.getResource("/" + resource).getPath();
        return Path.of(url.substring(0, url.length() - resource.length()));
    }
}

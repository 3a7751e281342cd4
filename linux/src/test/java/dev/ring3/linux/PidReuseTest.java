package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A number given to another process, at will, in a namespace of process ids that is this test's own: {@link
 * PidReuseMain} runs there. The way by numbers hits the stranger, which shows that the number was given again.
 */
class PidReuseTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
    }

    @Test
    void handle_numberGivenAgain_neverReachesTheNewProcess() throws Exception {
        String refusal = LoopFilesystem.Command.tryRun("unshare", "--pid", "--fork", "--mount-proc", "true");
        Assumptions.assumeTrue(refusal.isEmpty(), "needs the right to a namespace of process ids: " + refusal);
        Path answer = folder.resolve("answer");
        try (Child jvm = Spawn.named(
                        "unshare",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        PidReuseMain.class.getName(),
                        answer.toString())
                .stdin(Redirect.DISCARD)
                .stdout(Redirect.file(folder.resolve("output")))
                .stderr(Redirect.WITH_OUTPUT)
                .start()) {
            assertThat(jvm.await().isSuccess())
                    .as(() -> read(folder.resolve("output")).toString())
                    .isTrue();
        }
        assertThat(read(answer))
                .containsExactly(
                        "number given again: true",
                        "control, by number: killed the stranger",
                        "signal: ESRCH, stranger runs",
                        "info: exit of the first",
                        "state: REAPED",
                        "ids differ: true",
                        "reopen by stored id: ESTALE",
                        "reopen by start time: ESTALE",
                        "files: ESRCH",
                        "to a handle of the JDK: false");
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

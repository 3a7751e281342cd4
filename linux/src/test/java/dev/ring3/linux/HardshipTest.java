package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes without rights, without descriptors, without {@code /proc}: typed errors, and nothing left behind. */
class HardshipTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
        RealKernel.require(Features.probe(), Feature.PIDFS);
    }

    @Test
    void processesOfOthers_askedByNobody_areRefused() throws Exception {
        String refusal = LoopFilesystem.Command.tryRun("setpriv", "--reuid=65534", "--clear-groups", "true");
        Assumptions.assumeTrue(refusal.isEmpty(), "needs root and setpriv: " + refusal);
        openToAll();

        List<String> found = found(
                List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                "rights",
                Long.toString(ProcessHandle.current().pid()));

        assertThat(found)
                .containsExactly(
                        "info: 0",
                        "state: RUNNING",
                        "signal: EPERM",
                        "signal 0: EPERM",
                        "file: EPERM",
                        "namespace: EACCES",
                        "enter: EPERM",
                        "attribute: EPERM",
                        "reap: ECHILD");
    }

    @Test
    void descriptors_usedUp_areATypedErrorAndNoChildIsLeft() throws Exception {
        assertThat(found(List.of("prlimit", "--nofile=64:64"), "descriptors"))
                .containsExactly(
                        "warm: ENOENT",
                        "init: 1",
                        "open: EMFILE",
                        "spawn with pipes: EMFILE",
                        "spawn: EMFILE",
                        "with one, pipes: EMFILE",
                        "with one: done",
                        "children left: 0");
    }

    @Test
    void proc_hidden_leavesWhatNeedsItNot() throws Exception {
        String refusal = LoopFilesystem.Command.tryRun("unshare", "--mount", "true");
        Assumptions.assumeTrue(refusal.isEmpty(), "needs the right to mount: " + refusal);
        openToAll();
        String script = "mount -t proc -o hidepid=2 proc /proc"
                + " && exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"";
        assertThat(found(
                        List.of("unshare", "--mount", "sh", "-c", script, "sh"),
                        "proc",
                        Long.toString(ProcessHandle.current().pid())))
                .containsExactly(
                        "seen: false", "info: 0", "old info: ENOENT", "old id: ESRCH", "old namespace: ENOENT");
    }

    private void openToAll() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private List<String> found(List<String> wrapper, String... arguments) throws IOException, InterruptedException {
        Path answer = folder.resolve("answer");
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
        command.add(folderOf(Pidfd.class) + ":" + folderOf(HardshipMain.class));
        command.add(HardshipMain.class.getName());
        command.add(answer.toString());
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("output")))
                .isZero();
        return Files.readAllLines(answer);
    }

    private static Path folderOf(Class<?> type) {
        String resource = type.getName().replace('.', '/') + ".class";
        String url = type.getResource("/" + resource).getPath();
        return Path.of(url.substring(0, url.length() - resource.length()));
    }
}

package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.linux.ExitStatus.Exited;
import dev.ring3.linux.ExitStatus.Killed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpawnTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
        RealKernel.require(Features.probe(), Feature.PIDFD_WAIT);
    }

    private static String output(Spawn spawn) throws Exception {
        try (Child child = spawn.stdin(Redirect.DISCARD).stdout(Redirect.PIPE).start()) {
            String text = Programs.text(child.stdout());
            assertThat(child.await()).isEqualTo(new Exited(0));
            return text;
        }
    }

    @Test
    void exit_everyWay_isTheStatus() throws Exception {
        for (int code : new int[] {0, 1, 42, 255}) {
            try (Child child = Programs.shell("exit " + code).start()) {
                assertThat(child.await()).isEqualTo(new Exited(code));
                assertThat(child.exit()).isCompletedWithValue(new Exited(code));
                assertThat(child.timedOut()).isFalse();
            }
        }
        try (Child child = Programs.shell("kill -USR1 $$").start()) {
            assertThat(child.await()).isEqualTo(new Killed(Signal.USR1, false));
            child.signal(Signal.TERM); // nobody there, and nothing happens
            child.killTree();
        }
    }

    @Test
    void arguments_anyText_arrive() throws Exception {
        String[] arguments = {"", " ", "a b", "\"'$x`\\", "é€😀", "-n", "\n", "*"};
        assertThat(output(Programs.shell("printf '[%s]' \"$@\"", arguments)))
                .isEqualTo("[" + String.join("][", arguments) + "]");
        assertThatThrownBy(() -> Spawn.named("true", "a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void environment_setAndReplaced_isTheChilds() throws Exception {
        assertThat(output(Programs.shell("echo $A$HOME").variable("A", "é=")))
                .isEqualTo("é=" + System.getenv().getOrDefault("HOME", "") + "\n");
        assertThat(output(Spawn.named("env").environment(Map.of("ONLY", "1")))).isEqualTo("ONLY=1\n");
        assertThat(output(Programs.shell("echo ${HOME-unset}").withoutVariable("HOME")))
                .isEqualTo("unset\n");
        assertThatThrownBy(() -> Spawn.named("env").variable("A=B", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Spawn.named("env").variable("A", "\0")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void directory_ofTheChild_isTheOneAsked() throws Exception {
        assertThat(output(Spawn.named("pwd", "-P").directory(folder))).isEqualTo(folder.toRealPath() + "\n");
    }

    @Test
    void start_whatCannotBe_isTheErrnoAndLeavesNothing() throws Exception {
        Path notExecutable = Files.writeString(folder.resolve("file"), "x");
        PidfdReactor.shared();
        long before = RealKernel.openDescriptors();
        RealKernel.assertFails(
                Errno.ENOENT,
                () -> Spawn.of(folder.resolve("none")).stdout(Redirect.PIPE).start());
        RealKernel.assertFails(
                Errno.EACCES, () -> Spawn.of(notExecutable).stdin(Redirect.PIPE).start());
        RealKernel.assertFails(
                Errno.ENOENT, () -> Spawn.named("no-such-program-of-ring3").start());
        RealKernel.assertFails(
                Errno.ENOENT,
                () -> Spawn.named("true").directory(folder.resolve("none")).start());
        RealKernel.assertFails(
                Errno.ENOENT,
                () -> Spawn.named("true")
                        .stdout(Redirect.PIPE)
                        .stderr(Redirect.file(folder.resolve("a/b")))
                        .start());
        assertThat(RealKernel.openDescriptors()).isEqualTo(before);
        assertThatThrownBy(() -> Spawn.named("x").stdin(Redirect.WITH_OUTPUT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void redirects_ofEveryKind_areWhereTheySay() throws Exception {
        Path in = Files.writeString(folder.resolve("in"), "input");
        Path out = folder.resolve("out");
        for (int i = 0; i < 2; i++) {
            try (Child child = Programs.shell("cat; echo error >&2")
                    .stdin(Redirect.file(in))
                    .stdout(Redirect.append(out))
                    .stderr(Redirect.WITH_OUTPUT)
                    .start()) {
                assertThat(child.await()).isEqualTo(new Exited(0));
                assertThatThrownBy(child::stdout)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("the output of process");
            }
        }
        assertThat(out).hasContent("inputerror\ninputerror\n");
        try (Child child =
                Programs.shell("echo short").stdout(Redirect.file(out)).start()) {
            child.await();
        }
        assertThat(out).hasContent("short\n");
        try (Child child = Programs.shell("echo to; echo error >&2")
                .stdout(Redirect.PIPE)
                .stderr(Redirect.PIPE)
                .start()) {
            assertThat(Programs.text(child.stderr())).isEqualTo("error\n");
            assertThat(Programs.text(child.stdout())).isEqualTo("to\n");
        }
    }

    @Test
    void descriptors_ofThisProcess_areNotInherited() throws Exception {
        try (var channel = Files.newByteChannel(Files.writeString(folder.resolve("open"), "x"))) {
            assertThat(channel.isOpen()).isTrue();
            assertThat(output(Programs.shell("ls /proc/self/fd"))).isEqualTo("0\n1\n2\n3\n"); // 3 is that of ls
        }
    }

    @Test
    void signals_blockedHere_areNotThere() throws Exception {
        assertThat(output(Programs.shell("grep SigBlk /proc/self/status"))).isEqualTo("SigBlk:\t0000000000000000\n");
    }

    @Test
    void pipes_moreThanTheyHold_flowBothWays() throws Exception {
        byte[] data = new byte[3_000_000];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) ((i * 31) >> 3);
        }
        try (Child cat =
                Spawn.named("cat").stdin(Redirect.PIPE).stdout(Redirect.PIPE).start()) {
            Thread writer = Thread.startVirtualThread(() -> {
                try (var stdin = cat.stdin()) {
                    stdin.write(ByteBuffer.wrap(data));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            ByteBuffer all = ByteBuffer.allocate(data.length + 1);
            ByteBuffer direct = ByteBuffer.allocateDirect(10_000);
            boolean heap = false;
            while (cat.stdout().read(heap ? all : direct) >= 0) {
                all.put(direct.flip());
                direct.clear();
                heap = !heap;
            }
            writer.join();
            assertThat(all.position()).isEqualTo(data.length);
            assertThat(all.slice(0, data.length)).isEqualTo(ByteBuffer.wrap(data));
            assertThat(cat.await()).isEqualTo(new Exited(0));
        }
    }

    @Test
    void pipe_brokenOrClosed_isAnIoException() throws Exception {
        try (Child child = Spawn.named("true").stdin(Redirect.PIPE).start()) {
            child.await();
            assertThatThrownBy(() -> child.stdin().write(ByteBuffer.allocate(100_000)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("EPIPE");
            child.stdin().close();
            assertThatThrownBy(() -> child.stdin().write(ByteBuffer.allocate(1)))
                    .isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void pipe_closedOrInterruptedWhileReading_wakesTheReader() throws Exception {
        try (Child child =
                Programs.sleeper().stdout(Redirect.PIPE).stderr(Redirect.PIPE).start()) {
            List<CompletableFuture<Throwable>> ends = new ArrayList<>();
            List<Thread> readers = new ArrayList<>();
            for (var channel : List.of(child.stdout(), child.stderr())) {
                CompletableFuture<Throwable> end = new CompletableFuture<>();
                ends.add(end);
                readers.add(Thread.ofVirtual().start(() -> {
                    try {
                        end.complete(new AssertionError("read " + channel.read(ByteBuffer.allocate(1))));
                    } catch (IOException e) {
                        end.complete(e);
                    }
                }));
            }
            for (Thread reader : readers) {
                Programs.eventually(() -> reader.getState() == Thread.State.WAITING);
            }
            child.stdout().close();
            readers.get(1).interrupt();
            assertThat(Programs.within(ends.get(0))).isInstanceOf(AsynchronousCloseException.class);
            assertThat(Programs.within(ends.get(1))).isInstanceOf(ClosedByInterruptException.class);
            child.signal(Signal.KILL);
        }
    }

    @Test
    void deadline_passed_killsTheWholeGroup() throws Exception {
        for (Grouping grouping : List.of(Grouping.PROCESS_GROUP, Grouping.SESSION)) {
            try (Child child = Programs.shell("sleep 1000 & echo $!; sleep 1001 & wait")
                    .stdout(Redirect.PIPE)
                    .grouping(grouping)
                    .deadline(Duration.ofMillis(300))
                    .start()) {
                long member = Long.parseLong(Programs.line(child.stdout()));
                try (Pidfd handle = Pidfd.open(member)) {
                    assertThat(child.await()).isEqualTo(new Killed(Signal.KILL, false));
                    assertThat(child.timedOut()).isTrue();
                    Programs.within(handle.onExit());
                }
                // The pipe ends, so none is left that has it.
                assertThat(Programs.text(child.stdout())).isEmpty();
            }
        }
    }

    @Test
    void deadline_notPassed_isForgotten() throws Exception {
        try (Child child = Programs.shell("exit 3").deadline(Duration.ofDays(1)).start()) {
            assertThat(child.await()).isEqualTo(new Exited(3));
            assertThat(child.timedOut()).isFalse();
        }
        try (Child child = Programs.sleeper().deadline(Duration.ofMillis(1)).start()) {
            assertThat(child.await()).isEqualTo(new Killed(Signal.KILL, false));
            assertThat(child.timedOut()).isTrue();
        }
        assertThatThrownBy(() -> Spawn.named("x").deadline(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void killTree_afterTheLeaderEnded_reachesTheRest() throws Exception {
        for (Grouping grouping : List.of(Grouping.PROCESS_GROUP, Grouping.SESSION)) {
            try (Child child = Programs.shell("sleep 1000 & echo $!")
                    .stdout(Redirect.PIPE)
                    .grouping(grouping)
                    .start()) {
                try (Pidfd left = Pidfd.open(Long.parseLong(Programs.line(child.stdout())))) {
                    assertThat(child.await()).isEqualTo(new Exited(0));
                    assertThat(left.isRunning()).isTrue();
                    child.killTree();
                    Programs.within(left.onExit());
                }
            }
        }
    }

    @Test
    void cgroup_killed_reachesWhoLeftTheSession() throws Exception {
        Path root = Mounts.list().stream()
                .filter(mount -> mount.type().equals(Optional.of("cgroup2")))
                .findFirst()
                .map(mount -> Path.of(mount.point().orElseThrow()))
                .orElse(Path.of("/nonexistent"));
        Path group = root.resolve("ring3-test-" + ProcessHandle.current().pid());
        Assumptions.assumeTrue(
                LoopFilesystem.Command.tryRun("mkdir", group.toString()).isEmpty(), "needs cgroup2 and root");
        try (Child child = Programs.shell("setsid sleep 1000 & echo $!; wait")
                .stdout(Redirect.PIPE)
                .cgroup(group)
                .start()) {
            long member = Long.parseLong(Programs.line(child.stdout()));
            assertThat(Files.readAllLines(group.resolve("cgroup.procs")))
                    .contains(Long.toString(child.pid()), Long.toString(member));
            try (Pidfd left = Pidfd.open(member)) {
                child.killTree();
                assertThat(child.await()).isEqualTo(new Killed(Signal.KILL, false));
                Programs.within(left.onExit());
            }
            assertThat(Programs.text(child.stdout())).isEmpty();
        } finally {
            Programs.eventually(
                    () -> Files.readString(group.resolve("cgroup.events")).contains("populated 0"));
            Files.delete(group);
        }
        RealKernel.assertFails(
                Errno.ENOENT,
                () -> Spawn.named("true").cgroup(folder.resolve("none")).start());
    }

    @Test
    void close_ofARunningChild_letsItGoOnAndReapsIt() throws Exception {
        Pidfd handle;
        try (Child child = Programs.sleeper().start()) {
            handle = child.handle();
        }
        try (handle) {
            assertThat(handle.isRunning()).isTrue();
            CompletableFuture<ExitStatus> reaped = handle.onReaped();
            handle.signal(Signal.TERM);
            assertThat(Programs.within(reaped)).isEqualTo(new Killed(Signal.TERM, false));
        }
    }

    @Test
    void children_ofTheJdkAndOurs_keepTheirOwnStatus() throws Exception {
        List<Process> theirs = new ArrayList<>();
        List<Child> ours = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            theirs.add(new ProcessBuilder("sh", "-c", "exit " + i).start());
            ours.add(Programs.shell("exit " + (100 + i)).start());
        }
        for (int i = 0; i < 60; i++) {
            assertThat(theirs.get(i).waitFor()).isEqualTo(i);
            assertThat(ours.get(i).await()).isEqualTo(new Exited(100 + i));
            ours.get(i).close();
        }
    }

    @Test
    void text_whatAChildWrites_isItsBytes() throws Exception {
        assertThat(output(Programs.shell("printf 'a\\303\\251'")))
                .isEqualTo(new String("aé".getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
        assertThat(Spawn.named("ls", "-l")).hasToString("[ls, -l]");
    }
}

package dev.ring3.pidfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.fs.Name;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.PidfdId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What programs make of the tree in a mounted namespace. */
final class PidFsMountTest {
    private static final int SOON_SECONDS = 30;
    private static final String NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups ";

    // The mount is in there until the last moment.
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private final List<Process> started = new ArrayList<>();
    private Volume volume;
    private PidFs tree;
    private FuseMount mount;

    @BeforeEach
    void mount() {
        assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "no /dev/fuse here");
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting wants root");
        volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
        tree = PidFs.open();
        Vfs vfs = new Vfs(volume);
        vfs.mount(vfs.root(), Name.of(".pidfs"), tree);
        mount = FuseMount.mount(vfs, directory, MountOptions.DEFAULT);
    }

    @AfterEach
    void unmount() throws IOException {
        started.forEach(Process::destroyForcibly);
        if (mount != null) {
            mount.close();
            tree.close();
            volume.close();
        }
        Files.deleteIfExists(directory);
    }

    private Process start(String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .start();
        started.add(process);
        return process;
    }

    /** Output of a script that runs in the tree, its path as {@code $P}, and its exit code. */
    private String run(String script, String... arguments) throws Exception {
        Process process = start("P=" + directory.resolve(".pidfs") + "; " + script + "; echo \"=$?\"", arguments);
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(SOON_SECONDS, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private static long id(Process process) {
        try (Pidfd pidfd = Pidfd.open(process.pid())) {
            return ((PidfdId.Inode) pidfd.id()).inode();
        }
    }

    private Path folder(Process process) {
        return directory.resolve(".pidfs/by-id/" + id(process));
    }

    @Test
    void tree_isThere_andNotListed() throws Exception {
        try (Stream<Path> names = Files.list(directory)) {
            assertThat(names).isEmpty();
        }
        assertThat(run("ls $P")).isEqualTo("by-cgroup\nby-id\nby-pid\nevents\nself\n=0\n");
        assertThat(run("ls -lR $P/self/ >/dev/null")).endsWith("=0\n");
    }

    @Test
    void self_isEachOnesOwn() throws Exception {
        assertThat(run("cat $P/self/comm")).isEqualTo("cat\n=0\n");
        assertThat(run("grep ^comm $P/self/info")).isEqualTo("comm\tgrep\n=0\n");
        assertThat(run("readlink $P/by-pid/$$; readlink $P/by-pid/1"))
                .matches("(?s)\\.\\./by-id/\\d+\n\\.\\./by-id/\\d+\n=0\n");
        // A second process is another, though the kernel has just looked the same name up.
        assertThat(run("readlink $P/self; readlink $P/self")).satisfies(lines -> {
            List<String> all = lines.lines().toList();
            assertThat(all.get(0)).startsWith("by-id/").isNotEqualTo(all.get(1));
        });
    }

    @Test
    void number_ofAnotherProcess_isAnotherLink() throws Exception {
        Process one = start("sleep 1000");
        Path link = directory.resolve(".pidfs/by-pid/" + one.pid());
        assertThat(Files.readSymbolicLink(link)).hasToString("../by-id/" + id(one));
        one.destroyForcibly().waitFor();
        assertThat(Files.exists(link)).isFalse();
        assertThat(Files.isSymbolicLink(link)).isFalse();
    }

    @Test
    void exit_isReadableWhilePinned() throws Exception {
        Process one = start("read line; exit 7");
        Path folder = folder(one);
        Process holder = start("exec 3<" + folder + "/pin; echo ready; read line");
        holder.inputReader().readLine();

        assertThat(run("cat $1/exit", folder.toString()))
                .contains("Resource temporarily unavailable")
                .endsWith("=1\n");
        one.getOutputStream().close();
        one.waitFor();

        assertThat(Files.readString(folder.resolve("exit"))).isEqualTo("exited 7\n");
        assertThat(Files.readString(folder.resolve("state"))).isEqualTo("reaped\n");
        holder.destroyForcibly().waitFor();
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(SOON_SECONDS);
        while (Files.exists(folder)) {
            // The kernel tells us of the closing when it likes.
            assertThat(System.nanoTime()).isLessThan(deadlineNanos);
            Thread.sleep(1);
        }
    }

    @Test
    void poll_ofState_endsWithTheProcess() throws Exception {
        Process one = start("read line");
        // select(2), without and then with something to read.
        Process poller = start(
                "perl -e 'open F, \"<\", $ARGV[0] or die; vec($r, fileno(F), 1) = 1;"
                        + " print scalar(select($a = $r, undef, undef, 0)), \"\\n\"; $| = 1; print \"\";"
                        + " print scalar(select($a = $r, undef, undef, 30)), \"\\n\"' $1",
                folder(one) + "/state");
        BufferedReader lines = poller.inputReader();
        assertThat(lines.readLine()).isEqualTo("0");
        one.getOutputStream().close();
        assertThat(lines.readLine()).isEqualTo("1");
    }

    @Test
    void events_areWaitedFor() throws Exception {
        Process one = start("read line; exit 3");
        Path folder = folder(one);
        Process holder = start("exec 3<" + folder + "/pin; echo ready; read line");
        holder.inputReader().readLine();
        Process reader = start("exec cat " + directory + "/.pidfs/events");
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(SOON_SECONDS);
        while (!Files.readString(Path.of("/proc/" + reader.pid() + "/comm")).equals("cat\n")
                || !Files.readString(Path.of("/proc/" + reader.pid() + "/syscall"))
                        .startsWith("0 ")) {
            assertThat(System.nanoTime()).isLessThan(deadlineNanos);
            Thread.sleep(1);
        }

        one.getOutputStream().close();

        assertThat(reader.inputReader().readLine())
                .isEqualTo("exit\t%d\t%d\texited 3".formatted(id(folder), one.pid()));
        // It waits again, and can be interrupted.
        reader.destroy();
        assertThat(reader.waitFor(SOON_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static long id(Path folder) {
        return Long.parseLong(folder.getFileName().toString());
    }

    @Test
    void signal_isForTheUserHimself() throws Exception {
        Process ours = start("exec sleep 1000");
        Process theirs = start("exec " + NOBODY + "sleep 1000");
        while (!Files.readString(folder(theirs).resolve("comm")).equals("sleep\n")) {
            Thread.sleep(1);
        }

        assertThat(run(NOBODY + "sh -c 'echo TERM > $0/signal' $1", folder(ours).toString()))
                .contains("Permission denied");
        assertThat(run(NOBODY + "ls $1/ns", folder(ours).toString())).contains("Permission denied");
        assertThat(run(NOBODY + "cat $1/comm", folder(ours).toString())).isEqualTo("sleep\n=0\n");
        assertThat(run(
                        NOBODY + "sh -c 'echo TERM > $0/signal' $1",
                        folder(theirs).toString()))
                .isEqualTo("=0\n");

        assertThat(theirs.waitFor()).isEqualTo(128 + 15);
        assertThat(ours.isAlive()).isTrue();
        assertThat(run("echo KILL > $1/signal", folder(ours).toString())).isEqualTo("=0\n");
        assertThat(ours.waitFor()).isEqualTo(128 + 9);
    }

    @Test
    void lsof_namesWhatIsOpenThere() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/lsof")), "no lsof here");
        Process one = start("exec 3<" + directory + "/.pidfs/self/info; echo ready; read line");
        one.inputReader().readLine();

        String rows = run("lsof -w -a -p $1 -d 3 -F ftn", Long.toString(one.pid()));

        assertThat(rows.lines()).contains("f3", "tREG", "n" + folder(one) + "/info");
    }
}

package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What programs see of a pidfd. In 2024 a kernel changed it from one form to another, and programs that told pidfds by
 * the wrong sign broke; these are the signs, and which of them we go by.
 */
class PidfdAppearanceTest {
    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
        RealKernel.require(Features.probe(), Feature.PIDFD);
    }

    @Test
    void readlink_namesAPidfd() throws Exception {
        try (Pidfd self = Pidfd.self()) {
            String name = Files.readSymbolicLink(Path.of("/proc/self/fd/" + self.descriptor()))
                    .toString();
            // The second form is that of 6.9.0 alone.
            assertThat(name).matches("anon_inode:\\[pidfd]|pidfd:\\[\\d+]");
            assertThat(PidfdOpening.isPidfd(HostSystemCalls.get(), self.descriptor()))
                    .isTrue();
        }
    }

    @Test
    void fstat_identifiesOnlyWherePidfsIs() throws Exception {
        boolean pidfs = Features.probe().has(Feature.PIDFS);
        try (Child child = Programs.sleeper().start();
                Pidfd one = child.handle();
                Pidfd other = Pidfd.open(child.pid());
                Pidfd self = Pidfd.self()) {
            Statx first = stat(one);
            // Older kernels show every pidfd as the one anonymous inode: equal numbers say nothing there.
            assertThat(first.inode()).isEqualTo(stat(other).inode());
            assertThat(first.inode().equals(stat(self).inode())).isEqualTo(!pidfs);
            assertThat(one.id() instanceof PidfdId.Inode).isEqualTo(pidfs);
            assertThat(one).isNotEqualTo(self);
            // The type was none, then regular, then none again: whoever goes by it is wrong on some kernel.
            assertThat(first.type()).isIn(Optional.empty(), Optional.of(FileType.REGULAR));
            assertThat(first.links()).hasValue(1);
            assertThat(first.sizeBytes()).hasValue(0);
            child.signal(Signal.KILL);
            child.await();
        }
    }

    @Test
    void fstatfs_isPidfsOrTheAnonymousFilesystem() {
        try (Pidfd self = Pidfd.self()) {
            long magic = FilesystemSpace.of(HostSystemCalls.get(), self.descriptor(), "pidfd")
                    .magic();
            assertThat(magic).isIn(0x50494446L, 0x09041934L);
            assertThat(magic == PidfdCalls.PIDFS).isEqualTo(self.tellsReaping());
        }
    }

    @Test
    void fdinfo_namesTheProcessUntilItIsReaped() throws Exception {
        try (Child child = Programs.sleeper().start();
                Pidfd pidfd = child.handle()) {
            String path = "/proc/self/fdinfo/" + pidfd.descriptor();
            assertThat(ProcFiles.fields(path)).containsEntry("Pid", Long.toString(child.pid()));
            child.signal(Signal.KILL);
            child.await();
            assertThat(ProcFiles.fields(path)).containsEntry("Pid", "-1");
        }
    }

    @Test
    void javaNio_throughTheLink_seesNoRegularFile() throws Exception {
        try (Pidfd self = Pidfd.self()) {
            Path link = Path.of("/proc/self/fd/" + self.descriptor());
            assertThat(Files.isDirectory(link)).isFalse();
            assertThat(Files.isSymbolicLink(link)).isTrue();
            assertThat(Files.exists(link)).isTrue();
        }
    }

    @Test
    void lsof_ofThisProcess_namesTheProcessesItHolds() throws Exception {
        Assumptions.assumeTrue(LoopFilesystem.Command.tryRun("lsof", "-v").isEmpty(), "needs lsof");
        try (Child child = Programs.sleeper().start();
                Pidfd pidfd = child.handle()) {
            List<String> rows = LoopFilesystem.Command.run(
                    "lsof",
                    "-n",
                    "-P",
                    "-a",
                    "-p",
                    Long.toString(ProcessHandle.current().pid()),
                    "-d",
                    Integer.toString(pidfd.descriptor()));
            // COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME
            assertThat(rows)
                    .last()
                    .asString()
                    .matches("\\S+ +%d +\\S+ +%du +(a_inode|REG) .*\\[pidfd:%d]"
                            .formatted(ProcessHandle.current().pid(), pidfd.descriptor(), child.pid()));
            child.signal(Signal.KILL);
            child.await();
        }
    }

    private static Statx stat(Pidfd pidfd) {
        return Statx.of(HostSystemCalls.get(), pidfd.descriptor(), "pidfd");
    }
}

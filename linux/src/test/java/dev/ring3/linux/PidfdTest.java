package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.linux.ExitStatus.Exited;
import dev.ring3.linux.ExitStatus.Killed;
import dev.ring3.linux.Pidfd.State;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PidfdTest {
    private static Features features;

    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
        features = Features.probe();
        RealKernel.require(features, Feature.PIDFD_WAIT);
    }

    @Test
    void child_lifeOfIt_isSeenInEveryState() throws Exception {
        // Started by the JDK, whose reaper takes the status; stopped before, so that each state can be looked at.
        Process process = new ProcessBuilder("sleep", "1000").start();
        try (Pidfd pidfd = Pidfd.of(process.toHandle())) {
            assertThat(pidfd.state()).isEqualTo(State.RUNNING);
            assertThat(pidfd.isRunning()).isTrue();
            assertThat(pidfd.exitStatus()).isEmpty();
            assertThat(pidfd.tryReap()).isEmpty();
            assertThat(pidfd.info().ids()).contains(new ProcessIds((int) process.pid(), (int) process.pid(), (int)
                    ProcessHandle.current().pid()));
            CompletableFuture<Void> exit = pidfd.onExit();
            CompletableFuture<ExitStatus> reaped = pidfd.onReaped();
            assertThat(exit).isNotDone();

            pidfd.signal(Signal.TERM);

            Programs.within(exit);
            assertThat(Programs.within(reaped)).isEqualTo(new Killed(Signal.TERM, false));
            assertThat(process.waitFor()).isEqualTo(128 + 15);
            assertThat(pidfd.state()).isEqualTo(State.REAPED);
            assertThat(pidfd.exitStatus()).contains(new Killed(Signal.TERM, false));
            assertThat(pidfd.info().exit()).contains(new Killed(Signal.TERM, false));
            assertThat(pidfd.info().ids()).isEmpty();
            assertThat(pidfd.toHandle()).isEmpty();
            RealKernel.assertFails(Errno.ESRCH, () -> pidfd.signal(Signal.NONE));
            RealKernel.assertFails(Errno.ECHILD, pidfd::tryReap);
            assertThat(pidfd.onExit()).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void process_ofTheJdk_keepsItsExitStatus() throws Exception {
        for (int i = 0; i < 50; i++) {
            Process process = new ProcessBuilder("sh", "-c", "exit " + i).start();
            try (Pidfd pidfd = openOrNull(process)) {
                if (pidfd != null) {
                    assertThat(Programs.within(pidfd.onReaped())).isEqualTo(new Exited(i));
                }
                assertThat(process.waitFor()).isEqualTo(i);
            }
        }
    }

    private static @Nullable Pidfd openOrNull(Process process) {
        try {
            return Pidfd.of(process.toHandle());
        } catch (LinuxException e) {
            assertThat(e.errno()).isEqualTo(Errno.ESRCH);
            return null;
        }
    }

    @Test
    void zombie_ofACallerThatDoesNotWait_isSeenAndReaped() throws Exception {
        // The shell becomes a program that waits for nobody; when it ends, its child is given to one that does.
        try (Child parent = Programs.shell("sh -c 'sleep 0.2; exit 7' & echo $!; exec sleep 1000")
                .stdout(Redirect.PIPE)
                .start()) {
            long pid = Long.parseLong(Programs.line(parent.stdout()));
            try (Pidfd zombie = Pidfd.open(pid)) {
                Programs.within(zombie.onExit());
                assertThat(zombie.state()).isEqualTo(State.ZOMBIE);
                assertThat(zombie.exitStatus()).isEmpty();
                assertThat(zombie.info().ids()).isPresent();
                zombie.signal(Signal.NONE);
                CompletableFuture<ExitStatus> reaped = zombie.onReaped();
                assertThat(reaped).isNotDone();

                parent.signal(Signal.KILL);

                assertThat(Programs.within(reaped)).isEqualTo(new Exited(7));
                assertThat(zombie.state()).isEqualTo(State.REAPED);
            }
        }
    }

    @Test
    void id_storedAsText_opensTheSameProcess() throws Exception {
        try (Child child = Programs.sleeper().start();
                Pidfd first = child.handle();
                Pidfd second = Pidfd.open(child.pid());
                Pidfd self = Pidfd.self()) {
            assertThat(first).isEqualTo(second).hasSameHashCodeAs(second).isNotEqualTo(self);
            PidfdId id = PidfdId.parse(first.id().toString());
            assertThat(id).isEqualTo(first.id());
            try (Pidfd reopened = Pidfd.reopen(id)) {
                assertThat(reopened).isEqualTo(first);
                assertThat(reopened.pid()).isEqualTo(child.pid());
            }
            assertThat(first.toHandle()).contains(ProcessHandle.of(child.pid()).orElseThrow());

            first.signal(Signal.KILL);
            child.await();
            RealKernel.assertFails(Errno.ESTALE, () -> Pidfd.reopen(id).close());
            RealKernel.assertFails(
                    Errno.ESTALE,
                    () -> Pidfd.reopen(new PidfdId.Inode(new UUID(1, 2), 3)).close());
        }
    }

    @Test
    void id_textThatIsNone_isRefused() {
        UUID boot = new UUID(1, 2);
        assertThat(PidfdId.parse(boot + "/12@34")).isEqualTo(new PidfdId.StartTime(boot, 12, 34));
        assertThat(PidfdId.parse(new PidfdId.Inode(boot, -1).toString())).isEqualTo(new PidfdId.Inode(boot, -1));
        for (String bad : List.of("", "1", boot + "/", boot + "/x", boot + "/1@", "x/1", boot + "/1@2@3")) {
            assertThatThrownBy(() -> PidfdId.parse(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no id of a process: " + bad);
        }
    }

    @Test
    void thread_openedAsOne_isNotItsProcess() throws Exception {
        RealKernel.require(features, Feature.THREADS);
        AtomicReference<Long> number = new AtomicReference<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try (CallMemory memory = CallMemory.open()) {
                number.set(HostSystemCalls.get().call(memory, SystemCall.GETTID));
            }
            end.join();
        });
        Programs.eventually(() -> number.get() != null);
        try (Pidfd pidfd = Pidfd.openThread(number.get());
                Pidfd self = Pidfd.self()) {
            assertThat(pidfd).isNotEqualTo(self);
            ProcessIds ids = pidfd.info().ids().orElseThrow();
            assertThat(ids.pid()).isEqualTo(number.get().intValue());
            assertThat(ids.processId()).isEqualTo((int) self.pid());
            assertThatThrownBy(() -> Pidfd.open(number.get()).close())
                    .isInstanceOfSatisfying(
                            LinuxException.class, e -> assertThat(e.errno()).isIn(Errno.ENOENT, Errno.EINVAL));
            end.complete(null);
            assertThat(Programs.within(pidfd.onReaped())).isEqualTo(new Exited(0));
        }
        thread.join();
    }

    @Test
    void credentials_ofThisProcess_areWhatProcSays() {
        try (Pidfd self = Pidfd.self()) {
            String[] uids = ProcFiles.fields("/proc/self/status")
                    .getOrDefault("Uid", "")
                    .split("\t", -1);
            Credentials credentials = self.info().credentials().orElseThrow();
            assertThat(credentials.uid()).isEqualTo(Integer.parseInt(uids[0]));
            assertThat(credentials.effectiveUid()).isEqualTo(Integer.parseInt(uids[1]));
            assertThat(credentials.filesystemUid()).isEqualTo(Integer.parseInt(uids[3]));
        }
    }

    @Test
    void namespaces_allKinds_areThoseOfProc() {
        try (Pidfd self = Pidfd.self()) {
            for (NamespaceKind kind : NamespaceKind.values()) {
                Path link = Path.of("/proc/self/ns", kind.file());
                if (Files.exists(link)) {
                    try (Namespace namespace = self.namespace(kind)) {
                        assertThat(namespace.inode())
                                .isEqualTo(Statx.of(link).inode().orElseThrow());
                        assertThat(namespace.kind()).isEqualTo(kind);
                    }
                }
            }
        }
    }

    @Test
    void enter_namespaces_takesTheOneThreadThere() throws Exception {
        Assumptions.assumeTrue(
                LoopFilesystem.Command.tryRun("unshare", "--uts", "true").isEmpty(), "needs the right to unshare");
        try (Child child = Spawn.named("unshare", "--uts", "sh", "-c", "hostname ring3test; echo ok; exec sleep 1000")
                        .stdout(Redirect.PIPE)
                        .start();
                Pidfd pidfd = child.handle()) {
            assertThat(Programs.line(child.stdout())).isEqualTo("ok");
            CompletableFuture<String> there = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> {
                pidfd.enter(Set.of(NamespaceKind.HOST_NAME));
                there.complete(
                        ProcFiles.text("/proc/sys/kernel/hostname").orElse("").strip());
            });
            assertThat(Programs.within(there)).isEqualTo("ring3test");
            assertThat(ProcFiles.text("/proc/sys/kernel/hostname").orElse("").strip())
                    .isNotEqualTo("ring3test");
            child.killTree();
        }
    }

    @Test
    void file_ofAnotherProcess_isTheSameFile() throws Exception {
        Path path = Files.createTempFile("ring3", "file");
        try (RawFile file = RawFile.open(path, Access.READ);
                Child child = Programs.sleeper().stdin(new Redirect.Open(file)).start();
                Pidfd pidfd = child.handle();
                RawFile copy = pidfd.file(0)) {
            assertThat(copy.statx().inode()).isEqualTo(file.statx().inode());
            RealKernel.assertFails(Errno.EBADF, () -> pidfd.file(1_000).close());
            child.signal(Signal.KILL);
        } finally {
            Files.delete(path);
        }
    }

    @Test
    void attributes_set_areSeenByAllHandlesAndOutliveTheProcess() throws Exception {
        RealKernel.require(features, Feature.ATTRIBUTES);
        try (Child child = Programs.sleeper().start();
                Pidfd one = child.handle();
                Pidfd other = Pidfd.open(child.pid())) {
            byte[] value = {1, 0, 2};
            one.attributes().set("trusted.ring3", value);
            one.attributes().set("trusted.other", new byte[400]);
            assertThat(other.attributes().get("trusted.ring3")).contains(value);
            assertThat(other.attributes().get("trusted.other")).contains(new byte[400]);
            assertThat(other.attributes().names()).containsExactlyInAnyOrder("trusted.ring3", "trusted.other");
            assertThat(other.attributes().remove("trusted.other")).isTrue();
            assertThat(other.attributes().remove("trusted.other")).isFalse();
            assertThat(one.attributes().get("trusted.none")).isEmpty();
            RealKernel.assertFails(Errno.EOPNOTSUPP, () -> one.attributes().set("user.ring3", value));
            child.signal(Signal.KILL);
            child.await();
            assertThat(other.attributes().get("trusted.ring3")).contains(value);
        }
    }

    @Test
    void memory_advisedAndReleased_isTheKernelsAnswer() {
        RealKernel.require(features, Feature.MEMORY_RELEASE);
        try (Arena arena = Arena.ofConfined();
                Pidfd self = Pidfd.self()) {
            long address = arena.allocate(1 << 16, 4096).fill((byte) 1).address();
            assertThat(self.advise(MemoryAdvice.COLD, List.of(new MemoryRange(address, 1 << 16))))
                    .isEqualTo(1 << 16);
            RealKernel.assertFails(Errno.EINVAL, self::releaseMemory);
        }
    }

    @Test
    void signal_scopes_reachTheGroup() throws Exception {
        RealKernel.require(features, Feature.SIGNAL_SCOPES);
        try (Child leader = Programs.shell("sleep 1000 & echo $!; wait")
                        .stdout(Redirect.PIPE)
                        .grouping(Grouping.PROCESS_GROUP)
                        .start();
                Pidfd handle = leader.handle()) {
            try (Pidfd member = Pidfd.open(Long.parseLong(Programs.line(leader.stdout())))) {
                handle.signal(Signal.KILL, SignalScope.PROCESS_GROUP);
                assertThat(leader.await()).isEqualTo(new Killed(Signal.KILL, false));
                Programs.within(member.onExit());
            }
        }
    }

    @Test
    void close_whileAwaited_cancels() throws Exception {
        try (Child child = Programs.sleeper().start()) {
            Pidfd pidfd = child.handle();
            CompletableFuture<Void> exit = pidfd.onExit();
            CompletableFuture<ExitStatus> reaped = pidfd.onReaped();
            pidfd.close();
            pidfd.close();

            assertThatThrownBy(exit::get).hasRootCauseInstanceOf(CancellationException.class);
            assertThatThrownBy(reaped::get).hasRootCauseInstanceOf(CancellationException.class);
            assertThatThrownBy(pidfd::state).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(pidfd::onExit).isInstanceOf(IllegalStateException.class);
            child.signal(Signal.KILL);
            assertThat(child.await()).isEqualTo(new Killed(Signal.KILL, false));
        }
    }

    @Test
    void close_ofOneHandleOfSeveral_leavesNoRegistrationBehind() throws Exception {
        try (Child child = Programs.sleeper().start()) {
            // The open file stays, and so would what the kernel knows of a number that is closed and comes again.
            for (int i = 0; i < 100; i++) {
                Pidfd pidfd = child.handle();
                CompletableFuture<Void> exit = pidfd.onExit();
                pidfd.close();
                assertThatThrownBy(exit::get).hasRootCauseInstanceOf(CancellationException.class);
            }
            child.signal(Signal.KILL);
            child.await();
        }
    }

    @Test
    void reactor_closedWhileEventsCome_cancelsOrCompletesEverything() throws Exception {
        for (int i = 0; i < 30; i++) {
            try (Child child = Programs.sleeper().start();
                    Pidfd pidfd = child.handle()) {
                PidfdReactor reactor = PidfdReactor.open();
                CompletableFuture<State> exit = reactor.watch(pidfd, State.ZOMBIE);
                CompletableFuture<State> reaped = reactor.watch(pidfd, State.REAPED);
                child.signal(Signal.KILL);
                reactor.close();
                assertThat(exit).isDone();
                assertThat(reaped).isDone();
                child.await();
            }
        }
    }

    @Test
    void reactor_ofItsOwn_closedCancelsAndEndsItsThread() throws Exception {
        try (Child child = Programs.sleeper().start();
                Pidfd pidfd = child.handle()) {
            PidfdReactor reactor = PidfdReactor.open();
            CompletableFuture<State> exit = reactor.watch(pidfd, State.ZOMBIE);
            CompletableFuture<State> reaped = reactor.watch(pidfd, State.REAPED);
            assertThat(reactor.watch(pidfd, State.RUNNING)).isCompletedWithValue(State.RUNNING);
            assertThat(reactor.watchedCount()).isOne();
            reactor.close();
            reactor.close();
            assertThat(exit).isCompletedExceptionally();
            assertThat(reaped).isCompletedExceptionally();
            assertThatThrownBy(() -> reactor.watch(pidfd, State.ZOMBIE)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> PidfdReactor.shared().close()).isInstanceOf(IllegalStateException.class);
            child.signal(Signal.KILL);
            child.await();
        }
    }

    @Test
    void awaiting_fromVirtualThreads_pinsNone() throws Exception {
        try (Child child = Programs.sleeper().start();
                Pidfd pidfd = child.handle()) {
            List<Thread> waiting = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                waiting.add(Thread.startVirtualThread(() -> pidfd.onExit().join()));
            }
            CompletableFuture<Void> other = new CompletableFuture<>();
            Thread.startVirtualThread(() -> other.complete(null));
            Programs.within(other);
            child.signal(Signal.KILL);
            for (Thread thread : waiting) {
                thread.join();
            }
        }
    }

    @Test
    void badInput_isATypedErrorAndLeavesNothing() throws Exception {
        Path path = Files.createTempFile("ring3", "foreign");
        long before = RealKernel.openDescriptors();
        for (long pid : new long[] {0, -1, Long.MIN_VALUE, 1L << 32 | 1}) {
            RealKernel.assertFails(Errno.EINVAL, () -> Pidfd.open(pid).close());
        }
        RealKernel.assertFails(Errno.ESRCH, () -> Pidfd.open(Integer.MAX_VALUE).close());
        try (RawFile file = RawFile.open(path, Access.READ)) {
            RealKernel.assertFails(
                    Errno.EBADF, () -> Pidfd.adopt(file.descriptor()).close());
            assertThat(file.sizeBytes()).as("still open").isZero();
            RealKernel.assertFails(Errno.ENOTSOCK, () -> Pidfd.peerOf(file.descriptor()));
        }
        Files.delete(path);
        RealKernel.assertFails(Errno.EBADF, () -> Pidfd.adopt(-1).close());
        RealKernel.assertFails(Errno.EBADF, () -> Pidfd.adopt(99_999).close());
        assertThat(RealKernel.openDescriptors()).isEqualTo(before);
    }

    @Test
    void adopt_aPidfd_ownsIt() {
        Pidfd self = Pidfd.self();
        long before = RealKernel.openDescriptors();
        try (CallMemory memory = CallMemory.open()) {
            int copy = (int) HostSystemCalls.get().call(memory, SystemCall.FCNTL, self.descriptor(), 1030, 0);
            try (Pidfd adopted = Pidfd.adopt(copy)) {
                assertThat(adopted).isEqualTo(self);
                assertThat(adopted.pid()).isEqualTo(self.pid());
            }
        }
        assertThat(RealKernel.openDescriptors()).isEqualTo(before);
        self.close();
    }

    @Test
    void signals_haveNamesAndNumbers() {
        assertThat(Signal.parse("SIGTERM")).contains(Signal.TERM);
        assertThat(Signal.parse("kill")).contains(Signal.KILL);
        assertThat(Signal.parse("9")).contains(Signal.KILL);
        assertThat(Signal.parse("RTMIN+2")).contains(new Signal(36));
        assertThat(Signal.parse("SYS")).contains(new Signal(31));
        for (String bad : List.of("", "SIG", "65", "RTMIN+31", "HUPP", "-9")) {
            assertThat(Signal.parse(bad)).as(bad).isEmpty();
        }
        for (int i = 1; i <= 64; i++) {
            assertThat(Signal.parse(new Signal(i).name())).contains(new Signal(i));
        }
        assertThatThrownBy(() -> new Signal(65)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void exitStatus_ofWait_isDecoded() {
        assertThat(ExitStatus.ofWait(0x2a00)).isEqualTo(new Exited(42)).hasToString("exited 42");
        assertThat(ExitStatus.ofWait(0xf)).isEqualTo(new Killed(Signal.TERM, false));
        assertThat(ExitStatus.ofWait(0x8b)).hasToString("killed by SEGV, core dumped");
        assertThat(ExitStatus.ofWait(0xff00).shellCode()).isEqualTo(255);
        assertThat(ExitStatus.ofWait(9).shellCode()).isEqualTo(137);
        assertThat(ExitStatus.ofWait(0).isSuccess()).isTrue();
        assertThat(Optional.of(ExitStatus.ofWait(0x100)).map(ExitStatus::isSuccess))
                .contains(false);
    }
}

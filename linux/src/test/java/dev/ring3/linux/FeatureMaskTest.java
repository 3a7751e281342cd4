package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.linux.ExitStatus.Killed;
import dev.ring3.linux.Pidfd.State;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every feature taken away, one at a time: the probe notices, and what replaces it does the same. */
class FeatureMaskTest {
    private static Features host;

    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
        host = Features.probe();
        RealKernel.require(host, Feature.EXIT_STATUS);
    }

    @ParameterizedTest
    @EnumSource(Feature.class)
    void probe_featureTakenAway_isMissing(Feature feature) {
        Features masked = Features.probe(OldKernel.without(feature));

        assertThat(masked.has(feature)).isFalse();
        assertThat(masked.missing()).contains(feature);
    }

    @Test
    void probe_nothingTakenAway_isTheHosts() {
        assertThat(Features.probe(OldKernel.without()).present()).isEqualTo(host.present());
        assertThat(host).hasToString("present: %s; missing: %s".formatted(host.present(), host.missing()));
    }

    @Test
    void info_withoutTheCall_isReadFromProc() {
        try (Pidfd now = Pidfd.self();
                Pidfd old = PidfdOpening.open(OldKernel.without(Feature.PROCESS_INFO), now.pid(), 0)) {
            assertThat(old.info().ids()).isEqualTo(now.info().ids());
            assertThat(old.info().credentials()).isEqualTo(now.info().credentials());
            assertThat(old.info().cgroupId()).isEmpty();
        }
    }

    @Test
    void info_withoutTheCallOfAReapedProcess_isGone() throws Exception {
        try (Child child = Programs.sleeper().start();
                Pidfd old = PidfdOpening.open(OldKernel.without(Feature.PROCESS_INFO), child.pid(), 0)) {
            child.signal(Signal.KILL);
            child.await();
            RealKernel.assertFails(Errno.ESRCH, old::info);
        }
    }

    @Test
    void require_ofWhatIsMissing_namesTheVersion() {
        Features.require(Feature.PIDFD);
        assertThatThrownBy(() -> Features.require(OldKernel.without(Feature.PIDFS, Feature.HANDLES), Feature.PIDFS))
                .isInstanceOf(UnsupportedHostException.class)
                .hasMessageContaining("6.9");
    }

    @Test
    void namespaces_withoutTheCall_areReadFromProc() {
        try (Pidfd now = Pidfd.self();
                Pidfd old = PidfdOpening.open(OldKernel.without(Feature.NAMESPACES), now.pid(), 0);
                Namespace one = now.namespace(NamespaceKind.NETWORK);
                Namespace other = old.namespace(NamespaceKind.NETWORK)) {
            assertThat(one.inode()).isEqualTo(other.inode());
        }
    }

    @Test
    void reopen_withoutHandles_searches() throws Exception {
        SystemCalls old = OldKernel.without(Feature.HANDLES);
        try (Child child = Programs.sleeper().start();
                Pidfd pidfd = child.handle()) {
            PidfdId id = pidfd.id();
            try (Pidfd found = PidfdOpening.reopen(old, id)) {
                assertThat(found).isEqualTo(pidfd);
            }
            child.signal(Signal.KILL);
            child.await();
            RealKernel.assertFails(
                    Errno.ESTALE, () -> PidfdOpening.reopen(old, id).close());
        }
    }

    @Test
    void identity_withoutPidfs_isTheStartTime() throws Exception {
        SystemCalls old = OldKernel.without(Feature.PIDFS, Feature.HANDLES);
        try (Child child = Programs.sleeper().start();
                Pidfd one = PidfdOpening.open(old, child.pid(), 0);
                Pidfd self = PidfdOpening.open(old, ProcessHandle.current().pid(), 0)) {
            assertThat(one.id()).isInstanceOf(PidfdId.StartTime.class).isNotEqualTo(self.id());
            try (Pidfd again = PidfdOpening.reopen(old, one.id())) {
                assertThat(again).isEqualTo(one);
            }
            PidfdId.StartTime id = (PidfdId.StartTime) one.id();
            PidfdId.StartTime earlier = new PidfdId.StartTime(id.boot(), id.pid(), id.startTicks() - 1);
            RealKernel.assertFails(
                    Errno.ESTALE, () -> PidfdOpening.reopen(old, earlier).close());
            child.signal(Signal.KILL);
            child.await();
            RealKernel.assertFails(
                    Errno.ESTALE, () -> PidfdOpening.reopen(old, id).close());
        }
    }

    @Test
    void reaping_withoutAHangUp_isNoticedAllTheSame() throws Exception {
        SystemCalls old = OldKernel.without(Feature.PIDFS, Feature.HANDLES);
        Process process = new ProcessBuilder("sleep", "1000").start();
        try (PidfdReactor reactor = PidfdReactor.open(old);
                Pidfd pidfd = PidfdOpening.open(old, process.pid(), 0)) {
            CompletableFuture<State> exit = reactor.watch(pidfd, State.ZOMBIE);
            CompletableFuture<State> reaped = reactor.watch(pidfd, State.REAPED);
            pidfd.signal(Signal.KILL);
            assertThat(Programs.within(exit)).isEqualTo(State.ZOMBIE);
            assertThat(Programs.within(reaped)).isEqualTo(State.REAPED);
            assertThat(pidfd.state()).isEqualTo(State.REAPED);
            assertThat(pidfd.exitStatus()).contains(new Killed(Signal.KILL, false));
        }
    }

    @Test
    void exitStatus_beforeTheKernelKeptIt_isRefusedByName() throws Exception {
        SystemCalls old = OldKernel.without(Feature.EXIT_STATUS);
        Process process = new ProcessBuilder("sleep", "1000").start();
        try (Pidfd pidfd = PidfdOpening.open(old, process.pid(), 0)) {
            CompletableFuture<ExitStatus> reaped = pidfd.onReaped();
            pidfd.signal(Signal.KILL);
            assertThatThrownBy(() -> Programs.within(reaped))
                    .isInstanceOf(UnsupportedHostException.class)
                    .hasMessage("the exit status of a process that is no child takes Linux 6.15");
            assertThat(pidfd.exitStatus()).isEmpty();
        }
    }

    @Test
    void scopes_beforeTheKernelHadThem_areRefusedByName() throws Exception {
        try (Child child = Programs.sleeper().start();
                Pidfd old = PidfdOpening.open(OldKernel.without(Feature.SIGNAL_SCOPES), child.pid(), 0)) {
            assertThatThrownBy(() -> old.signal(Signal.TERM, SignalScope.PROCESS_GROUP))
                    .isInstanceOf(UnsupportedHostException.class)
                    .hasMessage("pidfd_send_signal to a PROCESS_GROUP takes Linux 6.9");
            old.signal(Signal.TERM);
            assertThat(child.await()).isEqualTo(new Killed(Signal.TERM, false));
        }
    }

    @Test
    void group_beforeTheKernelCouldSignalIt_isKilledOneByOne() throws Exception {
        try (Child child = Programs.shell("sleep 1000 & echo $!; wait")
                        .stdout(Redirect.PIPE)
                        .grouping(Grouping.PROCESS_GROUP)
                        .start();
                Pidfd old = PidfdOpening.open(OldKernel.without(Feature.SIGNAL_SCOPES), child.pid(), 0);
                Pidfd member = Pidfd.open(Long.parseLong(Programs.line(child.stdout())))) {
            ProcessTrees.killGroup(old);
            assertThat(child.await()).isEqualTo(new Killed(Signal.KILL, false));
            Programs.within(member.onExit());
        }
    }
}

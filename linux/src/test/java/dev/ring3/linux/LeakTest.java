package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nothing is left behind: descriptors, threads, memory; and what somebody else leaves is found. */
class LeakTest {
    private static final int CYCLES = Boolean.getBoolean("ring3.long") ? 100_000 : 600;
    private static final int WARM_UP = CYCLES / 4;

    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
        RealKernel.require(Features.probe(), Feature.PIDFD_WAIT);
    }

    @Test
    void cycles_ofSpawnWaitClose_leaveNothing() throws Exception {
        cycles(WARM_UP);
        collect();
        long descriptors = RealKernel.openDescriptors();
        long threads = number("Threads");
        long memoryKib = number("VmRSS");
        long leaks = Leaks.reported();

        cycles(CYCLES);
        collect();

        Programs.eventually(() -> RealKernel.openDescriptors() <= descriptors);
        assertThat(number("Threads")).isLessThanOrEqualTo(threads + 2); // the JIT's come and go
        assertThat(number("VmRSS") - memoryKib).as("KiB").isLessThan(64 * 1024);
        assertThat(Leaks.reported()).isEqualTo(leaks);
        assertThat(PidfdReactor.shared().watchedCount()).isZero();
        assertThat(PidfdReactor.shared().loop().registered()).isZero();
        assertThat(ProcFiles.pids().stream()
                        .filter(pid -> ProcFiles.parent(pid)
                                .equals(OptionalLong.of(ProcessHandle.current().pid())))
                        .filter(pid -> ProcFiles.text("/proc/" + pid + "/stat")
                                .orElse("")
                                .contains(") Z "))
                        .count())
                .as("zombies")
                .isZero();
    }

    private static void cycles(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            try (Child child = Spawn.named("true").stdout(Redirect.PIPE).start();
                    Pidfd pidfd = child.handle()) {
                child.await();
                pidfd.state();
            }
        }
    }

    @Test
    void handle_neverClosed_isClosedAndReportedOnce() throws Exception {
        long reported = Leaks.reported();
        long before = RealKernel.openDescriptors();
        leak();
        Programs.eventually(() -> {
            System.gc();
            return Leaks.reported() > reported && RealKernel.openDescriptors() <= before;
        });
        System.gc();
        assertThat(Leaks.reported()).isEqualTo(reported + 1);
    }

    private static void leak() {
        Pidfd forgotten = Pidfd.self();
        assertThat(forgotten.isRunning()).isTrue();
    }

    private static void collect() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(20);
        }
    }

    private static long number(String name) {
        Map<String, String> status = ProcFiles.fields("/proc/self/status");
        return Long.parseLong(String.valueOf(status.get(name)).split(" ", -1)[0]);
    }
}

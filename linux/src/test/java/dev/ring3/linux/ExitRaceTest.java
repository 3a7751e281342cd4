package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.linux.ExitStatus.Exited;
import dev.ring3.linux.ExitStatus.Killed;
import dev.ring3.linux.Pidfd.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that end at the worst moment: 10,000 times each in the long check, a slice of that otherwise. */
class ExitRaceTest {
    private static final int ITERATIONS = Boolean.getBoolean("ring3.long") ? 10_000 : 150;

    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
        RealKernel.require(Features.probe(), Feature.EXIT_STATUS);
    }

    @Test
    void ended_beforeItIsAwaited_hasItsStatus() throws Exception {
        for (int i = 0; i < ITERATIONS; i++) {
            try (Child child = Programs.shell("exit " + i % 256).start();
                    Pidfd pidfd = child.handle()) {
                assertThat(child.await()).isEqualTo(new Exited(i % 256));
                // Everything that can be asked of the dead.
                assertThat(pidfd.state()).isEqualTo(State.REAPED);
                assertThat(Programs.within(pidfd.onReaped())).isEqualTo(new Exited(i % 256));
                assertThat(pidfd.exitStatus()).contains(new Exited(i % 256));
            }
        }
    }

    @Test
    void ending_whileItIsOpened_isOpenedOrGone() throws Exception {
        int opened = 0;
        for (int i = 0; i < ITERATIONS; i++) {
            Process process = new ProcessBuilder("true").start();
            for (int spin = 0; spin < i % 100 * 20; spin++) {
                Thread.onSpinWait();
            }
            try (Pidfd pidfd = Pidfd.open(process.pid())) {
                assertThat(Programs.within(pidfd.onReaped())).isEqualTo(new Exited(0));
                opened++;
            } catch (LinuxException e) {
                assertThat(e.errno()).isEqualTo(Errno.ESRCH);
            }
            assertThat(process.waitFor()).isZero();
        }
        assertThat(opened).isPositive();
    }

    @Test
    void killed_whileItIsAwaited_completesOnce() throws Exception {
        for (int i = 0; i < ITERATIONS; i++) {
            try (Child child = Programs.sleeper().start();
                    Pidfd pidfd = child.handle()) {
                Thread killer = Thread.startVirtualThread(() -> pidfd.signal(Signal.KILL));
                CompletableFuture<ExitStatus> reaped = pidfd.onReaped();
                CompletableFuture<Void> exit = pidfd.onExit();
                Programs.within(exit);
                assertThat(Programs.within(reaped)).isEqualTo(new Killed(Signal.KILL, false));
                killer.join();
            }
        }
    }

    @Test
    void closed_whileItEnds_completesOrIsCancelled() throws Exception {
        for (int i = 0; i < ITERATIONS; i++) {
            try (Child child = Programs.sleeper().start()) {
                Pidfd pidfd = child.handle();
                CompletableFuture<Void> exit = pidfd.onExit();
                child.signal(Signal.KILL);
                pidfd.close();
                String end = Programs.within(exit.handle((_, e) -> e == null ? "done" : "cancelled"));
                assertThat(end).isIn("done", "cancelled");
                child.await();
            }
        }
        // What the child's own watch does after its status was handed over may take another moment.
        Programs.eventually(() -> PidfdReactor.shared().watchedCount() == 0);
    }

    @Test
    void status_ofChildrenWhoseParentIgnoresThem_isKept(@TempDir Path folder) throws Exception {
        // An ignored SIGCHLD makes the kernel reap at once: there is no zombie.
        Path program = compile(folder, """
                #include <signal.h>
                #include <stdio.h>
                #include <unistd.h>
                int main(void) {
                    char byte;
                    signal(SIGCHLD, SIG_IGN);
                    while (read(0, &byte, 1) > 0) {
                        pid_t child = fork();
                        if (child == 0) {
                            pause();
                        }
                        printf("%d\\n", (int)child);
                        fflush(stdout);
                    }
                    return 0;
                }
                """);
        try (Child parent =
                Spawn.of(program).stdin(Redirect.PIPE).stdout(Redirect.PIPE).start()) {
            for (int i = 0; i < ITERATIONS; i++) {
                Programs.say(parent.stdin(), "x");
                try (Pidfd pidfd = Pidfd.open(Long.parseLong(Programs.line(parent.stdout())))) {
                    Signal signal = i % 2 == 0 ? Signal.TERM : Signal.KILL;
                    CompletableFuture<ExitStatus> reaped = pidfd.onReaped();
                    pidfd.signal(signal);
                    assertThat(Programs.within(reaped)).isEqualTo(new Killed(signal, false));
                    assertThat(pidfd.state()).isEqualTo(State.REAPED);
                }
            }
            parent.stdin().close();
            assertThat(parent.await()).isEqualTo(new Exited(0));
        }
    }

    @Test
    void leader_endsBeforeItsThreads_isNotTheProcessesEnd(@TempDir Path folder) throws Exception {
        // The first thread ends while another reads its input until that ends.
        Path program = compile(folder, """
                #include <pthread.h>
                #include <stdio.h>
                #include <unistd.h>
                #include <stdlib.h>
                static void *other(void *unused) {
                    char byte;
                    while (read(0, &byte, 1) > 0) {}
                    exit(5);
                }
                int main(void) {
                    pthread_t thread;
                    pthread_create(&thread, 0, other, 0);
                    puts("leader ends");
                    fflush(stdout);
                    pthread_exit(0);
                }
                """);
        for (int i = 0; i < ITERATIONS; i++) {
            try (Child child = Spawn.of(program)
                            .stdin(Redirect.PIPE)
                            .stdout(Redirect.PIPE)
                            .start();
                    Pidfd pidfd = child.handle()) {
                assertThat(Programs.line(child.stdout())).isEqualTo("leader ends");
                CompletableFuture<Void> exit = pidfd.onExit();
                if (i < 20) {
                    Thread.sleep(5);
                    assertThat(exit).isNotDone();
                    assertThat(pidfd.state()).isEqualTo(State.RUNNING);
                }
                child.stdin().close();
                Programs.within(exit);
                assertThat(child.await()).isEqualTo(new Exited(5));
            }
        }
    }

    private static Path compile(Path folder, String text) throws Exception {
        Path source = Files.writeString(folder.resolve("program.c"), text);
        Path program = folder.resolve("program");
        String refusal = LoopFilesystem.Command.tryRun("cc", "-pthread", "-o", program.toString(), source.toString());
        Assumptions.assumeTrue(refusal.isEmpty(), "needs a C compiler: " + refusal);
        return program;
    }
}

package dev.ring3.cli;

import static dev.ring3.cli.CommandLineRun.ring3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.linux.Child;
import dev.ring3.linux.Feature;
import dev.ring3.linux.Features;
import dev.ring3.linux.Grouping;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.PidfdReactor;
import dev.ring3.linux.Redirect;
import dev.ring3.linux.Signal;
import dev.ring3.linux.Spawn;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PidCommandsTest {
    @BeforeAll
    static void requireLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "needs Linux");
        assumeTrue(Features.probe().has(Feature.EXIT_STATUS), "needs EXIT_STATUS of Linux 6.15");
    }

    /** Until the command holds the process, as the child's own watch does. */
    private static void untilWatched(CompletableFuture<?> waiting) throws InterruptedException {
        while (PidfdReactor.shared().watchedCount() < 2) {
            assertThat(waiting).isNotDone();
            Thread.sleep(1);
        }
    }

    private static Child sleeper() {
        return Spawn.named("sleep", "1000").stdin(Redirect.DISCARD).start();
    }

    @Test
    void info_byNumberAndById_isTheSameProcess() throws Exception {
        try (Child child = sleeper();
                Pidfd pidfd = child.handle()) {
            String number = Long.toString(child.pid());
            String id = pidfd.id().toString();
            CommandLineRun.Result result = ring3("pid", "info", number);
            assertThat(result.status()).isZero();
            assertThat(result.out())
                    .containsPattern("(?m)^process +" + number + "$")
                    .containsPattern("(?m)^id +" + id + "$")
                    .containsPattern("(?m)^life +running$")
                    .containsPattern("(?m)^command +sleep 1000$")
                    .containsPattern("(?m)^parent +" + ProcessHandle.current().pid() + "$");
            assertThat(ring3("pid", "info", id).out())
                    .isEqualTo(ring3("pid", "info", number).out());
            assertThat(ring3("pid", "info", id, "--json").out())
                    .contains("\"schema\": \"ring3.pid.info/1\"", "\"id\": \"" + id + "\"", "\"name\": \"sleep\"");

            child.signal(Signal.KILL);
            child.await();
            CommandLineRun.Result gone = ring3("pid", "info", id);
            assertThat(gone.status()).isEqualTo(ExitCode.NEGATIVE);
            assertThat(gone.err()).contains("ESTALE");
        }
    }

    @Test
    void wait_forAProcess_returnsItsStatus() throws Exception {
        try (Child child =
                Spawn.named("sh", "-c", "read x; exit 42").stdin(Redirect.PIPE).start()) {
            CompletableFuture<CommandLineRun.Result> waiting =
                    CompletableFuture.supplyAsync(() -> ring3("pid", "wait", Long.toString(child.pid())));
            untilWatched(waiting);
            child.stdin().close();
            assertThat(waiting.get().out()).isEqualTo("exited 42\n");
            assertThat(waiting.get().status()).isEqualTo(ExitCode.NEGATIVE);
        }
    }

    @Test
    void wait_pastItsTime_isUndecided() throws Exception {
        try (Child child = sleeper()) {
            CommandLineRun.Result result = ring3("pid", "wait", Long.toString(child.pid()), "--timeout=0");
            assertThat(result.status()).isEqualTo(ExitCode.UNDECIDED);
            assertThat(result.err()).contains("has not ended within 0 s");
            child.signal(Signal.KILL);
        }
    }

    @Test
    void signal_sent_endsTheProcess() throws Exception {
        try (Child child = sleeper()) {
            String number = Long.toString(child.pid());
            CompletableFuture<CommandLineRun.Result> waiting =
                    CompletableFuture.supplyAsync(() -> ring3("pid", "wait", number, "--json"));
            assertThat(ring3("pid", "signal", number, "0").status()).isZero();
            untilWatched(waiting);
            assertThat(ring3("pid", "signal", number, "SIGUSR1").status()).isZero();
            assertThat(waiting.get().out())
                    .contains("\"schema\": \"ring3.pid.wait/1\"", "\"killed\": \"USR1\"", "\"success\": false");
            assertThat(ring3("pid", "signal", number).status()).isEqualTo(ExitCode.NEGATIVE);
            assertThat(ring3("pid", "signal", number, "NOPE").status()).isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void tree_ofAProcess_hasItsDescendantsBelow() throws Exception {
        try (Child child = Spawn.named("sh", "-c", "sleep 1000 & sleep 1001 & wait")
                .stdin(Redirect.DISCARD)
                .grouping(Grouping.PROCESS_GROUP)
                .start()) {
            String number = Long.toString(child.pid());
            for (int i = 0;
                    i < 200 && ring3("pid", "tree", number).out().lines().count() < 3;
                    i++) {
                Thread.sleep(10);
            }
            List<String> lines = ring3("pid", "tree", number).out().lines().toList();
            assertThat(lines).hasSize(3);
            assertThat(lines.get(0)).startsWith(number + " sh -c ");
            assertThat(lines.subList(1, 3)).anyMatch(line -> line.matches(" {2}\\d+ sleep 1001"));
            assertThat(ring3("ps", "--tree").out()).containsPattern("(?m)^" + number + " .* sh -c ");
            child.killTree();
        }
    }

    @Test
    void ps_listsThisProcess() {
        String self = Long.toString(ProcessHandle.current().pid());
        CommandLineRun.Result result = ring3("ps");
        assertThat(result.status()).isZero();
        assertThat(result.out()).startsWith("PID ").containsPattern("(?m)^" + self + " ");
        assertThat(ring3("ps", "--json").out()).contains("\"schema\": \"ring3.ps/1\"", "\"pid\": " + self + ",");
        assertThat(ring3("ps", "--cgroup", "/").out()).containsPattern("(?m)^" + self + " ");
        assertThat(ring3("ps", "--cgroup", "/none-of-ring3").out().lines()).hasSize(1);
        assertThat(ring3("ps", "--by-cgroup").out()).contains("cgroup ").containsPattern("(?m)^" + self + " ");
        assertThat(ring3("ps", "--by-cgroup", "--tree").status()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void ps_live_isShownAgain() {
        CommandLineRun.Result plain = ring3("ps", "--live", "--count=2", "--interval=1");
        assertThat(plain.status()).isZero();
        assertThat(plain.out().lines().filter(line -> line.startsWith("PID "))).hasSize(2);
        assertThat(plain.out()).doesNotContain("\u001b");
        assertThat(new CommandLineRun()
                        .onTerminal()
                        .run("ps", "--live", "--count=1")
                        .out())
                .startsWith("\u001b[H");
        assertThat(ring3("ps", "--live", "--interval=0").status()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void process_thatIsNone_isSaid() {
        assertThat(ring3("pid", "info", "2147483647").status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(ring3("pid", "info", "2147483647").err()).contains("ESRCH");
        assertThat(ring3("pid", "info", "x").status()).isEqualTo(ExitCode.USAGE);
        assertThat(ring3("pid").status()).isEqualTo(ExitCode.USAGE);
        assertThat(ring3("pid", "info", "99999999999999999999").status()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void text_ofProcesses_isPrintable() {
        assertThat(ProcessText.printable("a\u001b[31m\nb\u202e é")).isEqualTo("a\\x1b[31m\\x0ab\\u202e é");
    }
}

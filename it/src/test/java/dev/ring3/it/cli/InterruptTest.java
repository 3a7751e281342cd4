package dev.ring3.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ctrl-C, and a service manager's way to say so, while a program runs that would not end. */
class InterruptTest {
    private static final long MILLIS_MAX = 2_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void longRun_signalled_endsAtOnceAndSaysWhereItWas(String signal, int status) throws Exception {
        RealLauncher launcher = new RealLauncher(folder);
        launcher.prepare();
        Process process = launcher.start(
                "printf 'l: goto l\nexit\n' > loop.s;" + " exec ./ring3 bpf run loop.s --budget 1000000000000000");
        Thread.sleep(2_000);
        assertThat(process.isAlive()).isTrue();
        long begin = System.nanoTime();
        assertThat(new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        RealLauncher.Result result = RealLauncher.finish(process);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        assertThat(result.status()).as(result.text()).isEqualTo(status);
        assertThat(result.text()).startsWith("loop.s: program: CANCELLED at insn 0: ");
        assertThat(millis).isLessThan(MILLIS_MAX);
    }
}

package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompiledClassLogTest {
    private final CompiledClassLog log = new CompiledClassLog();

    private void sampled(String method, boolean isInterpreted, long fromMillis, int samples, long apartMillis) {
        for (int i = 0; i < samples; i++) {
            log.sampled(method, isInterpreted, Instant.ofEpochMilli(fromMillis + i * apartMillis), true);
        }
    }

    private List<String> slow() {
        return log.compilation(2).slowMethods();
    }

    @Test
    void method_interpretedForMoreThanASecond_isSlow() {
        sampled("f0", true, 0, 6, 200);
        assertThat(slow()).isEmpty();
        sampled("f0", true, 1001, 1, 0);
        assertThat(slow()).containsExactly("f0");
    }

    @Test
    void method_compiledInBetween_isNotSlow() {
        sampled("f0", true, 0, 6, 190);
        sampled("f0", false, 960, 1, 0);
        sampled("f0", true, 970, 10, 99);
        assertThat(slow()).isEmpty();
        sampled("f0", true, 1980, 1, 0);
        assertThat(slow()).containsExactly("f0");
        sampled("f0", false, 2000, 1, 0);
        assertThat(slow()).isEmpty();
    }

    @Test
    void method_thatHardlyRuns_isNotSlow() {
        sampled("f9", true, 0, 4, 10_000);
        assertThat(slow()).isEmpty();
    }

    @Test
    void samples_areCountedOnceForEachProgram() {
        log.sampled("f9", true, Instant.EPOCH, true);
        log.sampled("f0", false, Instant.EPOCH, false);
        Compilation found = log.compilation(2);
        assertThat(found.interpretedSamples()).isEqualTo(1);
        assertThat(found.compiledSamples()).isZero();
    }

    @Test
    void failures_areTheLast() {
        IntStream.range(0, 20).forEach(i -> log.failed("no " + i));
        assertThat(log.compilation(2).failures())
                .hasSize(CompilerWatch.FAILURES_MAX)
                .endsWith("no 19")
                .startsWith("no 4");
    }
}

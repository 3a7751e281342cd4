package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.Seed;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Programs that the verifier accepts do nothing that it promises they do not, whatever they are run on. */
class SoundnessTest {
    private static final long EXECUTIONS = Boolean.getBoolean("ring3.long") ? 10_000_000 : 400_000;

    /** Runs of each accepted program. */
    private static final int RUNS = 64;

    private static final double ACCEPTED_PERCENT_MIN = 25;

    @Test
    void acceptedPrograms_manyInputs_doNothingForbidden() {
        Seed seed = Seed.of(SoundnessTest.class);
        SplittableRandom seeds = new SplittableRandom(seed.value());
        Fuzzer fuzzer = new Fuzzer(RUNS);
        long programs = Long.getLong("ring3.programs", Long.MAX_VALUE);
        long begin = System.nanoTime();
        while (fuzzer.report.executions < EXECUTIONS && fuzzer.report.programs < programs) {
            // The first has the seed itself, so that one program is replayed by its own.
            long next = fuzzer.report.programs == 0 ? seed.value() : seeds.nextLong();
            Fuzzer.Failure failure = fuzzer.program(next);
            if (failure != null) {
                throw new AssertionError("%s%nless of it: %s%nreplay: %s -Dring3.programs=1"
                        .formatted(failure, fuzzer.shrink(failure), new Seed(SoundnessTest.class, next)));
            }
        }
        System.out.printf("%s in %d s, %s%n", fuzzer.report, (System.nanoTime() - begin) / 1_000_000_000, seed);
        if (programs == Long.MAX_VALUE) {
            assertThat(fuzzer.report.acceptedPercent()).isGreaterThan(ACCEPTED_PERCENT_MIN);
        }
    }
}

package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.Seed;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random programs that use everything a host has do the same in the interpreter and compiled, in both modes. */
class EngineFuzzTest {
    private static final long PROGRAMS =
            Long.getLong("ring3.programs", Boolean.getBoolean("ring3.long") ? 1_000_000 : 20_000);

    /** After so many it says how far it is. */
    private static final long PROGRAMS_SAID = 100_000;

    /** Ends that so many programs have between them. */
    private static final long PROGRAMS_WITH_ALL_ENDS = 5_000;

    @Test
    void engines_randomPrograms_agree() {
        Seed seed = Seed.of(EngineFuzzTest.class);
        SplittableRandom seeds = new SplittableRandom(seed.value());
        EngineFuzzer fuzzer = new EngineFuzzer();
        long begin = System.nanoTime();
        while (fuzzer.report.programs < PROGRAMS) {
            // The first has the seed itself, so that one program is replayed by its own.
            long next = fuzzer.report.programs == 0 ? seed.value() : seeds.nextLong();
            EngineFuzzer.Failure failure = fuzzer.program(next);
            if (failure != null) {
                throw new AssertionError("%s%nless of it: %s%nreplay: %s -Dring3.programs=1"
                        .formatted(failure, fuzzer.shrink(failure), new Seed(EngineFuzzTest.class, next)));
            }
            if (fuzzer.report.programs % PROGRAMS_SAID == 0 || fuzzer.report.programs == PROGRAMS) {
                System.out.printf("%s in %d s, %s%n", fuzzer.report, (System.nanoTime() - begin) / 1_000_000_000, seed);
            }
        }
        if (PROGRAMS >= PROGRAMS_WITH_ALL_ENDS) {
            assertThat(fuzzer.report.verified).isGreaterThan(PROGRAMS / 5);
            assertThat(fuzzer.report.checked).isGreaterThan(PROGRAMS / 2);
            assertThat(fuzzer.report.ends)
                    .containsKeys(
                            "checked finished",
                            "checked ACCESS",
                            "checked READ_ONLY",
                            "checked MISALIGNED",
                            "checked BUDGET",
                            "checked CALL_DEPTH",
                            "checked HELPER",
                            "checked NO_EXIT",
                            "verified finished",
                            "verified BUDGET");
        }
    }
}

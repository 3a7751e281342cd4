package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Crashes a volume's data at every write of every commit. */
class CrashTest {
    private static final long STATES = Boolean.getBoolean("ring3.long") ? 150_000 : 21_000;
    private static final int LIVES = 4;
    private static final int OPERATIONS = 25;

    @Test
    void crash_atEveryWrite_leavesAPrefix() {
        long seed = Long.getLong("ring3.seed", 1);
        for (long states = 0; states < STATES; seed++) {
            states += run(seed, CrashHarness.Sabotage.NONE);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void harness_brokenOnPurpose_seesIt(CrashHarness.Sabotage sabotage) {
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed < 50; seed++) {
                        run(seed, sabotage);
                    }
                })
                .isInstanceOf(AssertionError.class);
    }

    private static long run(long seed, CrashHarness.Sabotage sabotage) {
        CrashHarness harness = new CrashHarness(seed, sabotage);
        try {
            for (int life = 0; life < LIVES; life++) {
                harness.live(OPERATIONS);
                harness.crash();
            }
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "seed %d\n./check fast -pl fs -Dtest=CrashTest -Dring3.seed=%d".formatted(seed, seed), e);
        }
        assertThat(harness.states()).isPositive();
        return harness.states();
    }
}

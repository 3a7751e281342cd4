package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Crashes at every boundary of batches; see {@link CrashRun}. */
class CrashTest {
    private static final int STEPS =
            Integer.getInteger("ring3.steps", Boolean.getBoolean("ring3.long") ? 50_000 : 1_000);

    /** Each control is found out long before. */
    private static final int CONTROL_STEPS = 400;

    @Test
    void crash_afterAnyBatch_leavesAVolumeThatHoldsAPrefix() {
        long seed = Long.getLong("ring3.seed", new Random().nextLong());
        int states = run(seed, CrashRun.Fault.NONE, STEPS);
        assertThat(states).isGreaterThanOrEqualTo(2 * STEPS);
    }

    @ParameterizedTest
    @EnumSource(value = CrashRun.Fault.class, names = "NONE", mode = Mode.EXCLUDE)
    void control_faultOnPurpose_isFound(CrashRun.Fault fault) {
        assertThatThrownBy(() -> run(1, fault, CONTROL_STEPS)).isInstanceOf(AssertionError.class);
    }

    private static int run(long seed, CrashRun.Fault fault, int steps) {
        CrashRun run = new CrashRun(seed, fault);
        int step = 0;
        try {
            while (step < steps) {
                step++;
                run.step();
            }
            return run.states();
        } catch (RuntimeException | AssertionError e) {
            String replay = "step %d, after %s; replay with -Dring3.seed=%d".formatted(step, run.last(), seed);
            throw new AssertionError(replay, e);
        } finally {
            run.close();
        }
    }
}

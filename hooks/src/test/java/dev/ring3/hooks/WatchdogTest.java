package dev.ring3.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.hooks.Watchdog.Sight;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private static final Duration TIME = Duration.ofMillis(100);
    private static final long STARTED_NANOS = 5_000_000_000L;

    private static long after(int millis) {
        return STARTED_NANOS + millis * 1_000_000L;
    }

    @Test
    void run_thatIsSeenOnce_mayGoOn() {
        assertThat(new Sight(7, STARTED_NANOS, 1).isOver(after(5_000), TIME)).isFalse();
    }

    @Test
    void run_thatUsedItsTimeOfTheProcessor_isOver() {
        Sight again = new Sight(7, STARTED_NANOS, 1).again();

        assertThat(again.isOver(after(99), TIME)).isTrue();
        assertThat(again.isOver(after(50), TIME)).isFalse();
    }

    /** On a machine with much to do a short run can be seen for a long time. */
    @Test
    void run_thatWaitsForAProcessor_isStoppedLate() {
        Sight sight = new Sight(7, STARTED_NANOS, 1);
        for (int looks = 2; looks <= 100; looks++) {
            sight = sight.again();
            assertThat(sight.isOver(after(1), TIME)).as("%d looks", looks).isFalse();
        }
        assertThat(sight.again().isOver(after(1), TIME)).isTrue();
    }

    @Test
    void run_whoseTimeIsNotKnown_isJudgedByTheClock() {
        assertThat(new Sight(7, -1, 2).isOver(-1, TIME)).isTrue();
    }
}

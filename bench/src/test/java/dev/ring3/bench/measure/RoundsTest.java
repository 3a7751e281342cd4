package dev.ring3.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
    /** A subject that says how long a run takes and notes that it ran. */
    private record Clocked(double nanosPerRun, String name, List<String> log) implements Subject {
        @Override
        public long run(long times) {
            return times;
        }

        @Override
        public double nanos(long times) {
            log.add(name);
            return times * nanosPerRun;
        }
    }

    private final List<String> log = new ArrayList<>();

    @Test
    void rounds_twoSubjects_tellWhatARunOfEachTakes() {
        Rounds rounds = new Rounds(List.of(new Clocked(100, "a", log), new Clocked(250, "b", log)), 1);
        rounds.warmUp(2);
        assertThat(rounds.take(3))
                .hasSize(3)
                .allSatisfy(round -> assertThat(round.nanos()).containsExactly(100.0, 250.0));
    }

    @Test
    void rounds_beginWithAnotherSubjectEachTime() {
        Rounds rounds =
                new Rounds(List.of(new Clocked(1, "a", log), new Clocked(1, "b", log), new Clocked(1, "c", log)), 1e-3);
        rounds.warmUp(0);
        log.clear();
        rounds.take(3);
        assertThat(String.join("", log)).startsWith("abcbcacab");
    }

    @Test
    void workOfThisThread_isTimed() {
        Subject work = times -> {
            long sum = 0;
            for (long i = 0; i < 1000 * times; i++) {
                sum += i * i ^ sum >>> 3;
            }
            return sum;
        };
        assertThat(work.nanos(2000)).isGreaterThan(10_000);
    }
}

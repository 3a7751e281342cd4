package dev.ring3.litmus.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.litmus.Checker;
import dev.ring3.litmus.LitmusException;
import dev.ring3.litmus.LitmusModel;
import dev.ring3.litmus.LitmusParser;
import dev.ring3.litmus.LitmusTest;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.Outcome;
import dev.ring3.litmus.RandomTests;
import dev.ring3.litmus.RandomTests.Shape;
import dev.ring3.litmus.cat.Cat;
import dev.ring3.litmus.cat.Model;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/**
 * The search against the naive enumerator, on tests made by chance. One is replayed with
 * {@code -Dring3.litmus.seed=N -Dring3.litmus.count=1}.
 */
class NaiveComparisonTest {
    private static final long SEED =
            Long.getLong("ring3.litmus.seed", Boolean.getBoolean("ring3.long") ? System.nanoTime() & 0xffff_ffffL : 1);

    private static final int COUNT =
            Integer.getInteger("ring3.litmus.count", Boolean.getBoolean("ring3.long") ? 20_000 : 120);

    private static final List<Cat.Statement> MODEL =
            Model.of("", LitmusModel.standardText(), name -> name).statements();

    private static final Checker CHECKER =
            new Checker(LitmusModel.standard(), Reading.STANDARD, Checker.Limits.DEFAULT);

    @Test
    void randomTests_twoThreads_haveStatesOfNaiveEnumerator() {
        compare(new Shape(2, 3, 2, false, false), 0.7);
    }

    @Test
    void randomTests_jumps_haveStatesOfNaiveEnumerator() {
        compare(new Shape(2, 4, 2, false, true), 0.4);
    }

    @Test
    void randomTests_threeThreads_haveStatesOfNaiveEnumerator() {
        compare(new Shape(3, 2, 2, false, true), 0.4);
    }

    @Test
    void randomTests_mixedSizes_haveStatesOfNaiveEnumerator() {
        compare(new Shape(2, 3, 1, true, false), 0.15);
    }

    @Test
    void variedTests_haveStatesOfNaiveEnumerator() {
        compare("varied", VariedTests::generate, 0.5);
    }

    private static void compare(Shape shape, double shareMin) {
        compare(shape.toString(), seed -> RandomTests.generate(seed, shape), shareMin);
    }

    private static void compare(String kind, LongFunction<String> generator, double shareMin) {
        int compared = 0;
        for (long seed = SEED; seed < SEED + COUNT; seed++) {
            String text = generator.apply(seed);
            LitmusTest test = LitmusParser.parse(text, Reading.STANDARD);
            NaiveEnumerator.Result naive;
            Outcome outcome;
            try {
                outcome = CHECKER.check(test);
                naive = new NaiveEnumerator(test, Reading.STANDARD, MODEL).run();
            } catch (NaiveEnumerator.TooLarge | LitmusException tooLargeOrInexact) {
                continue;
            }
            String what = "seed %d, %s:%n%s".formatted(seed, kind, text);
            assertThat(outcome.states()).as(what).isEqualTo(List.copyOf(naive.states()));
            assertThat(outcome.positive()).as(what).isEqualTo(naive.positive());
            assertThat(outcome.negative()).as(what).isEqualTo(naive.negative());
            compared++;
        }
        assertThat(compared).as("tests that were small enough").isGreaterThan((int) (COUNT * shareMin) - 1);
    }
}

package dev.ring3.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.litmus.LitmusTest.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damaged tests and models: whatever they are, they are read, or refused with a place. Replay: -Dring3.litmus.seed=N. */
class MutationTest {
    private static final long SEED = Long.getLong("ring3.litmus.seed", 1);
    private static final int COUNT = Boolean.getBoolean("ring3.long") ? 1_000_000 : 3_000;
    private static final String PIECES = "()[]{};:|=*&~\\/+-<>!.,_0123456789xrwuPKLM \n\t\"'#@";

    private final SplittableRandom random = new SplittableRandom(SEED);

    private String damaged(String text) {
        StringBuilder damaged = new StringBuilder(text);
        for (int i = 0; i <= random.nextInt(4); i++) {
            int at = random.nextInt(damaged.length());
            switch (random.nextInt(3)) {
                case 0 -> damaged.deleteCharAt(at);
                case 1 -> damaged.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
                default -> damaged.setCharAt(at, PIECES.charAt(random.nextInt(PIECES.length())));
            }
        }
        return damaged.toString();
    }

    @Test
    void tests_damaged_areReadOrRefused() throws IOException {
        Checker checker =
                new Checker(LitmusModel.standard(), Reading.STANDARD, new Checker.Limits(1, Duration.ofMillis(20)));
        int refused = 0;
        for (int i = 0; i < COUNT; i++) {
            String name =
                    List.of("array", "function", "exchange-hole", "division").get(random.nextInt(4));
            String text = damaged(OwnTestsTest.text(name));
            try {
                assertThat(HerdText.of(checker.check(LitmusParser.parse(text, Reading.STANDARD))))
                        .isNotEmpty();
            } catch (LitmusException problem) {
                assertThat(problem.line()).as(text).isPositive();
                assertThat(problem.column()).as(text).isPositive();
                refused++;
            } catch (RuntimeException defect) {
                throw new AssertionError("seed %d, number %d:%n%s".formatted(SEED, i, text), defect);
            }
        }
        assertThat(refused).isBetween(COUNT / 4, COUNT - COUNT / 20);
    }

    @Test
    void models_damaged_areReadOrRefused() {
        int refused = 0;
        for (int i = 0; i < COUNT; i++) {
            String text = damaged(LitmusModel.standardText());
            try {
                LitmusModel.of("", text, name -> name);
            } catch (LitmusException problem) {
                assertThat(problem.line()).as(text).isPositive();
                refused++;
            } catch (RuntimeException defect) {
                throw new AssertionError("seed %d, number %d:%n%s".formatted(SEED, i, text), defect);
            }
        }
        assertThat(refused).isPositive();
    }
}

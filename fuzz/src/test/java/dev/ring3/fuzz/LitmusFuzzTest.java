package dev.ring3.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ring3.litmus.Checker;
import dev.ring3.litmus.HerdText;
import dev.ring3.litmus.LitmusException;
import dev.ring3.litmus.LitmusModel;
import dev.ring3.litmus.LitmusParser;
import dev.ring3.litmus.LitmusTest;
import dev.ring3.litmus.LitmusTest.Reading;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;

class LitmusFuzzTest {
    private static final Checker CHECKER =
            new Checker(LitmusModel.standard(), Reading.STANDARD, new Checker.Limits(1, Duration.ofMillis(50)));

    @AfterAll
    static void search_sawTheCodeUnderTest() throws ReflectiveOperationException {
        Coverage.requireSeen();
    }

    @FuzzTest
    void test(byte[] text) {
        try {
            LitmusTest test = LitmusParser.parse(new String(text, StandardCharsets.UTF_8), Reading.STANDARD);
            if (HerdText.of(CHECKER.check(test)).isEmpty()) {
                throw new AssertionError("an outcome without a text");
            }
        } catch (LitmusException refused) {
            // what is no test, or has no exact answer
        }
    }
}

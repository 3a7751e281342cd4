package dev.ring3.litmus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.Outcome.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of our own: what they ask is so in every one of them. */
class OwnTestsTest {
    private static final Checker CHECKER =
            new Checker(LitmusModel.standard(), Reading.STANDARD, Checker.Limits.DEFAULT);

    static String text(String name) throws IOException {
        try (InputStream in = OwnTestsTest.class.getResourceAsStream("own/" + name + ".litmus")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Outcome check(String text) {
        return CHECKER.check(LitmusParser.parse(text, Reading.STANDARD));
    }

    private static Set<String> states(Outcome outcome) {
        return outcome.states().stream()
                .map(state -> HerdText.state(outcome.test(), state))
                .collect(Collectors.toCollection(HashSet::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publish",
                "publish-plain",
                "exchange-hole",
                "halves",
                "untorn",
                "counter",
                "spin",
                "counted",
                "division",
                "unsigned",
                "function",
                "array"
            })
    void ownTest_standardReading_holds(String name) throws IOException {
        Outcome outcome = check(text(name));
        assertThat(outcome.verdict()).as(HerdText.of(outcome)).isEqualTo(Verdict.YES);
    }

    @Test
    void spin_bound_isSaidAndNeverIsNot() throws IOException {
        Outcome outcome = check(text("spin").replace("exists (1:r2=1)", "exists (1:r2=2)"));
        assertThat(outcome.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(outcome.incompleteness()).isPresent();
        assertThat(HerdText.of(outcome)).contains("Loop UNKNOWN").contains("Observation spin Unknown");
    }

    @Test
    void shippedModel_exchangeHole_isOpenAndOursIsClosed() throws IOException {
        LitmusModel open =
                LitmusModel.of("", LitmusModel.standardText().replace("po-loc | amo as", "po-loc as"), name -> name);
        LitmusTest test = LitmusParser.parse(text("exchange-hole"), Reading.STANDARD);
        assertThat(new Checker(open, Reading.STANDARD, Checker.Limits.DEFAULT)
                        .check(test)
                        .positive())
                .isPositive();
        assertThat(CHECKER.check(test).positive()).isZero();
    }

    @Test
    void publish_states_areInHerdsLayout() throws IOException {
        assertThat(HerdText.of(check(text("publish-plain"))).replaceFirst("Time.*\n", ""))
                .isEqualTo("""
                Test publish-plain Allowed
                States 4
                1:r4=0; 1:r5=0;
                1:r4=0; 1:r5=7;
                1:r4=1; 1:r5=0;
                1:r4=1; 1:r5=7;
                Ok
                Witnesses
                Positive: 1 Negative: 3
                Condition exists (1:r4=1 /\\ 1:r5=0)
                Observation publish-plain Sometimes 1 3

                """);
    }

    @Test
    void publish_forbidden_isExplainedByACycle() throws IOException {
        LitmusTest test = LitmusParser.parse(text("publish"), Reading.STANDARD);
        Explanation explanation = CHECKER.explain(test).orElseThrow();
        assertThat(explanation.axiom()).isEqualTo("Happens-before");
        assertThat(String.join("\n", explanation.lines()))
                .contains("it is a load-acquire")
                .contains("the other is a store-release")
                .contains("would have to come before itself");
        assertThat(explanation.svg(java.util.List.of())).startsWith("<svg").contains("class=\"rf\"");
    }

    @Test
    void names_renamedThreadsAndLocations_changeNothing() throws IOException {
        Outcome before = check(text("publish-plain"));
        Outcome after = check(text("publish-plain")
                .replace("value", "zebra")
                .replace("flag", "ant")
                .replace("P0", "P5")
                .replace("0:", "5:"));
        assertThat(states(after)).isEqualTo(states(before));
        assertThat(after.positive()).isEqualTo(before.positive());
    }

    @Test
    void axiom_added_neverAddsAState() {
        String weak = LitmusModel.standardText();
        LitmusModel strong = LitmusModel.of("", weak + "\nacyclic po | rf | co | fr as Sequential\n", name -> name);
        Checker stronger = new Checker(strong, Reading.STANDARD, Checker.Limits.DEFAULT);
        for (long seed = 1; seed <= 60; seed++) {
            String text = RandomTests.generate(seed, new RandomTests.Shape(2, 4, 2, false, true));
            LitmusTest test = LitmusParser.parse(text, Reading.STANDARD);
            assertThat(states(CHECKER.check(test)))
                    .as("seed %d%n%s", seed, text)
                    .containsAll(states(stronger.check(test)));
        }
    }

    @Test
    void flag_raisedBySomeExecution_isTold() throws IOException {
        LitmusModel model = LitmusModel.of(
                "",
                LitmusModel.standardText() + "\nflag ~empty fre & ext as overtaken\nflag ~empty amo as exchanged\n",
                name -> name);
        Outcome outcome = new Checker(model, Reading.STANDARD, Checker.Limits.DEFAULT)
                .check(LitmusParser.parse(text("publish-plain"), Reading.STANDARD));
        assertThat(outcome.flags()).containsExactly("overtaken");
        assertThat(HerdText.of(outcome)).contains("\nFlag overtaken\nCondition ");
    }

    @Test
    void access_outsideInEveryExecution_isAnError() {
        assertThatThrownBy(() -> check("BPF out\n{ 0:r1=x; }\n P0 ;\n r2 = *(u64 *)(r1 + 8) ;\nexists (0:r2=1)\n"))
                .isInstanceOf(LitmusException.class)
                .hasMessage("line 4, column 2: an access to 8 bytes at x+8, which is outside");
    }

    @Test
    void access_notAligned_isAnError() {
        assertThatThrownBy(() -> check("BPF odd\n{ 0:r1=x; }\n P0 ;\n r2 = *(u32 *)(r1 + 2) ;\nexists (0:r2=1)\n"))
                .isInstanceOf(LitmusException.class)
                .hasMessageContaining("not aligned");
    }

    @Test
    void herdReading_comparisons_areSigned() {
        String text =
                "BPF signed\n{ 0:r1=-1; 0:r2=0; }\n P0 ;\n if r1 >= 0 goto E ;\n r2 = 1 ;\n E: ;\nforall (0:r2=1)\n";
        LitmusTest test = LitmusParser.parse(text, Reading.HERD);
        Checker herd = new Checker(LitmusModel.standard(), Reading.HERD, Checker.Limits.DEFAULT);
        assertThat(herd.check(test).verdict()).isEqualTo(Verdict.YES);
        assertThat(check(text).verdict()).isEqualTo(Verdict.NO);
    }
}

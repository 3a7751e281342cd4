package dev.ring3.litmus;

import dev.ring3.litmus.search.Exploration.End;
import java.util.List;
import java.util.Locale;

/** An outcome as herd7 prints it, so that scripts which compare its logs read ours. */
public final class HerdText {
    private static final double NANOS_PER_SECOND = 1e9;

    private HerdText() {}

    /** The lines, each with its end, and an empty one behind them. */
    public static String of(Outcome outcome) {
        LitmusTest test = outcome.test();
        StringBuilder text = new StringBuilder(states(outcome));
        String name = test.name();
        line(text, (outcome.end() == End.LOOP ? "Loop " : "") + answer(outcome.verdict()));
        boolean forbidden = test.condition().quantifier() == LitmusTest.Quantifier.NOT_EXISTS;
        line(text, "Witnesses");
        long positive = forbidden ? outcome.negative() : outcome.positive();
        long negative = forbidden ? outcome.positive() : outcome.negative();
        line(text, "Positive: %d Negative: %d".formatted(positive, negative));
        outcome.flags().forEach(flag -> line(text, "Flag " + flag));
        line(text, "Condition " + test.condition().text());
        line(
                text,
                "Observation %s %s %d %d"
                        .formatted(name, outcome.observation(), outcome.positive(), outcome.negative()));
        line(text, String.format(Locale.ROOT, "Time %s %.2f", name, outcome.nanos() / NANOS_PER_SECOND));
        String hash = test.information().get("Hash");
        if (hash != null) {
            line(text, "Hash=" + hash);
        }
        return text.append('\n').toString();
    }

    /** The first of these lines: the test, how many final states there are, and each of them. */
    public static String states(Outcome outcome) {
        LitmusTest test = outcome.test();
        StringBuilder text = new StringBuilder();
        line(text, "Test " + test.name() + " " + test.condition().quantifier().kind());
        line(text, "States " + outcome.states().size());
        outcome.states().forEach(state -> line(text, state(test, state)));
        return text.toString();
    }

    /** One final state: {@code 0:r1=1; [x]=2;}. */
    public static String state(LitmusTest test, List<Value> values) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            Place place = test.displayed().get(i);
            text.append(i == 0 ? "" : " ")
                    .append(place)
                    .append('=')
                    .append(place.format(values.get(i)))
                    .append(';');
        }
        return text.toString();
    }

    private static String answer(Outcome.Verdict verdict) {
        return switch (verdict) {
            case YES -> "Ok";
            case NO -> "No";
            case UNKNOWN -> "UNKNOWN";
        };
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}

package dev.ring3.litmus;

import java.util.List;
import java.util.Locale;

/** An outcome as herd7 prints it, so that scripts which compare its logs read ours. */
public final class HerdText {
    private static final double NANOS_PER_SECOND = 1e9;

    private HerdText() {}

    /** The lines, each with its end, and an empty one behind them. */
    public static String of(Outcome outcome) {
        LitmusTest test = outcome.test();
        StringBuilder text = new StringBuilder();
        line(text, "Test %s %s", test.name(), test.condition().quantifier().kind());
        line(text, "States %d", outcome.states().size());
        for (List<Value> state : outcome.states()) {
            text.append(state(test, state)).append('\n');
        }
        boolean loop = outcome.end() == dev.ring3.litmus.search.Exploration.End.LOOP;
        line(text, "%s%s", loop ? "Loop " : "", switch (outcome.verdict()) {
            case YES -> "Ok";
            case NO -> "No";
            case UNKNOWN -> "UNKNOWN";
        });
        boolean forbidden = test.condition().quantifier() == LitmusTest.Quantifier.NOT_EXISTS;
        line(text, "Witnesses");
        line(
                text,
                "Positive: %d Negative: %d",
                forbidden ? outcome.negative() : outcome.positive(),
                forbidden ? outcome.positive() : outcome.negative());
        line(text, "Condition %s", test.condition().text());
        line(
                text,
                "Observation %s %s %d %d",
                test.name(),
                outcome.observation(),
                outcome.positive(),
                outcome.negative());
        line(text, "Time %s %.2f", test.name(), outcome.nanos() / NANOS_PER_SECOND);
        String hash = test.information().get("Hash");
        if (hash != null) {
            line(text, "Hash=%s", hash);
        }
        return text.append('\n').toString();
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

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}

package dev.ring3.litmus;

import dev.ring3.litmus.LitmusTest.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was seen of a test on an engine, held against all that the model allows.
 *
 * @param forbidden states that were seen and are not allowed, as text
 * @param weak how often states were seen that no interleaving of the threads has
 * @param sensitive whether the machine showed, in the same run, that it reorders at all: of store buffering, which every
 *     machine of today reorders, a weak outcome was seen
 */
public record RuntimeVerdict(
        LitmusTest test, RuntimeRun.Seen seen, List<String> forbidden, long weak, boolean sensitive) {
    /** The answer. */
    public enum Answer {
        /** All that was seen is allowed, and the machine was seen to reorder. */
        PASS,
        /** Something was seen that the model forbids. */
        VIOLATION,
        /** Nothing weak was seen at all: the run says nothing. */
        VOID
    }

    /** The test by which a machine shows that it reorders. */
    private static final String STORE_BUFFERING = """
            BPF store-buffering
            { 0:r1=x; 0:r2=y; 1:r1=y; 1:r2=x; }
             P0                    | P1                    ;
             *(u64 *)(r1 + 0) = 1  | *(u64 *)(r1 + 0) = 1  ;
             r3 = *(u64 *)(r2 + 0) | r3 = *(u64 *)(r2 + 0) ;
            exists (0:r3=0 /\\ 1:r3=0)
            """;

    private static final String INTERLEAVING = """
            "Interleaving"
            acyclic po | rf | co | fr | amo as Interleaving
            """;

    /** The answer. */
    public Answer answer() {
        return !forbidden.isEmpty() ? Answer.VIOLATION : weak > 0 || sensitive ? Answer.PASS : Answer.VOID;
    }

    /**
     * Runs a test on an engine.
     *
     * @param model what the test is held against
     * @param allowed the test whose states are allowed: the same, or, to see that the harness finds a violation, one
     *     with more order than what is run
     */
    public static RuntimeVerdict of(
            LitmusTest test, LitmusTest allowed, LitmusModel model, RuntimeTarget target, Duration time, long seed) {
        Set<List<Value>> permitted = states(allowed, model);
        Set<List<Value>> interleaved = states(allowed, LitmusModel.of("", INTERLEAVING, RuntimeVerdict::noFile));
        RuntimeRun.Seen seen = RuntimeRun.run(test, target, time, seed);
        List<String> forbidden = new ArrayList<>();
        long weak = 0;
        for (Map.Entry<List<Value>, Long> state : seen.states().entrySet()) {
            if (!permitted.contains(state.getKey())) {
                forbidden.add(HerdText.state(test, state.getKey()));
            } else if (!interleaved.contains(state.getKey())) {
                weak += state.getValue();
            }
        }
        boolean sensitive = weak > 0 || showsStoreBuffering(target, time.dividedBy(2), seed);
        return new RuntimeVerdict(test, seen, forbidden, weak, sensitive);
    }

    private static boolean showsStoreBuffering(RuntimeTarget target, Duration time, long seed) {
        LitmusTest test = LitmusParser.parse(STORE_BUFFERING, Reading.STANDARD);
        return RuntimeRun.run(test, target, time, seed).states().containsKey(List.of(Value.zero(), Value.zero()));
    }

    private static Set<List<Value>> states(LitmusTest test, LitmusModel model) {
        Outcome outcome = new Checker(model, Reading.STANDARD, Checker.Limits.DEFAULT).check(test);
        if (outcome.incompleteness().isPresent()) {
            throw new LitmusException(
                    1,
                    1,
                    "what the model allows is not known: "
                            + outcome.incompleteness().get());
        }
        boolean addresses = outcome.states().stream()
                .anyMatch(state -> state.stream().anyMatch(value -> !(value instanceof Value.Num)));
        if (addresses) {
            throw new LitmusException(1, 1, "final states with addresses or whole arrays are checked, and not run");
        }
        return new HashSet<>(outcome.states());
    }

    private static String noFile(String file) {
        throw new IllegalArgumentException("no file '%s'".formatted(file));
    }

    /** The histogram and the answer, in the layout of litmus7. */
    public String text() {
        StringBuilder text = new StringBuilder("Test %s %s\nHistogram (%d states)\n"
                .formatted(
                        test.name(),
                        test.condition().quantifier().kind(),
                        seen.states().size()));
        seen.states().forEach((state, count) -> {
            String line = HerdText.state(test, state);
            text.append("%-9d%s>%s\n".formatted(count, forbidden.contains(line) ? "!" : ":", line));
        });
        return text.append(
                        switch (answer()) {
                            case PASS ->
                                "Pass: all %d instances ended as the model allows; %d weak outcomes\n"
                                        .formatted(seen.instances(), weak);
                            case VIOLATION ->
                                "VIOLATION: not allowed by the model: %s\n".formatted(String.join(" | ", forbidden));
                            case VOID ->
                                "VOID: in %d instances this machine has shown no weak outcome at all\n"
                                        .formatted(seen.instances());
                        })
                .append('\n')
                .toString();
    }
}

package dev.ring3.litmus;

import dev.ring3.litmus.LitmusTest.Quantifier;
import dev.ring3.litmus.search.Execution;
import dev.ring3.litmus.search.Exploration;
import dev.ring3.litmus.search.Exploration.End;
import java.util.List;
import java.util.Optional;

/**
 * What a model says of a test.
 *
 * @param states the values of the displayed places, in herd's order
 * @param positive executions in which the proposition holds, and {@code negative} those in which it does not
 * @param flags the model's flags that some execution raises
 * @param end whether that is all
 * @param witness an execution that decides the question: one in which the proposition holds or, for {@code forall}, does not
 * @param fault where executions left the memory of the test; those have no final state and are not counted
 * @param steps partial executions that were looked at
 */
public record Outcome(
        LitmusTest test,
        List<List<Value>> states,
        long positive,
        long negative,
        End end,
        List<String> flags,
        Optional<Execution> witness,
        Optional<LitmusException> fault,
        long steps,
        long nanos) {

    /** The answer. */
    public enum Verdict {
        /** The condition of the test is validated. */
        YES,
        NO,
        /** The search did not end, and what it has seen does not decide. */
        UNKNOWN
    }

    /** Whether the condition is validated. */
    public Verdict verdict() {
        boolean all = end == End.COMPLETE;
        boolean refuted = test.condition().quantifier() == Quantifier.FORALL ? negative > 0 : positive > 0;
        boolean exists = test.condition().quantifier() == Quantifier.EXISTS;
        if (refuted) {
            return exists ? Verdict.YES : Verdict.NO;
        }
        return !all ? Verdict.UNKNOWN : exists ? Verdict.NO : Verdict.YES;
    }

    /** {@code Never}, {@code Sometimes}, {@code Always} as herd has them; {@code Unknown} if the search did not end. */
    public String observation() {
        if (positive > 0 && negative > 0) {
            return "Sometimes";
        }
        if (end != End.COMPLETE) {
            return "Unknown";
        }
        return positive == 0 ? "Never" : "Always";
    }

    /** Why the search did not see everything; empty if it did. */
    public Optional<String> incompleteness() {
        return switch (end) {
            case COMPLETE -> Optional.empty();
            case LOOP -> Optional.of("a loop may turn more often than the bound; executions are left out");
            case EVENTS -> Optional.of("an execution has more than %d accesses".formatted(Exploration.EVENTS_MAX));
            case TIMEOUT -> Optional.of("the time is up");
            case ENOUGH -> Optional.of("the search was stopped");
        };
    }

    /** A picture of the witness, see {@link Drawing}; empty if there is no witness. */
    public Optional<String> svg(List<String> relations) {
        return witness.map(execution -> Drawing.svg(test.name() + ": allowed", execution, relations));
    }

    /** The witness for graphviz; empty if there is none. */
    public Optional<String> dot(List<String> relations) {
        return witness.map(execution -> Drawing.dot(test.name() + ": allowed", execution, relations));
    }

    /** The accesses of the witness and what it reads and overwrites, a line for each; empty if there is none. */
    public List<String> witnessLines() {
        return witness.map(Drawing::lines).orElse(List.of());
    }
}

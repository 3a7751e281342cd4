package dev.ring3.litmus;

import dev.ring3.litmus.LitmusTest.Quantifier;
import dev.ring3.litmus.search.Execution;
import dev.ring3.litmus.search.Exploration.End;
import java.util.List;
import java.util.Optional;

/**
 * What a model says of a test.
 *
 * @param states the values of the displayed places, in herd's order
 * @param positive executions in which the proposition holds, and {@code negative} those in which it does not
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
}

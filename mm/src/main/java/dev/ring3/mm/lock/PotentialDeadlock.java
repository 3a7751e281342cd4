package dev.ring3.mm.lock;

import java.util.List;

/**
 * An order of locks that can end in a deadlock, though it did not now.
 *
 * @param steps of the cycle, one for each pair; the first is what the thread was about to do
 */
public record PotentialDeadlock(List<Step> steps) {
    /**
     * That one lock is taken, or waited for, while another is held.
     *
     * @param held the class held, and how
     * @param taken the class taken, and how
     * @param thread the name of the thread that was first seen to do so
     * @param trace where
     */
    public record Step(String held, String taken, String thread, List<StackTraceElement> trace) {}

    public PotentialDeadlock {
        steps = List.copyOf(steps);
    }

    /** The report for people. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            text.append(text.isEmpty() ? "potential deadlock: " : "\nbut elsewhere: ");
            text.append(
                    "%s is taken while %s is held, by thread %s".formatted(step.taken(), step.held(), step.thread()));
            step.trace().forEach(frame -> text.append("\n    at ").append(frame));
        }
        return text.toString();
    }
}

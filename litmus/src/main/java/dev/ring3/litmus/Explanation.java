package dev.ring3.litmus;

import dev.ring3.litmus.cat.Model;
import dev.ring3.litmus.search.Execution;
import dev.ring3.litmus.search.Violation.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a model forbids what a test asks for: the execution that comes closest, and the cycle that forbids it.
 *
 * @param axiom the name of the axiom, or of several
 * @param execution what would be asked for, if the axiom were not
 * @param steps from an event back to itself
 */
public record Explanation(String axiom, Execution execution, List<Step> steps) {

    static Explanation of(List<Model.Axiom> dropped, Model model, Execution execution) {
        Execution seen = execution.under(model);
        List<Step> steps = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Model.Axiom axiom : dropped) {
            if (seen.violates(axiom)) {
                names.add(axiom.name());
                if (steps.isEmpty()) {
                    steps.addAll(seen.violation(axiom));
                }
            }
        }
        return new Explanation(String.join(", ", names), seen, steps);
    }

    /** A picture of the execution, see {@link Drawing}. */
    public String svg(List<String> relations) {
        return Drawing.svg("forbidden by " + axiom, execution, relations);
    }

    /** The execution for graphviz. */
    public String dot(List<String> relations) {
        return Drawing.dot("forbidden by " + axiom, execution, relations);
    }

    /** In words, a line for each step. */
    public List<String> lines() {
        List<Execution.Event> events = execution.events();
        List<String> lines = new ArrayList<>();
        lines.add("Forbidden by %s:".formatted(axiom));
        for (Step step : steps) {
            Execution.Event from = events.get(step.from());
            Execution.Event to = events.get(step.to());
            lines.add("  %s must come before %s: %s".formatted(called(from), called(to), because(step, from, to)));
        }
        if (!steps.isEmpty()) {
            boolean circle = steps.getFirst().from() == steps.getLast().to();
            lines.add(
                    circle
                            ? "  so %s would have to come before itself"
                                    .formatted(
                                            called(events.get(steps.getFirst().from())))
                            : "  so something would come between what is one operation");
        }
        return lines;
    }

    private static String called(Execution.Event event) {
        return event.thread() < 0
                ? "%s (%s)".formatted(event.name(), event.text())
                : "%s (P%d: %s)".formatted(event.name(), event.processor(), event.text());
    }

    private static String because(Step step, Execution.Event from, Execution.Event to) {
        String location = to.location();
        return switch (step.relation()) {
            case "po" ->
                switch (step.reason()) {
                    case "acquire", "load_acquire" -> "it is a load-acquire, and the other stands behind it";
                    case "release", "store_release" -> "the other is a store-release, and this stands before it";
                    case "fence", "po_amo_fetch" ->
                        "one of them is an atomic operation that orders everything around it";
                    case "" -> "it stands before it in P%d".formatted(from.processor());
                    default -> "it stands before it in P%d (%s)".formatted(from.processor(), step.reason());
                };
            case "po-loc" -> "both access %s, in the order of P%d".formatted(location, from.processor());
            case "rf", "rfe", "rfi" -> "it writes what the other reads";
            case "co", "coe", "coi" -> "it is overwritten by it: the coherence order of %s".formatted(location);
            case "fr", "fre", "fri" -> "it reads %s as it was before that write".formatted(location);
            case "addr" -> "the other's address depends on what it reads";
            case "data" -> "the other's value depends on what it reads";
            case "ctrl" -> "a jump between them depends on what it reads";
            case "amo" -> "they are one compare-exchange, which reads before it writes";
            default -> step.relation();
        };
    }
}

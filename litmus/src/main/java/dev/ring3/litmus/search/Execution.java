package dev.ring3.litmus.search;

import dev.ring3.litmus.cat.Base;
import dev.ring3.litmus.cat.Cat;
import dev.ring3.litmus.cat.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An execution that has ended, with all that is known of it; immutable. */
public final class Execution {
    /**
     * A memory access.
     *
     * @param thread the thread's place among the threads, or -1 for an initial write
     * @param text what it does: {@code R[x]=1}
     * @param location the name of what it accesses
     * @param line where its instruction stands in the test, 0 for an initial write
     */
    public record Event(int id, int thread, int processor, String text, String location, int line) {
        /** A letter or two, by which pictures and explanations call it. */
        public String name() {
            String letter = String.valueOf((char) ('a' + id % 26));
            return id < 26 ? letter : letter + id / 26;
        }
    }

    /** A pair of a relation. */
    public record Pair(int from, int to) {}

    private final Program program;
    private final Model model;
    private final State state;

    Execution(Program program, Model model, State state) {
        this.program = program;
        this.model = model;
        this.state = state;
    }

    /** The accesses, initial writes first. */
    public List<Event> events() {
        List<Event> events = new ArrayList<>();
        for (int e = 0; e < state.n; e++) {
            int thread = state.thread[e];
            int processor = thread < 0 ? -1 : program.test.threads().get(thread).processor();
            String location = location(e);
            int line = thread < 0 ? 0 : program.code[thread][state.line[e]].line();
            events.add(new Event(e, thread, processor, text(e, location), location, line));
        }
        return events;
    }

    private String location(int e) {
        String name = program.locations.get(state.location[e]).name();
        return state.offset[e] == 0 ? name : name + "+" + state.offset[e];
    }

    private String text(int e, String location) {
        boolean reads = Bits.has(state.reads, e);
        boolean writes = Bits.has(state.writes, e);
        String order = Bits.has(state.acquires, e)
                ? " acquire"
                : Bits.has(state.releases, e)
                        ? " release"
                        : Bits.has(state.full, e) ? " atomic" : Bits.has(state.relaxed, e) ? " lock" : "";
        if (Bits.has(state.initial, e)) {
            return "initially [%s]=%s".formatted(location, value(state.written[e]));
        }
        if (reads && writes) {
            return "RW[%s]=%s to %s%s".formatted(location, value(state.read[e]), value(state.written[e]), order);
        }
        return reads
                ? "R[%s]=%s%s".formatted(location, value(state.read[e]), order)
                : "W[%s]=%s%s".formatted(location, value(state.written[e]), order);
    }

    private String value(@org.jspecify.annotations.Nullable Datum datum) {
        return switch (datum) {
            case Datum.Num(long bits) -> Long.toString(bits);
            case Datum.Addr(int location, long offset) ->
                program.locations.get(location).name() + (offset == 0 ? "" : "%+d".formatted(offset));
            case null, default -> "?";
        };
    }

    /** What pictures show: program order, reads-from, coherence, from-reads, and what the model wants shown. */
    public Map<String, List<Pair>> relations() {
        Evaluator evaluator = new Evaluator(model, state.w, state.capacity, state);
        evaluator.begin(state);
        Map<String, List<Pair>> relations = new LinkedHashMap<>();
        for (Base base :
                List.of(Base.PROGRAM_ORDER, Base.READS_FROM, Base.COHERENCE, Base.FROM_READS, Base.ATOMIC_PAIR)) {
            long[] relation = new long[state.capacity * state.w];
            state.read(base, relation);
            relations.put(base.catName(), pairs(relation, base == Base.PROGRAM_ORDER || base == Base.COHERENCE));
        }
        for (Model.Shown shown : model.shown()) {
            relations.putIfAbsent(shown.name(), pairs(evaluator.value(shown.node()), false));
        }
        relations.values().removeIf(List::isEmpty);
        return relations;
    }

    /** The pairs of a relation; of an order only neighbours. */
    private List<Pair> pairs(long[] relation, boolean reduced) {
        List<Pair> pairs = new ArrayList<>();
        for (int a = 0; a < state.n; a++) {
            for (int b = Bits.next(relation, a * state.w, state.w, 0);
                    b >= 0;
                    b = Bits.next(relation, a * state.w, state.w, b + 1)) {
                if (!reduced || !hasBetween(relation, a, b)) {
                    pairs.add(new Pair(a, b));
                }
            }
        }
        return pairs;
    }

    private boolean hasBetween(long[] relation, int a, int b) {
        for (int c = 0; c < state.n; c++) {
            if (Bits.has(relation, state.w, a, c) && Bits.has(relation, state.w, c, b)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Why an axiom that this execution violates forbids it: steps that lead from an event back to itself, or, for
     * {@code empty}, from one event to another.
     */
    public List<Violation.Step> violation(Model.Axiom axiom) {
        Evaluator evaluator = new Evaluator(model, state.w, state.capacity, state);
        evaluator.begin(state);
        Violation violation = new Violation(model, evaluator, state.n, state.w);
        return axiom.check() == Cat.Check.EMPTY ? violation.pair(axiom.node()) : violation.cycle(axiom.node());
    }

    /** Whether the execution violates an axiom. */
    public boolean violates(Model.Axiom axiom) {
        Evaluator evaluator = new Evaluator(model, state.w, state.capacity, state);
        evaluator.begin(state);
        return evaluator.isViolated(axiom);
    }

    /** Whether the execution raises a flag. */
    public boolean raises(Model.Axiom flag) {
        Evaluator evaluator = new Evaluator(model, state.w, state.capacity, state);
        evaluator.begin(state);
        return evaluator.holds(flag);
    }

    /** This execution as another model sees it. */
    public Execution under(Model other) {
        return new Execution(program, other, state);
    }
}

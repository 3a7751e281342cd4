package dev.ring3.litmus;

import dev.ring3.bpf.insn.Insn;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A test: threads of BPF instructions that share memory, and a question about how they may end.
 *
 * @param locations by name
 * @param displayed what final states are told by, in herd's order
 * @param information what stands as {@code Key=Value} before the initial state
 */
public record LitmusTest(
        String name,
        Map<String, Location> locations,
        List<TestThread> threads,
        Condition condition,
        Optional<Proposition> filter,
        List<Place> displayed,
        Map<String, String> information) {

    /** What is asked of the final states. */
    public enum Quantifier {
        EXISTS("exists", "Allowed"),
        NOT_EXISTS("~exists", "Forbidden"),
        FORALL("forall", "Required");

        private final String word;
        private final String kind;

        Quantifier(String word, String kind) {
            this.word = word;
            this.kind = kind;
        }

        /** As a test spells it. */
        public String word() {
            return word;
        }

        /** Herd's word for such a test. */
        public String kind() {
            return kind;
        }
    }

    /** The question. */
    public record Condition(Quantifier quantifier, Proposition proposition) {
        /** As herd writes it. */
        public String text() {
            return "%s (%s)".formatted(quantifier.word(), proposition.text());
        }
    }

    /** An instruction and where it stands in the test; {@code target} is that of a jump or a call, otherwise -1. */
    public record Line(Insn insn, int target, int line, int column, String text) {}

    /**
     * A thread.
     *
     * @param processor its number in the test
     * @param initial what registers hold in the beginning; those that are missing hold zero
     */
    public record TestThread(int processor, Map<Integer, Value> initial, List<Line> code) {
        public TestThread {
            initial = Map.copyOf(initial);
            code = List.copyOf(code);
        }
    }

    /** How instructions and types are read. */
    public enum Reading {
        /** As RFC 9669 has them. */
        STANDARD,
        /** As herd7 has them: one access size, signed comparisons, the name of a fetch's result is ignored. */
        HERD
    }

    /** Everything that the condition, the filter or the list of states looks at. */
    public List<Place> observed() {
        Set<Place> places = new LinkedHashSet<>(displayed);
        filter.ifPresent(proposition -> places.addAll(proposition.places()));
        return new ArrayList<>(places);
    }
}

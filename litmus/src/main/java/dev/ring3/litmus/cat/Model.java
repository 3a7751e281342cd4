package dev.ring3.litmus.cat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A model compiled to operations on sets and relations, each of which is there once.
 *
 * @param nodes in an order in which operands come first
 * @param recursions groups of nodes that are computed together until nothing changes
 */
public record Model(
        String title,
        List<Cat.Statement> statements,
        List<Node> nodes,
        List<Axiom> axioms,
        List<Shown> shown,
        List<Recursion> recursions) {
    /** A check of a compiled model. */
    public record Axiom(Cat.Check check, boolean negated, boolean flag, int node, String name) {
        /** Whether a violation stays one, whatever is added to an execution. */
        boolean isStable(List<Node> nodes) {
            return !negated && !flag && nodes.get(node).growth() != Base.Growth.ANY;
        }
    }

    /** A relation that pictures draw. */
    public record Shown(String name, int node) {}

    /** Nodes of {@code let rec}: from {@code first} up to, not including, {@code end}; the names' places among them. */
    public record Recursion(int first, int end, List<Integer> places) {}

    /**
     * Reads and compiles a model.
     *
     * @param file what messages call it; empty if it has no name
     * @param library gives the text of an included file, or throws {@link IllegalArgumentException}
     * @throws dev.ring3.litmus.LitmusException with line and column
     */
    public static Model of(String file, String text, UnaryOperator<String> library) {
        CatParser parser = new CatParser(file, text, library);
        List<Cat.Statement> statements = parser.model();
        return new CatCompiler().compile(parser.title(), statements);
    }

    /** Whether a violation of the axiom on a part of an execution is one of every execution that grows out of it. */
    public boolean isStable(Axiom axiom) {
        return axiom.isStable(nodes);
    }

    /**
     * Whether some axiom forbids every cycle of coherence, reads-from, from-reads and program order on one location;
     * the search then derives coherence from the rest.
     */
    public boolean ordersLocations() {
        return axioms.stream().anyMatch(axiom -> coherenceParts(axiom).containsAll(Set.of("co", "rf", "fr", "po-loc")));
    }

    /** Whether that axiom also has the step from the read to the write of a compare-exchange. */
    public boolean ordersAtomicPairs() {
        return axioms.stream()
                .anyMatch(axiom -> coherenceParts(axiom).containsAll(Set.of("co", "rf", "fr", "po-loc", "amo")));
    }

    /** Whether an axiom forbids just the cycles that {@link #ordersLocations} and {@link #ordersAtomicPairs} speak of. */
    public boolean isLocationOrder(Axiom axiom) {
        Set<String> parts = new HashSet<>(Set.of("co", "rf", "fr", "po-loc"));
        if (ordersAtomicPairs()) {
            parts.add("amo");
        }
        return coherenceParts(axiom).equals(parts);
    }

    private Set<String> coherenceParts(Axiom axiom) {
        Set<String> parts = new HashSet<>();
        if (axiom.check() != Cat.Check.ACYCLIC || axiom.negated() || axiom.flag()) {
            return parts;
        }
        Deque<Integer> open = new ArrayDeque<>(List.of(axiom.node()));
        while (!open.isEmpty()) {
            Node node = nodes.get(open.pop());
            switch (node.op()) {
                case UNION -> {
                    open.push(node.left());
                    open.push(node.right());
                }
                case CLOSURE -> open.push(node.left());
                case BASE -> parts.add(Base.values()[node.left()].catName());
                case INTERSECTION -> {
                    boolean both = Set.of(nodes.get(node.left()), nodes.get(node.right())).stream()
                            .allMatch(this::isProgramOrderOrLocation);
                    parts.add(both ? "po-loc" : "other");
                }
                default -> parts.add("other");
            }
        }
        return parts;
    }

    private boolean isProgramOrderOrLocation(Node node) {
        return node.op() == Node.Op.BASE
                && (node.left() == Base.PROGRAM_ORDER.ordinal() || node.left() == Base.SAME_LOCATION.ordinal());
    }

    /** This model without some of its axioms. */
    public Model without(Set<Axiom> dropped) {
        return new Model(
                title,
                statements,
                nodes,
                axioms.stream().filter(axiom -> !dropped.contains(axiom)).toList(),
                shown,
                recursions);
    }
}

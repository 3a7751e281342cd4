package dev.ring3.litmus.search;

import dev.ring3.litmus.cat.Base;
import dev.ring3.litmus.cat.Model;
import dev.ring3.litmus.cat.Node;
import java.util.Arrays;
import java.util.List;

/**
 * Computes the sets and relations of a compiled model on one execution after another. Each node is computed when first
 * asked for since {@link #begin}; buffers are kept. Of one thread.
 */
final class Evaluator {
    private final Model model;
    private final List<Node> nodes;
    private final int w;
    private final long[][] values;
    /** The epoch that a value is of, or, if it is structural, of {@link #structureEpoch}. */
    private final int[] computed;

    private final boolean[] structural;
    private final int[] closureOf;
    private final int[] recursionOf;
    private final long[] closure;
    private int epoch;
    private int structureEpoch;
    private int n;
    private Relations given;
    private Relations.Structure structure = new Relations.Structure();

    /** For executions of at most so many events; of {@code w} words each. */
    Evaluator(Model model, int w, int capacity, Relations given) {
        this.model = model;
        this.nodes = model.nodes();
        this.w = w;
        this.given = given;
        this.values = new long[nodes.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = new long[nodes.get(i).set() ? w : capacity * w];
        }
        this.computed = new int[nodes.size()];
        this.recursionOf = new int[nodes.size()];
        Arrays.fill(recursionOf, -1);
        for (int r = 0; r < model.recursions().size(); r++) {
            Model.Recursion recursion = model.recursions().get(r);
            Arrays.fill(recursionOf, recursion.first(), recursion.end(), r);
        }
        this.closure = new long[capacity * w];
        this.structural = new boolean[nodes.size()];
        this.closureOf = new int[nodes.size()];
        Arrays.fill(closureOf, -1);
        for (int i = 0; i < nodes.size(); i++) {
            structural[i] = recursionOf[i] < 0 && isStructural(nodes.get(i));
            if (nodes.get(i).op() == Node.Op.CLOSURE) {
                closureOf[nodes.get(i).left()] = i;
            }
        }
    }

    private boolean isStructural(Node node) {
        return node.op() == Node.Op.BASE
                ? Base.values()[node.left()].isStructural()
                : (node.left() < 0 || structural[node.left()]) && (node.right() < 0 || structural[node.right()]);
    }

    /** Turns to another execution. */
    void begin(Relations relations) {
        given = relations;
        n = relations.events();
        epoch++;
        if (relations.structure() != structure) {
            structure = relations.structure();
            structureEpoch++;
        }
    }

    /** Whether a check fails on the execution; a flag never does. */
    boolean isViolated(Model.Axiom axiom) {
        return !axiom.flag() && !holds(axiom);
    }

    /** Whether what a check or a flag says is so. */
    boolean holds(Model.Axiom axiom) {
        long[] value = value(axiom.node());
        boolean holds = switch (axiom.check()) {
            case EMPTY -> Bits.isEmpty(value, nodes.get(axiom.node()).set() ? w : n * w);
            case IRREFLEXIVE -> !Bits.isReflexiveSomewhere(value, n, w);
            case ACYCLIC -> {
                if (closureOf[axiom.node()] >= 0) { // which something else needs too
                    yield !Bits.isReflexiveSomewhere(value(closureOf[axiom.node()]), n, w);
                }
                if (nodes.get(axiom.node()).op() == Node.Op.CLOSURE) {
                    yield !Bits.isReflexiveSomewhere(value, n, w);
                }
                System.arraycopy(value, 0, closure, 0, n * w);
                Bits.close(closure, n, w);
                yield !Bits.isReflexiveSomewhere(closure, n, w);
            }
        };
        return holds != axiom.negated();
    }

    /** Whether one of the checks fails on the execution. */
    boolean violatesAny(Model.Axiom[] axioms) {
        for (Model.Axiom axiom : axioms) {
            if (isViolated(axiom)) {
                return true;
            }
        }
        return false;
    }

    /** What a node stands for; valid until the next {@link #begin}. */
    long[] value(int place) {
        long[] value = values[place];
        int current = structural[place] ? structureEpoch : epoch;
        if (computed[place] != current) {
            if (recursionOf[place] >= 0) {
                recursion(model.recursions().get(recursionOf[place]));
            } else {
                compute(place, nodes.get(place), value);
                computed[place] = current;
            }
        }
        return value;
    }

    private void recursion(Model.Recursion recursion) {
        for (int place : recursion.places()) {
            Arrays.fill(values[place], 0, n * w, 0);
        }
        boolean changed = true;
        while (changed) {
            for (int place = recursion.first(); place < recursion.end(); place++) {
                computed[place] = epoch;
                if (nodes.get(place).op() != Node.Op.RECURSIVE) {
                    compute(place, nodes.get(place), values[place]);
                }
            }
            changed = false;
            for (int place : recursion.places()) {
                long[] body = value(nodes.get(place).left());
                for (int row = 0; row < n; row++) {
                    changed |= Bits.or(values[place], row * w, body, row * w, w);
                }
            }
        }
    }

    private void compute(int place, Node node, long[] out) {
        int length = node.set() ? w : n * w;
        switch (node.op()) {
            case BASE -> given.read(Base.values()[node.left()], out);
            case EMPTY -> Arrays.fill(out, 0, length, 0);
            case UNIVERSE -> Bits.fillUniverse(out, n, w);
            case UNION, INTERSECTION, DIFFERENCE -> combine(node, out, length);
            case SEQUENCE -> sequence(node, out);
            case PRODUCT -> product(out, value(node.left()), value(node.right()));
            case IDENTITY_ON -> {
                long[] set = value(node.left());
                Arrays.fill(out, 0, length, 0);
                for (int i = Bits.next(set, 0, w, 0); i >= 0; i = Bits.next(set, 0, w, i + 1)) {
                    Bits.add(out, w, i, i);
                }
            }
            case INVERSE -> Bits.inverse(out, value(node.left()), n, w);
            case OPTIONAL -> {
                System.arraycopy(value(node.left()), 0, out, 0, length);
                addIdentity(out);
            }
            case CLOSURE -> {
                System.arraycopy(value(node.left()), 0, out, 0, length);
                Bits.close(out, n, w);
            }
            case COMPLEMENT -> complement(node, out);
            case DOMAIN -> {
                long[] relation = value(node.left());
                Arrays.fill(out, 0, w, 0);
                for (int i = 0; i < n; i++) {
                    if (Bits.next(relation, i * w, w, 0) >= 0) {
                        Bits.add(out, i);
                    }
                }
            }
            case RANGE -> {
                long[] relation = value(node.left());
                Arrays.fill(out, 0, w, 0);
                for (int i = 0; i < n; i++) {
                    Bits.or(out, 0, relation, i * w, w);
                }
            }
            case RECURSIVE -> throw new IllegalStateException("node " + place + " is of a recursion");
        }
    }

    private void combine(Node node, long[] out, int length) {
        long[] left = value(node.left());
        long[] right = value(node.right());
        switch (node.op()) {
            case UNION -> {
                for (int i = 0; i < length; i++) {
                    out[i] = left[i] | right[i];
                }
            }
            case INTERSECTION -> {
                for (int i = 0; i < length; i++) {
                    out[i] = left[i] & right[i];
                }
            }
            default -> {
                for (int i = 0; i < length; i++) {
                    out[i] = left[i] & ~right[i];
                }
            }
        }
    }

    /** A sequence with an identity is only a selection of rows or columns. */
    private void sequence(Node node, long[] out) {
        Node first = nodes.get(node.left());
        Node second = nodes.get(node.right());
        if (first.op() == Node.Op.IDENTITY_ON) {
            long[] set = value(first.left());
            long[] relation = value(node.right());
            for (int i = 0; i < n; i++) {
                boolean kept = Bits.has(set, i);
                for (int k = 0; k < w; k++) {
                    out[i * w + k] = kept ? relation[i * w + k] : 0;
                }
            }
        } else if (second.op() == Node.Op.IDENTITY_ON) {
            long[] set = value(second.left());
            long[] relation = value(node.left());
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < w; k++) {
                    out[i * w + k] = relation[i * w + k] & set[k];
                }
            }
        } else {
            Bits.sequence(out, value(node.left()), value(node.right()), n, w);
        }
    }

    private void product(long[] out, long[] left, long[] right) {
        for (int i = 0; i < n; i++) {
            boolean member = Bits.has(left, i);
            for (int k = 0; k < w; k++) {
                out[i * w + k] = member ? right[k] : 0;
            }
        }
    }

    private void complement(Node node, long[] out) {
        long[] operand = value(node.left());
        long[] all = new long[w];
        Bits.fillUniverse(all, n, w);
        int rows = node.set() ? 1 : n;
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < w; k++) {
                out[i * w + k] = all[k] & ~operand[i * w + k];
            }
        }
    }

    private void addIdentity(long[] relation) {
        for (int i = 0; i < n; i++) {
            Bits.add(relation, w, i, i);
        }
    }
}

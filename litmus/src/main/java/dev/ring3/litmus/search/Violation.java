package dev.ring3.litmus.search;

import dev.ring3.litmus.cat.Base;
import dev.ring3.litmus.cat.Model;
import dev.ring3.litmus.cat.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Takes apart why a relation of a model holds between two events, down to what the execution gives. */
public final class Violation {
    /**
     * A step from one event to another.
     *
     * @param relation what the execution gives: {@code po}, {@code rf}, {@code co}, {@code fr}, {@code data}, ...
     * @param reason the name of the innermost definition of the model that the step is part of; empty if there is none
     */
    public record Step(String relation, String reason, int from, int to) {}

    /** Definitions of the language's library that are as good as given. */
    private static final Set<String> GIVEN = Set.of("rfe", "rfi", "coe", "coi", "fre", "fri", "po-loc");

    private final Model model;
    private final Evaluator evaluator;
    private final int n;
    private final int w;

    Violation(Model model, Evaluator evaluator, int n, int w) {
        this.model = model;
        this.evaluator = evaluator;
        this.n = n;
        this.w = w;
    }

    /** The first pair of a relation, taken apart. */
    List<Step> pair(int node) {
        long[] relation = evaluator.value(node);
        for (int a = 0; a < n; a++) {
            int b = Bits.next(relation, a * w, w, 0);
            if (b >= 0) {
                List<Step> steps = new ArrayList<>();
                Node intersection = model.nodes().get(node);
                if (intersection.op() == Node.Op.INTERSECTION) { // both ways from one to the other
                    take(intersection.left(), a, b, "", steps);
                    take(intersection.right(), a, b, "", steps);
                } else {
                    take(node, a, b, "", steps);
                }
                return steps;
            }
        }
        return List.of();
    }

    /** A shortest cycle of a relation, taken apart; empty if there is none. */
    List<Step> cycle(int node) {
        Node given = model.nodes().get(node);
        int inner = given.op() == Node.Op.CLOSURE ? given.left() : node;
        List<Integer> best = List.of();
        for (int start = 0; start < n; start++) {
            List<Integer> path = path(inner, start, start);
            if (!path.isEmpty() && (best.isEmpty() || path.size() < best.size())) {
                best = path;
            }
        }
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i + 1 < best.size(); i++) {
            take(inner, best.get(i), best.get(i + 1), "", steps);
        }
        return steps;
    }

    /** A shortest way of at least one step. */
    private List<Integer> path(int node, int from, int to) {
        long[] relation = evaluator.value(node);
        int[] before = new int[n];
        Arrays.fill(before, -1);
        Deque<Integer> open = new ArrayDeque<>(List.of(from));
        boolean first = true;
        while (!open.isEmpty()) {
            int at = open.remove();
            if (at == to && !first) {
                break;
            }
            first = false;
            for (int next = Bits.next(relation, at * w, w, 0);
                    next >= 0;
                    next = Bits.next(relation, at * w, w, next + 1)) {
                if (before[next] < 0) {
                    before[next] = at;
                    open.add(next);
                }
            }
        }
        if (before[to] < 0) {
            return List.of();
        }
        List<Integer> path = new ArrayList<>(List.of(to));
        int at = before[to];
        while (at != from) {
            path.addFirst(at);
            at = before[at];
        }
        path.addFirst(from);
        return path;
    }

    private boolean holds(int node, int a, int b) {
        return Bits.has(evaluator.value(node), w, a, b);
    }

    private void take(int place, int a, int b, String reason, List<Step> into) {
        Node node = model.nodes().get(place);
        String name = node.name();
        if (name != null && GIVEN.contains(name)) {
            into.add(new Step(name, reason, a, b));
            return;
        }
        String why = name == null || node.op() == Node.Op.BASE ? reason : name;
        switch (node.op()) {
            case BASE -> into.add(new Step(Base.values()[node.left()].catName(), reason, a, b));
            case UNION -> take(holds(node.left(), a, b) ? node.left() : node.right(), a, b, why, into);
            case INTERSECTION -> {
                boolean product = model.nodes().get(node.left()).op() == Node.Op.PRODUCT;
                take(product ? node.right() : node.left(), a, b, why, into);
            }
            case DIFFERENCE -> take(node.left(), a, b, why, into);
            case SEQUENCE -> {
                for (int c = 0; c < n; c++) {
                    if (holds(node.left(), a, c) && holds(node.right(), c, b)) {
                        take(node.left(), a, c, why, into);
                        take(node.right(), c, b, why, into);
                        return;
                    }
                }
            }
            case OPTIONAL -> {
                if (a != b) {
                    take(node.left(), a, b, why, into);
                }
            }
            case CLOSURE -> {
                List<Integer> path = path(node.left(), a, b);
                for (int i = 0; i + 1 < path.size(); i++) {
                    take(node.left(), path.get(i), path.get(i + 1), why, into);
                }
            }
            case IDENTITY_ON -> {}
            case RECURSIVE -> take(node.left(), a, b, why, into);
            case INVERSE -> {
                List<Step> back = new ArrayList<>();
                take(node.left(), b, a, why, back);
                back.reversed()
                        .forEach(step ->
                                into.add(new Step(step.relation() + "^-1", step.reason(), step.to(), step.from())));
            }
            case EMPTY, UNIVERSE, PRODUCT, COMPLEMENT, DOMAIN, RANGE -> into.add(new Step("related", why, a, b));
        }
    }
}

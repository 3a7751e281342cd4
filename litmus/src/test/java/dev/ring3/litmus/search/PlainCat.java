package dev.ring3.litmus.search;

import dev.ring3.litmus.cat.Cat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The cat language, evaluated on one execution exactly as it stands: sets are arrays of booleans, relations arrays of those.
 * Shares nothing with the compiler and the evaluator but the syntax tree; it is the second opinion on them.
 */
final class PlainCat {
    /** A value: {@code set}, {@code relation}, or a function. */
    static final class Val {
        private final boolean @Nullable [] set;
        private final boolean @Nullable [][] relation;
        private final @Nullable Function<List<Val>, Val> function;

        Val(boolean @Nullable [] set, boolean @Nullable [][] relation, @Nullable Function<List<Val>, Val> function) {
            this.set = set;
            this.relation = relation;
            this.function = function;
        }

        static Val of(boolean[] set) {
            return new Val(set, null, null);
        }

        static Val of(boolean[][] relation) {
            return new Val(null, relation, null);
        }

        boolean @Nullable [] set() {
            return set;
        }

        boolean @Nullable [][] relation() {
            return relation;
        }

        @Nullable
        Function<List<Val>, Val> function() {
            return function;
        }
    }

    private final int n;
    private final Map<String, Val> globals;

    PlainCat(int n, Map<String, Val> given) {
        this.n = n;
        this.globals = new HashMap<>(given);
        Function<List<Val>, Val> domain = arguments -> Val.of(domain(rel(arguments.getFirst())));
        Function<List<Val>, Val> range = arguments -> Val.of(domain(inverse(rel(arguments.getFirst()))));
        globals.put("domain", new Val(null, null, domain));
        globals.put("range", new Val(null, null, range));
        globals.put("emptyset", Val.of(new boolean[n]));
        both("po-loc", "po", "loc");
        both("rfe", "rf", "ext");
        both("rfi", "rf", "int");
        both("coe", "co", "ext");
        both("coi", "co", "int");
        both("fre", "fr", "ext");
        both("fri", "fr", "int");
        globals.put("rmw", get("amo"));
    }

    private void both(String name, String left, String right) {
        boolean[][] out = new boolean[n][n];
        forAll((i, j) -> out[i][j] = rel(get(left))[i][j] && rel(get(right))[i][j]);
        globals.put(name, Val.of(out));
    }

    private Val get(String name) {
        Val value = globals.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name);
        }
        return value;
    }

    /** Whether the execution satisfies all axioms. */
    boolean allows(List<Cat.Statement> statements) {
        Map<String, Val> environment = new HashMap<>(globals);
        boolean allowed = true;
        for (Cat.Statement statement : statements) {
            switch (statement) {
                case Cat.Let let -> bind(let.recursive(), let.bindings(), environment);
                case Cat.Axiom axiom -> {
                    if (!axiom.flag()) {
                        allowed &= holds(axiom, evaluate(axiom.value(), environment)) != axiom.negated();
                    }
                }
                case Cat.Show _, Cat.Procedure _ -> {}
                case Cat.CallProcedure call -> throw new UnsupportedOperationException("call " + call.name());
            }
        }
        return allowed;
    }

    private boolean holds(Cat.Axiom axiom, Val value) {
        return switch (axiom.check()) {
            case EMPTY -> {
                boolean[] set = value.set();
                yield set != null ? count(set) == 0 : count(domain(rel(value))) == 0;
            }
            case IRREFLEXIVE -> isIrreflexive(rel(value));
            case ACYCLIC -> isIrreflexive(closure(rel(value)));
        };
    }

    private void bind(boolean recursive, List<Cat.Binding> bindings, Map<String, Val> environment) {
        if (!recursive) {
            Map<String, Val> closure = new HashMap<>(environment);
            for (Cat.Binding binding : bindings) {
                List<String> parameters = binding.parameters();
                environment.put(
                        binding.name(),
                        parameters == null
                                ? evaluate(binding.value(), closure)
                                : function(parameters, binding.value(), closure));
            }
            return;
        }
        bindings.forEach(binding -> environment.put(binding.name(), Val.of(new boolean[n][n])));
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Cat.Binding binding : bindings) {
                boolean[][] now = rel(evaluate(binding.value(), environment));
                changed |= !java.util.Arrays.deepEquals(
                        now, rel(java.util.Objects.requireNonNull(environment.get(binding.name()))));
                environment.put(binding.name(), Val.of(now));
            }
        }
    }

    private Val function(List<String> parameters, Cat.Expr body, Map<String, Val> closure) {
        return new Val(null, null, arguments -> {
            Map<String, Val> inner = new HashMap<>(closure);
            for (int i = 0; i < parameters.size(); i++) {
                inner.put(parameters.get(i), arguments.get(i));
            }
            return evaluate(body, inner);
        });
    }

    private Val evaluate(Cat.Expr expression, Map<String, Val> environment) {
        return switch (expression) {
            case Cat.Name(Cat.At _, String name) -> {
                Val value = environment.get(name);
                if (value == null) {
                    throw new IllegalArgumentException("no " + name);
                }
                yield value;
            }
            case Cat.Nothing _ -> Val.of(new boolean[n][n]);
            case Cat.Everything _ -> {
                boolean[] all = new boolean[n];
                java.util.Arrays.fill(all, true);
                yield Val.of(all);
            }
            case Cat.Identity(Cat.At _, Cat.Expr inner) -> {
                boolean[] set = set(evaluate(inner, environment));
                boolean[][] out = new boolean[n][n];
                forAll((i, j) -> out[i][j] = i == j && set[i]);
                yield Val.of(out);
            }
            case Cat.Tuple _ -> throw new UnsupportedOperationException("a tuple alone");
            case Cat.Binary binary -> binary(binary, environment);
            case Cat.Apply1 unary -> unary(unary, environment);
            case Cat.Call(Cat.At _, Cat.Expr function, Cat.Expr argument) -> {
                List<Val> arguments = new ArrayList<>();
                for (Cat.Expr part : argument instanceof Cat.Tuple tuple ? tuple.parts() : List.of(argument)) {
                    arguments.add(evaluate(part, environment));
                }
                yield java.util.Objects.requireNonNull(
                                evaluate(function, environment).function())
                        .apply(arguments);
            }
            case Cat.Lambda(Cat.At _, List<String> parameters, Cat.Expr body) ->
                function(parameters, body, new HashMap<>(environment));
            case Cat.LetIn(Cat.At _, boolean recursive, List<Cat.Binding> bindings, Cat.Expr body) -> {
                Map<String, Val> inner = new HashMap<>(environment);
                bind(recursive, bindings, inner);
                yield evaluate(body, inner);
            }
            case Cat.Try(Cat.At _, Cat.Expr first, Cat.Expr otherwise) -> {
                try {
                    yield evaluate(first, environment);
                } catch (IllegalArgumentException unknown) {
                    yield evaluate(otherwise, environment);
                }
            }
        };
    }

    private Val binary(Cat.Binary binary, Map<String, Val> environment) {
        Val left = evaluate(binary.left(), environment);
        Val right = evaluate(binary.right(), environment);
        boolean[][] out = new boolean[n][n];
        switch (binary.op()) {
            case SEQUENCE -> {
                boolean[][] a = rel(left);
                boolean[][] b = rel(right);
                forAll((i, j) -> {
                    for (int k = 0; k < n; k++) {
                        out[i][j] |= a[i][k] && b[k][j];
                    }
                });
                return Val.of(out);
            }
            case PRODUCT -> {
                boolean[] a = set(left);
                boolean[] b = set(right);
                forAll((i, j) -> out[i][j] = a[i] && b[j]);
                return Val.of(out);
            }
            case UNION, INTERSECTION, DIFFERENCE -> {}
        }
        boolean[] leftSet = left.set();
        boolean[] rightSet = right.set();
        if (leftSet != null && rightSet != null) {
            boolean[] set = new boolean[n];
            for (int i = 0; i < n; i++) {
                set[i] = combine(binary.op(), leftSet[i], rightSet[i]);
            }
            return Val.of(set);
        }
        boolean[][] a = rel(left);
        boolean[][] b = rel(right);
        forAll((i, j) -> out[i][j] = combine(binary.op(), a[i][j], b[i][j]));
        return Val.of(out);
    }

    private static boolean combine(Cat.Infix op, boolean a, boolean b) {
        return switch (op) {
            case UNION -> a || b;
            case INTERSECTION -> a && b;
            case DIFFERENCE -> a && !b;
            case SEQUENCE, PRODUCT -> throw new IllegalStateException();
        };
    }

    private Val unary(Cat.Apply1 unary, Map<String, Val> environment) {
        Val operand = evaluate(unary.operand(), environment);
        boolean[][] out = new boolean[n][n];
        boolean[] set = operand.set();
        if (set != null) {
            boolean[] complement = new boolean[n];
            for (int i = 0; i < n; i++) {
                complement[i] = !set[i];
            }
            return Val.of(complement);
        }
        boolean[][] relation = rel(operand);
        boolean[][] closed = closure(relation);
        forAll((i, j) -> out[i][j] = switch (unary.op()) {
            case COMPLEMENT -> !relation[i][j];
            case INVERSE -> relation[j][i];
            case OPTIONAL -> i == j || relation[i][j];
            case CLOSURE -> closed[i][j];
            case REFLEXIVE_CLOSURE -> i == j || closed[i][j];
        });
        return Val.of(out);
    }

    private interface Cell {
        void at(int i, int j);
    }

    private void forAll(Cell cell) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                cell.at(i, j);
            }
        }
    }

    private static boolean[] set(Val value) {
        return java.util.Objects.requireNonNull(value.set(), "a set is needed");
    }

    private static boolean[][] rel(Val value) {
        return java.util.Objects.requireNonNull(value.relation(), "a relation is needed");
    }

    private boolean[] domain(boolean[][] relation) {
        boolean[] set = new boolean[n];
        forAll((i, j) -> set[i] |= relation[i][j]);
        return set;
    }

    private boolean[][] inverse(boolean[][] relation) {
        boolean[][] out = new boolean[n][n];
        forAll((i, j) -> out[j][i] = relation[i][j]);
        return out;
    }

    private boolean[][] closure(boolean[][] relation) {
        boolean[][] out = new boolean[n][];
        for (int i = 0; i < n; i++) {
            out[i] = relation[i].clone();
        }
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; out[i][k] && j < n; j++) {
                    out[i][j] |= out[k][j];
                }
            }
        }
        return out;
    }

    private boolean isIrreflexive(boolean[][] relation) {
        for (int i = 0; i < n; i++) {
            if (relation[i][i]) {
                return false;
            }
        }
        return true;
    }

    private static int count(boolean[] set) {
        int count = 0;
        for (boolean member : set) {
            count += member ? 1 : 0;
        }
        return count;
    }
}

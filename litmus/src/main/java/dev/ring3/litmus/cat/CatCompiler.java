package dev.ring3.litmus.cat;

import dev.ring3.litmus.LitmusException;
import dev.ring3.litmus.cat.Node.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Evaluates a model on names instead of events: what is left are operations on what the search gives. */
final class CatCompiler {
    /** What the language's library defines; it is part of every model. */
    private static final String PRELUDE = """
            let emptyset = domain 0
            let po-loc = po & loc
            let rfe = rf & ext
            let rfi = rf & int
            let coe = co & ext
            let coi = co & int
            let fre = fr & ext
            let fri = fr & int
            let rmw = amo
            let invrf = rf^-1
            let ca = fr | co
            let I = IW
            let Exp = M \\ IW
            let F = emptyset
            let B = emptyset
            let co0 = loc & ((IW * (W \\ IW)) | ((W \\ FW) * FW))
            let toid(s) = [s]
            let fencerel(B) = (po & (_ * B)) ; po
            let lxsx = rmw \\ amo
            let imply(A, B) = ~A | B
            let nodetour(R1, R2, R3) = R1 \\ (R2 ; R3)
            let singlestep(R) = nodetour(R, R, R)
            """;

    /** Deeper calls of functions are refused. */
    private static final int CALL_DEPTH_MAX = 100;

    /** A model with more operations is refused. */
    private static final int NODES_MAX = 20_000;

    /** What an expression stands for. */
    sealed interface Value {
        /** A set or a relation. */
        record Of(int node) implements Value {}

        /** The empty set or relation, whichever is wanted. */
        record Nothing() implements Value {}

        record Tuple(List<Value> parts) implements Value {}

        record Function(List<String> parameters, Cat.Expr body, Environment environment) implements Value {}

        record Builtin(Op op) implements Value {}
    }

    /** Names in scope. */
    static final class Environment {
        private final Map<String, Value> names = new HashMap<>();
        private final @Nullable Environment outer;

        Environment(@Nullable Environment outer) {
            this.outer = outer;
        }

        @Nullable
        Value find(String name) {
            Value value = names.get(name);
            return value != null || outer == null ? value : outer.find(name);
        }

        void bind(String name, Value value) {
            names.put(name, value);
        }
    }

    private record Key(Op op, int left, int right, boolean set) {}

    private final List<Node> nodes = new ArrayList<>();
    private final Map<Key, Integer> places = new HashMap<>();
    private final List<Model.Axiom> axioms = new ArrayList<>();
    private final List<Model.Shown> shown = new ArrayList<>();
    private final List<Model.Recursion> recursions = new ArrayList<>();
    private final Map<String, Cat.Procedure> procedures = new HashMap<>();
    private int callDepth;

    Model compile(String title, List<Cat.Statement> statements) {
        Environment environment = new Environment(null);
        for (Base base : Base.values()) {
            environment.bind(base.catName(), new Value.Of(base(base)));
        }
        environment.bind("_", new Value.Of(node(Op.UNIVERSE, -1, -1, true)));
        environment.bind("domain", new Value.Builtin(Op.DOMAIN));
        environment.bind("range", new Value.Builtin(Op.RANGE));
        statements(new CatParser("", PRELUDE, name -> name).model(), environment);
        statements(statements, environment);
        return new Model(title, statements, nodes, axioms, shown, recursions);
    }

    private void statements(List<Cat.Statement> statements, Environment environment) {
        for (Cat.Statement statement : statements) {
            switch (statement) {
                case Cat.Let let -> bind(let.recursive(), let.bindings(), environment);
                case Cat.Axiom axiom -> {
                    int node = anySort(axiom.value(), environment);
                    if (axiom.check() != Cat.Check.EMPTY && nodes.get(node).set()) {
                        throw CatLexer.error(axiom.at(), "a relation is needed, and this is a set");
                    }
                    axioms.add(new Model.Axiom(axiom.check(), axiom.negated(), axiom.flag(), node, axiom.name()));
                }
                case Cat.Show show -> {
                    for (int i = 0; i < show.values().size(); i++) {
                        int node = anySort(show.values().get(i), environment);
                        if (!nodes.get(node).set()) {
                            shown.add(new Model.Shown(show.names().get(i), node));
                        }
                    }
                }
                case Cat.Procedure procedure -> procedures.put(procedure.name(), procedure);
                case Cat.CallProcedure call -> callProcedure(call, environment);
            }
        }
    }

    private void callProcedure(Cat.CallProcedure call, Environment environment) {
        Cat.Procedure procedure = procedures.get(call.name());
        if (procedure == null) {
            throw CatParser.unknown(call.at(), call.name());
        }
        if (++callDepth > CALL_DEPTH_MAX) {
            throw CatLexer.error(call.at(), "more than %d calls in each other".formatted(CALL_DEPTH_MAX));
        }
        Environment inner = new Environment(environment);
        bindParameters(procedure.parameters(), evaluate(call.argument(), environment), inner, call.at());
        statements(procedure.body(), inner);
        callDepth--;
    }

    private void bind(boolean recursive, List<Cat.Binding> bindings, Environment environment) {
        if (recursive && bindings.stream().allMatch(binding -> binding.parameters() == null)) {
            bindRecursive(bindings, environment);
            return;
        }
        Map<String, Value> values = new HashMap<>();
        for (Cat.Binding binding : bindings) {
            List<String> parameters = binding.parameters();
            Value value = parameters != null
                    ? new Value.Function(parameters, binding.value(), environment)
                    : evaluate(binding.value(), environment);
            values.put(binding.name(), named(value, binding.name()));
        }
        values.forEach(environment::bind);
    }

    /** Relations that are defined by each other: the least ones, reached by computing again until nothing changes. */
    private void bindRecursive(List<Cat.Binding> bindings, Environment environment) {
        int first = nodes.size();
        List<Integer> holes = new ArrayList<>();
        for (Cat.Binding binding : bindings) {
            holes.add(nodes.size());
            nodes.add(new Node(Op.RECURSIVE, -1, -1, false, Base.Growth.GROWS, binding.name()));
            environment.bind(binding.name(), new Value.Of(holes.getLast()));
        }
        boolean grows = true;
        for (int i = 0; i < bindings.size(); i++) {
            int body = relation(bindings.get(i).value(), environment);
            grows &= nodes.get(body).growth() != Base.Growth.ANY;
            Node hole = nodes.get(holes.get(i));
            nodes.set(holes.get(i), new Node(Op.RECURSIVE, body, -1, false, Base.Growth.GROWS, hole.name()));
        }
        if (!grows) {
            throw CatLexer.error(
                    bindings.getFirst().at(), "a recursive relation is defined through what may also get less");
        }
        recursions.add(new Model.Recursion(first, nodes.size(), holes));
    }

    private Value named(Value value, String name) {
        if (value instanceof Value.Of(int place) && nodes.get(place).name() == null) {
            Node old = nodes.get(place);
            nodes.set(place, new Node(old.op(), old.left(), old.right(), old.set(), old.growth(), name));
        }
        return value;
    }

    private void bindParameters(List<String> parameters, Value argument, Environment inner, Cat.At at) {
        List<Value> values = argument instanceof Value.Tuple(List<Value> parts) && parameters.size() != 1
                ? parts
                : List.of(argument);
        if (values.size() != parameters.size()) {
            throw CatLexer.error(
                    at, "%d arguments are needed, and %d are given".formatted(parameters.size(), values.size()));
        }
        for (int i = 0; i < values.size(); i++) {
            inner.bind(parameters.get(i), values.get(i));
        }
    }

    private Value evaluate(Cat.Expr expression, Environment environment) {
        return switch (expression) {
            case Cat.Name name -> {
                Value value = environment.find(name.name());
                if (value == null) {
                    throw CatParser.unknown(name.at(), name.name());
                }
                yield value;
            }
            case Cat.Nothing _ -> new Value.Nothing();
            case Cat.Everything _ -> new Value.Of(node(Op.UNIVERSE, -1, -1, true));
            case Cat.Identity(Cat.At _, Cat.Expr set) ->
                new Value.Of(node(Op.IDENTITY_ON, set(set, environment), -1, false));
            case Cat.Tuple(Cat.At _, List<Cat.Expr> parts) ->
                new Value.Tuple(
                        parts.stream().map(part -> evaluate(part, environment)).toList());
            case Cat.Binary binary -> binary(binary, environment);
            case Cat.Apply1 unary -> unary(unary, environment);
            case Cat.Call(Cat.At at, Cat.Expr function, Cat.Expr argument) ->
                call(at, evaluate(function, environment), argument, environment);
            case Cat.Lambda(Cat.At _, List<String> parameters, Cat.Expr body) ->
                new Value.Function(parameters, body, environment);
            case Cat.LetIn(Cat.At _, boolean recursive, List<Cat.Binding> bindings, Cat.Expr body) -> {
                Environment inner = new Environment(environment);
                bind(recursive, bindings, inner);
                yield evaluate(body, inner);
            }
            case Cat.Try(Cat.At _, Cat.Expr first, Cat.Expr otherwise) ->
                evaluate(allKnown(first, environment) ? first : otherwise, environment);
        };
    }

    private static boolean allKnown(Cat.Expr expression, Environment environment) {
        return switch (expression) {
            case Cat.Name name -> environment.find(name.name()) != null;
            case Cat.Nothing _, Cat.Everything _, Cat.Lambda _, Cat.LetIn _, Cat.Try _ -> true;
            case Cat.Identity identity -> allKnown(identity.set(), environment);
            case Cat.Tuple tuple -> tuple.parts().stream().allMatch(part -> allKnown(part, environment));
            case Cat.Binary binary -> allKnown(binary.left(), environment) && allKnown(binary.right(), environment);
            case Cat.Apply1 unary -> allKnown(unary.operand(), environment);
            case Cat.Call call -> allKnown(call.function(), environment) && allKnown(call.argument(), environment);
        };
    }

    private Value call(Cat.At at, Value function, Cat.Expr argument, Environment environment) {
        return switch (function) {
            case Value.Builtin(Op op) -> new Value.Of(node(op, relation(argument, environment), -1, true));
            case Value.Function(List<String> parameters, Cat.Expr body, Environment closure) -> {
                if (++callDepth > CALL_DEPTH_MAX) {
                    throw CatLexer.error(at, "more than %d calls in each other".formatted(CALL_DEPTH_MAX));
                }
                Environment inner = new Environment(closure);
                bindParameters(parameters, evaluate(argument, environment), inner, at);
                Value result = evaluate(body, inner);
                callDepth--;
                yield result;
            }
            case Value.Of _, Value.Nothing _, Value.Tuple _ ->
                throw CatLexer.error(at, "what stands before this is no function");
        };
    }

    private Value binary(Cat.Binary binary, Environment environment) {
        return switch (binary.op()) {
            case SEQUENCE ->
                new Value.Of(node(
                        Op.SEQUENCE,
                        relation(binary.left(), environment),
                        relation(binary.right(), environment),
                        false));
            case PRODUCT ->
                new Value.Of(
                        node(Op.PRODUCT, set(binary.left(), environment), set(binary.right(), environment), false));
            case UNION, INTERSECTION, DIFFERENCE -> {
                Value left = evaluate(binary.left(), environment);
                Value right = evaluate(binary.right(), environment);
                boolean set = isSet(left) || (left instanceof Value.Nothing && isSet(right));
                Op op = switch (binary.op()) {
                    case UNION -> Op.UNION;
                    case INTERSECTION -> Op.INTERSECTION;
                    default -> Op.DIFFERENCE;
                };
                yield new Value.Of(node(
                        op,
                        operand(left, set, binary.left().at()),
                        operand(right, set, binary.right().at()),
                        set));
            }
        };
    }

    private Value unary(Cat.Apply1 unary, Environment environment) {
        if (unary.op() == Cat.Unary.COMPLEMENT) {
            int operand = anySort(unary.operand(), environment);
            return new Value.Of(
                    node(Op.COMPLEMENT, operand, -1, nodes.get(operand).set()));
        }
        int operand = relation(unary.operand(), environment);
        return new Value.Of(
                switch (unary.op()) {
                    case INVERSE -> node(Op.INVERSE, operand, -1, false);
                    case OPTIONAL -> node(Op.OPTIONAL, operand, -1, false);
                    case CLOSURE -> node(Op.CLOSURE, operand, -1, false);
                    case REFLEXIVE_CLOSURE, COMPLEMENT ->
                        node(Op.OPTIONAL, node(Op.CLOSURE, operand, -1, false), -1, false);
                });
    }

    private boolean isSet(Value value) {
        return value instanceof Value.Of(int place) && nodes.get(place).set();
    }

    private int set(Cat.Expr expression, Environment environment) {
        return operand(evaluate(expression, environment), true, expression.at());
    }

    private int relation(Cat.Expr expression, Environment environment) {
        return operand(evaluate(expression, environment), false, expression.at());
    }

    private int anySort(Cat.Expr expression, Environment environment) {
        Value value = evaluate(expression, environment);
        return operand(value, isSet(value), expression.at());
    }

    private int operand(Value value, boolean set, Cat.At at) {
        return switch (value) {
            case Value.Of(int place) -> {
                if (nodes.get(place).set() != set) {
                    throw CatLexer.error(
                            at, set ? "a set is needed, this is a relation" : "a relation is needed, this is a set");
                }
                yield place;
            }
            case Value.Nothing _ -> node(Op.EMPTY, -1, -1, set);
            case Value.Tuple _, Value.Function _, Value.Builtin _ ->
                throw CatLexer.error(at, "a set or a relation is needed");
        };
    }

    private int base(Base base) {
        return add(new Node(Op.BASE, base.ordinal(), -1, base.isSet(), base.growth(), base.catName()));
    }

    private int node(Op op, int left, int right, boolean set) {
        return add(new Node(op, left, right, set, growth(op, left, right), null));
    }

    private int add(Node node) {
        Integer known = places.get(new Key(node.op(), node.left(), node.right(), node.set()));
        if (known != null) {
            return known;
        }
        if (nodes.size() >= NODES_MAX) {
            throw new LitmusException(1, 1, "the model has more than %d operations".formatted(NODES_MAX));
        }
        nodes.add(node);
        places.put(new Key(node.op(), node.left(), node.right(), node.set()), nodes.size() - 1);
        return nodes.size() - 1;
    }

    private Base.Growth growth(Op op, int left, int right) {
        Base.Growth first = left < 0 ? Base.Growth.FIXED : nodes.get(left).growth();
        Base.Growth second = right < 0 ? Base.Growth.FIXED : nodes.get(right).growth();
        boolean fixed = first == Base.Growth.FIXED && second == Base.Growth.FIXED;
        Base.Growth both = first == Base.Growth.ANY || second == Base.Growth.ANY
                ? Base.Growth.ANY
                : fixed ? Base.Growth.FIXED : Base.Growth.GROWS;
        return switch (op) {
            case BASE, EMPTY, UNIVERSE, UNION, INTERSECTION, PRODUCT, IDENTITY_ON, INVERSE, OPTIONAL -> both;
            // Through, or to, events that are not there yet.
            case SEQUENCE, CLOSURE, DOMAIN, RANGE, RECURSIVE -> both == Base.Growth.ANY ? both : Base.Growth.GROWS;
            case DIFFERENCE -> second == Base.Growth.FIXED ? first : Base.Growth.ANY;
            case COMPLEMENT -> first == Base.Growth.FIXED ? first : Base.Growth.ANY;
        };
    }
}

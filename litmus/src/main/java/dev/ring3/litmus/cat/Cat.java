package dev.ring3.litmus.cat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The syntax of the cat language, as far as it is understood here. */
public final class Cat {
    private Cat() {}

    /** Where something stands: line and column count from 1. */
    public record At(String file, int line, int column) {}

    /** An expression; its value is a set of events, a relation between events, or a function. */
    public sealed interface Expr {
        At at();
    }

    /** A name. */
    public record Name(At at, String name) implements Expr {}

    /** {@code 0}, {@code {}}: no event, no pair. */
    public record Nothing(At at) implements Expr {}

    /** {@code _}: all events. */
    public record Everything(At at) implements Expr {}

    /** {@code [s]}: the identity on a set. */
    public record Identity(At at, Expr set) implements Expr {}

    /** {@code (a, b)}. */
    public record Tuple(At at, List<Expr> parts) implements Expr {}

    /** What stands between two operands. */
    public enum Infix {
        UNION,
        SEQUENCE,
        DIFFERENCE,
        INTERSECTION,
        PRODUCT
    }

    /** An operator between two operands. */
    public record Binary(At at, Infix op, Expr left, Expr right) implements Expr {}

    /** What stands before or behind its operand. */
    public enum Unary {
        COMPLEMENT,
        INVERSE,
        /** {@code r?}. */
        OPTIONAL,
        /** {@code r+}. */
        CLOSURE,
        /** {@code r*}. */
        REFLEXIVE_CLOSURE
    }

    /** An operator on one operand. */
    public record Apply1(At at, Unary op, Expr operand) implements Expr {}

    /** {@code f(x)}. */
    public record Call(At at, Expr function, Expr argument) implements Expr {}

    /** {@code fun x -> e}. */
    public record Lambda(At at, List<String> parameters, Expr body) implements Expr {}

    /** {@code let x = e in f}. */
    public record LetIn(At at, boolean recursive, List<Binding> bindings, Expr body) implements Expr {}

    /** {@code try e with f}: f if e uses a name that is not known. */
    public record Try(At at, Expr first, Expr otherwise) implements Expr {}

    /** One {@code name = e}; with parameters, a function. */
    public record Binding(At at, String name, @Nullable List<String> parameters, Expr value) {}

    /** What a model is made of. */
    public sealed interface Statement {}

    /** {@code let}, {@code let rec}. */
    public record Let(At at, boolean recursive, List<Binding> bindings) implements Statement {}

    /** What must hold. */
    public enum Check {
        ACYCLIC,
        IRREFLEXIVE,
        EMPTY
    }

    /** A check: negated by {@code ~}, only reported if a flag. */
    public record Axiom(At at, Check check, boolean negated, boolean flag, Expr value, String name)
            implements Statement {}

    /** {@code show e as name}: what pictures draw. */
    public record Show(At at, List<Expr> values, List<String> names) implements Statement {}

    /** {@code procedure p(x) = ... end}. */
    public record Procedure(At at, String name, List<String> parameters, List<Statement> body) implements Statement {}

    /** {@code call p(e)}. */
    public record CallProcedure(At at, String name, Expr argument) implements Statement {}
}

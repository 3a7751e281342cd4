package dev.ring3.litmus.cat;

import org.jspecify.annotations.Nullable;

/**
 * One operation of a compiled model. Operands are earlier nodes, but for those of {@link Op#RECURSIVE}.
 *
 * @param left the first operand, or the ordinal of a {@link Base}, or -1
 * @param right the second operand or -1
 * @param set whether the value is a set of events; otherwise it is a relation
 * @param name what the model calls it, if it has a name
 */
public record Node(
        Op op,
        int left,
        int right,
        boolean set,
        Base.Growth growth,
        @Nullable String name) {
    /** What a node does. */
    public enum Op {
        BASE,
        EMPTY,
        UNIVERSE,
        UNION,
        INTERSECTION,
        DIFFERENCE,
        SEQUENCE,
        PRODUCT,
        IDENTITY_ON,
        INVERSE,
        OPTIONAL,
        CLOSURE,
        COMPLEMENT,
        DOMAIN,
        RANGE,
        /** A name bound by {@code let rec}: {@code left} is the node that it stands for, once compiled. */
        RECURSIVE
    }
}

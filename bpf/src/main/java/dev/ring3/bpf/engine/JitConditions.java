package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Width;

/** What a comparison that came out one way tells of its operands. */
final class JitConditions {
    private JitConditions() {}

    /** Narrows a state to what it must be if a condition holds for the operands of a jump. */
    static void assume(Insn.JumpIf jump, Condition condition, JitState state) {
        JitRange left = JitRanges.operand(jump.left(), state);
        JitRange right = JitRanges.operand(jump.right(), state);
        if (jump.width() == Width.BITS_32) {
            if (!left.isPositiveInt() || !right.isPositiveInt()) {
                return; // the upper halves are not compared, and signs are those of 32 bits
            }
        }
        narrow(jump.left(), condition, left, right, state);
        narrow(jump.right(), swapped(condition), right, left, state);
        if (jump.right() instanceof Register other) {
            narrowPointers(jump.left().number(), condition, other.number(), state);
        }
    }

    /** Pointers into the same memory compare as what they are away from its beginning. */
    private static void narrowPointers(int left, Condition condition, int right, JitState state) {
        JitPointer one = state.pointers[left];
        JitPointer other = state.pointers[right];
        if (one == null || other == null || one.area() != other.area() || !isNear(one) || !isNear(other)) {
            return;
        }
        state.narrowPointer(left, narrowed(signed(condition), one.offset(), other.offset()));
        state.narrowPointer(right, narrowed(signed(swapped(condition)), other.offset(), one.offset()));
    }

    /** Whether the address is certainly not negative. */
    private static boolean isNear(JitPointer pointer) {
        return switch (pointer.area()) {
            case FRAME -> pointer.offset().isIn(-Execution.FRAME_BYTES, JitRange.INT_MAX);
            case ENTRY -> pointer.offset().isIn(0, JitRange.INT_MAX);
            case OWN -> false;
        };
    }

    /** The comparison with sign that tells the same of numbers that are not negative. */
    static Condition signed(Condition condition) {
        return switch (condition) {
            case GREATER -> Condition.SIGNED_GREATER;
            case GREATER_OR_EQUAL -> Condition.SIGNED_GREATER_OR_EQUAL;
            case LESS -> Condition.SIGNED_LESS;
            case LESS_OR_EQUAL -> Condition.SIGNED_LESS_OR_EQUAL;
            case EQUAL,
                    NOT_EQUAL,
                    BITS_SET,
                    SIGNED_GREATER,
                    SIGNED_GREATER_OR_EQUAL,
                    SIGNED_LESS,
                    SIGNED_LESS_OR_EQUAL -> condition;
        };
    }

    private static void narrow(Operand operand, Condition condition, JitRange value, JitRange other, JitState state) {
        if (!(operand instanceof Register register)) {
            return;
        }
        JitRange narrowed = narrowed(condition, value, other);
        if (!narrowed.equals(value)) {
            state.narrow(register.number(), narrowed);
        }
    }

    private static JitRange narrowed(Condition condition, JitRange value, JitRange other) {
        boolean bothPositive = value.isNotNegative() && other.isNotNegative();
        return switch (condition) {
            case EQUAL -> value.meet(other.low(), other.high());
            case NOT_EQUAL -> other.isConstant() ? without(value, other.low()) : value;
            case BITS_SET -> value;
            case GREATER -> bothPositive ? value.meet(next(other.low()), Long.MAX_VALUE) : value;
            case GREATER_OR_EQUAL -> bothPositive ? value.meet(other.low(), Long.MAX_VALUE) : value;
            case LESS -> other.isNotNegative() ? value.meet(0, previous(other.high())) : value;
            case LESS_OR_EQUAL -> other.isNotNegative() ? value.meet(0, other.high()) : value;
            case SIGNED_GREATER -> value.meet(next(other.low()), Long.MAX_VALUE);
            case SIGNED_GREATER_OR_EQUAL -> value.meet(other.low(), Long.MAX_VALUE);
            case SIGNED_LESS -> value.meet(Long.MIN_VALUE, previous(other.high()));
            case SIGNED_LESS_OR_EQUAL -> value.meet(Long.MIN_VALUE, other.high());
        };
    }

    private static JitRange without(JitRange value, long excluded) {
        if (value.low() == excluded) {
            return value.meet(next(excluded), Long.MAX_VALUE);
        }
        return value.high() == excluded ? value.meet(Long.MIN_VALUE, previous(excluded)) : value;
    }

    private static long next(long value) {
        return value == Long.MAX_VALUE ? value : value + 1;
    }

    private static long previous(long value) {
        return value == Long.MIN_VALUE ? value : value - 1;
    }

    /** What does not hold where this holds; {@code BITS_SET} has no such condition and tells nothing. */
    static Condition negated(Condition condition) {
        return switch (condition) {
            case EQUAL -> Condition.NOT_EQUAL;
            case NOT_EQUAL -> Condition.EQUAL;
            case BITS_SET -> Condition.BITS_SET;
            case GREATER -> Condition.LESS_OR_EQUAL;
            case GREATER_OR_EQUAL -> Condition.LESS;
            case LESS -> Condition.GREATER_OR_EQUAL;
            case LESS_OR_EQUAL -> Condition.GREATER;
            case SIGNED_GREATER -> Condition.SIGNED_LESS_OR_EQUAL;
            case SIGNED_GREATER_OR_EQUAL -> Condition.SIGNED_LESS;
            case SIGNED_LESS -> Condition.SIGNED_GREATER_OR_EQUAL;
            case SIGNED_LESS_OR_EQUAL -> Condition.SIGNED_GREATER;
        };
    }

    /** The same condition with its operands exchanged. */
    private static Condition swapped(Condition condition) {
        return switch (condition) {
            case EQUAL, NOT_EQUAL, BITS_SET -> condition;
            case GREATER -> Condition.LESS;
            case GREATER_OR_EQUAL -> Condition.LESS_OR_EQUAL;
            case LESS -> Condition.GREATER;
            case LESS_OR_EQUAL -> Condition.GREATER_OR_EQUAL;
            case SIGNED_GREATER -> Condition.SIGNED_LESS;
            case SIGNED_GREATER_OR_EQUAL -> Condition.SIGNED_LESS_OR_EQUAL;
            case SIGNED_LESS -> Condition.SIGNED_GREATER;
            case SIGNED_LESS_OR_EQUAL -> Condition.SIGNED_GREATER_OR_EQUAL;
        };
    }
}

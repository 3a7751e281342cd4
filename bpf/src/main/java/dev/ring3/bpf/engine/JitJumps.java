package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_Integer;
import static java.lang.constant.ConstantDescs.CD_Long;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Width;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;

/** Emits jumps. Where ranges allow it, numbers are compared as signed ints: HotSpot knows loops by that. */
final class JitJumps {
    private final JitMethod m;
    private final CodeBuilder c;

    JitJumps(JitMethod method) {
        this.m = method;
        this.c = method.c;
    }

    void jump(int target) {
        c.goto_(m.edges.to(target));
    }

    void mayGoto(int target) {
        m.test("mayIterate");
        c.ifeq(m.edges.to(target));
    }

    void jumpIf(Insn.JumpIf jump, int slot) {
        jumpIf(jump, m.edges.to(JitFunction.target(jump, slot)));
    }

    private void jumpIf(Insn.JumpIf jump, Label target) {
        JitRange left = JitRanges.operand(jump.left(), m.state);
        JitRange right = JitRanges.operand(jump.right(), m.state);
        boolean bits32 = jump.width() == Width.BITS_32;
        if (bits32 || bothInts(jump)) {
            m.pushInt(jump.left());
            boolean sameSigned = left.isPositiveInt() && right.isPositiveInt();
            Condition condition = sameSigned ? ordered(jump.condition(), left, right) : jump.condition();
            ints(condition, jump.right(), !bits32, sameSigned, target);
        } else {
            m.pushLong(jump.left());
            m.pushLong(jump.right());
            longs(jump.condition(), left.isNotNegative() && right.isNotNegative(), target);
        }
    }

    /** Not equal, as less or greater where it can be nothing else: HotSpot moves such conditions out of loops. */
    private static Condition ordered(Condition condition, JitRange left, JitRange right) {
        if (condition != Condition.NOT_EQUAL) {
            return condition;
        }
        if (left.high() <= right.low()) {
            return Condition.SIGNED_LESS;
        }
        return left.low() >= right.high() ? Condition.SIGNED_GREATER : condition;
    }

    /** Whether both have an upper half of zero; then the lower ones, without sign, compare as the numbers do. */
    private boolean bothInts(Insn.JumpIf jump) {
        return JitKinds.isInt(jump.left(), m.ints) && JitKinds.isInt(jump.right(), m.ints);
    }

    /** @param unsigned whether the numbers are longs without sign, so that signed conditions are unsigned ones */
    private void ints(Condition given, Operand right, boolean unsigned, boolean sameSigned, Label target) {
        Condition condition = unsigned ? unsigned(given) : given;
        if (condition == Condition.BITS_SET) {
            m.pushInt(right);
            c.iand().ifne(target);
            return;
        }
        boolean isSigned = condition != unsigned(condition);
        if (isSigned || sameSigned || condition == Condition.EQUAL || condition == Condition.NOT_EQUAL) {
            if (right instanceof Immediate(int value) && value == 0) {
                compareZero(JitConditions.signed(condition), target);
            } else {
                m.pushInt(right);
                compareInts(JitConditions.signed(condition), target);
            }
            return;
        }
        m.pushInt(right);
        c.invokestatic(CD_Integer, "compareUnsigned", MethodTypeDesc.of(CD_int, CD_int, CD_int));
        compareZero(JitConditions.signed(condition), target);
    }

    private void longs(Condition condition, boolean sameSigned, Label target) {
        if (condition == Condition.BITS_SET) {
            c.land().lconst_0().lcmp().ifne(target);
            return;
        }
        boolean isSigned = condition != unsigned(condition);
        if (isSigned || sameSigned || condition == Condition.EQUAL || condition == Condition.NOT_EQUAL) {
            c.lcmp();
        } else {
            c.invokestatic(CD_Long, "compareUnsigned", MethodTypeDesc.of(CD_int, CD_long, CD_long));
        }
        compareZero(JitConditions.signed(condition), target);
    }

    private void compareInts(Condition signed, Label target) {
        switch (signed) {
            case EQUAL -> c.if_icmpeq(target);
            case NOT_EQUAL -> c.if_icmpne(target);
            case SIGNED_GREATER -> c.if_icmpgt(target);
            case SIGNED_GREATER_OR_EQUAL -> c.if_icmpge(target);
            case SIGNED_LESS -> c.if_icmplt(target);
            case SIGNED_LESS_OR_EQUAL -> c.if_icmple(target);
            case GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, BITS_SET -> throw notSigned(signed);
        }
    }

    private void compareZero(Condition signed, Label target) {
        switch (signed) {
            case EQUAL -> c.ifeq(target);
            case NOT_EQUAL -> c.ifne(target);
            case SIGNED_GREATER -> c.ifgt(target);
            case SIGNED_GREATER_OR_EQUAL -> c.ifge(target);
            case SIGNED_LESS -> c.iflt(target);
            case SIGNED_LESS_OR_EQUAL -> c.ifle(target);
            case GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, BITS_SET -> throw notSigned(signed);
        }
    }

    private static IllegalStateException notSigned(Condition condition) {
        return new IllegalStateException("no signed comparison: " + condition);
    }

    private static Condition unsigned(Condition condition) {
        return switch (condition) {
            case SIGNED_GREATER -> Condition.GREATER;
            case SIGNED_GREATER_OR_EQUAL -> Condition.GREATER_OR_EQUAL;
            case SIGNED_LESS -> Condition.LESS;
            case SIGNED_LESS_OR_EQUAL -> Condition.LESS_OR_EQUAL;
            case EQUAL, NOT_EQUAL, BITS_SET, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL -> condition;
        };
    }
}

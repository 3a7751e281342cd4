package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_Integer;
import static java.lang.constant.ConstantDescs.CD_Long;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.ByteOrder;
import java.util.Objects;

/** Emits what computes. */
final class JitArithmetic {
    private static final boolean LITTLE_ENDIAN_HOST = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final MethodTypeDesc LONGS = MethodTypeDesc.of(CD_long, CD_long, CD_long);
    private static final MethodTypeDesc INTS = MethodTypeDesc.of(CD_int, CD_int, CD_int);
    private static final ClassDesc CD_SHORT_CLASS = JitTypes.desc(Short.class);

    private final JitMethod m;
    private final CodeBuilder c;

    JitArithmetic(JitMethod method) {
        this.m = method;
        this.c = method.c;
    }

    void alu(Insn.Alu alu, JitState after, int intsAfter) {
        int dst = alu.dst().number();
        if (alu.op() == AluOp.MOV) {
            move(alu, intsAfter);
        } else if (alu.width() == Width.BITS_32) {
            alu32(alu.op(), dst, alu.source());
            m.storeInt(dst, intsAfter);
        } else if (JitKinds.isInt(intsAfter, dst) && isOfInts(alu, after)) {
            m.pushInt(dst);
            m.pushInt(alu.source());
            simple(alu.op(), true);
            m.storeInt(dst, intsAfter);
        } else {
            alu64(alu.op(), dst, alu.source());
            m.storeLong(dst, intsAfter);
        }
    }

    /** Whether the low half of a result can be computed of the operands' low halves: the upper one is zero. */
    private boolean isOfInts(Insn.Alu alu, JitState after) {
        return switch (alu.op()) {
            case ADD, SUB, MUL, AND, OR, XOR -> true;
            case LSH, RSH, ARSH ->
                JitKinds.isInt(m.ints, alu.dst().number())
                        && m.state.range(alu.dst().number()).isPositiveInt()
                        && alu.source() instanceof Immediate(int value)
                        && value >= 0
                        && value < Integer.SIZE
                        && after.range(alu.dst().number()).isPositiveInt();
            case DIV, SDIV, MOD, SMOD, MOV -> false;
        };
    }

    private void move(Insn.Alu alu, int intsAfter) {
        int dst = alu.dst().number();
        if (alu.width() == Width.BITS_32) {
            m.pushInt(alu.source());
            m.storeInt(dst, intsAfter);
        } else if (JitKinds.isInt(intsAfter, dst)) {
            m.pushInt(alu.source());
            c.istore(JitMethod.intVariable(dst));
        } else {
            m.pushLong(alu.source());
            c.lstore(JitMethod.longVariable(dst));
        }
    }

    private void alu64(AluOp op, int dst, Operand source) {
        m.pushLong(dst);
        switch (op) {
            case LSH, RSH, ARSH -> {
                m.pushInt(source); // Java masks the count as BPF does
                simple(op, false);
            }
            case DIV, MOD, SDIV, SMOD -> {
                m.pushLong(source);
                divide64(op, m.state.range(dst), JitRanges.operand(source, m.state));
            }
            case ADD, SUB, MUL, OR, AND, XOR, MOV -> {
                m.pushLong(source);
                simple(op, false);
            }
        }
    }

    private void divide64(AluOp op, JitRange dividend, JitRange divisor) {
        boolean plain = dividend.isNotNegative() && divisor.low() > 0; // then signs do not matter, nor does zero
        boolean quotient = op == AluOp.DIV || op == AluOp.SDIV;
        if (plain) {
            either(quotient, c::ldiv, c::lrem);
        } else {
            boolean unsigned = op == AluOp.DIV || op == AluOp.MOD;
            String name = (quotient ? "divide" : "modulo") + (unsigned ? "" : "Signed");
            c.invokestatic(JitTypes.ARITHMETIC, name, LONGS);
        }
    }

    private void alu32(AluOp op, int dst, Operand source) {
        switch (op) {
            case DIV, MOD -> unsigned32(op, dst, source);
            case SDIV, SMOD -> {
                m.pushInt(dst);
                m.pushInt(source);
                c.invokestatic(JitTypes.ARITHMETIC, op == AluOp.SDIV ? "divideSigned" : "moduloSigned", INTS);
            }
            case ADD, SUB, MUL, OR, AND, XOR, LSH, RSH, ARSH, MOV -> {
                m.pushInt(dst);
                m.pushInt(source);
                simple(op, true);
            }
        }
    }

    private void unsigned32(AluOp op, int dst, Operand source) {
        m.pushInt(dst);
        JitRange divisor = JitRanges.operand(source, m.state);
        if (m.state.range(dst).isPositiveInt() && divisor.isIn(1, JitRange.INT_MAX)) {
            m.pushInt(source);
            if (op == AluOp.DIV) {
                c.idiv();
            } else {
                c.irem();
            }
            return;
        }
        c.i2l().loadConstant(JitRange.UNSIGNED_INT_MAX).land();
        m.pushInt(source);
        c.i2l().loadConstant(JitRange.UNSIGNED_INT_MAX).land();
        c.invokestatic(JitTypes.ARITHMETIC, op == AluOp.DIV ? "divide" : "modulo", LONGS)
                .l2i();
    }

    /** What one instruction of the JVM does. */
    private void simple(AluOp op, boolean ints) {
        switch (op) {
            case ADD -> either(ints, c::iadd, c::ladd);
            case SUB -> either(ints, c::isub, c::lsub);
            case MUL -> either(ints, c::imul, c::lmul);
            case AND -> either(ints, c::iand, c::land);
            case OR -> either(ints, c::ior, c::lor);
            case XOR -> either(ints, c::ixor, c::lxor);
            case LSH -> either(ints, c::ishl, c::lshl);
            case RSH -> either(ints, c::iushr, c::lushr);
            case ARSH -> either(ints, c::ishr, c::lshr);
            case DIV, SDIV, MOD, SMOD, MOV -> throw new IllegalStateException("not simple: " + op);
        }
    }

    private static void either(boolean ints, Runnable one, Runnable other) {
        (ints ? one : other).run();
    }

    void extend(Insn.MoveSignExtend move, int intsAfter) {
        int dst = move.dst().number();
        m.pushInt(move.source().number());
        switch (move.from()) {
            case BYTE -> c.conversion(TypeKind.INT, TypeKind.BYTE);
            case HALF -> c.conversion(TypeKind.INT, TypeKind.SHORT);
            case WORD, DOUBLE -> {}
        }
        m.storeInt(dst, intsAfter); // as a long it keeps its sign
    }

    void negate(Insn.Negate negate, int intsAfter) {
        int dst = negate.dst().number();
        if (negate.width() == Width.BITS_32) {
            m.pushInt(dst);
            c.ineg();
            m.storeInt(dst, intsAfter);
        } else {
            m.pushLong(dst);
            c.lneg();
            m.storeLong(dst, intsAfter);
        }
    }

    void swap(Insn.ByteSwap swap, int intsAfter) {
        int dst = swap.dst().number();
        boolean reverses =
                swap.kind() == SwapKind.REVERSE || (swap.kind() == SwapKind.TO_BIG_ENDIAN) == LITTLE_ENDIAN_HOST;
        switch (swap.size()) {
            case HALF -> {
                m.pushInt(dst);
                if (reverses) {
                    c.conversion(TypeKind.INT, TypeKind.SHORT);
                    c.invokestatic(CD_SHORT_CLASS, "reverseBytes", MethodTypeDesc.of(CD_short, CD_short));
                }
                c.loadConstant(0xffff).iand();
                m.storeInt(dst, intsAfter);
            }
            case WORD -> {
                m.pushInt(dst);
                if (reverses) {
                    c.invokestatic(CD_Integer, "reverseBytes", MethodTypeDesc.of(CD_int, CD_int));
                }
                m.storeInt(dst, intsAfter);
            }
            case DOUBLE, BYTE -> {
                m.pushLong(dst);
                if (reverses) {
                    c.invokestatic(CD_Long, "reverseBytes", MethodTypeDesc.of(CD_long, CD_long));
                }
                m.storeLong(dst, intsAfter);
            }
        }
    }

    void wide(Insn.LoadWide load, int slot, int intsAfter) {
        long value = Objects.requireNonNull(m.program.image.wideValues().get(slot), "every wide load has a value");
        Register dst = load.dst();
        if (JitKinds.isInt(intsAfter, dst.number())) {
            c.loadConstant((int) value).istore(JitMethod.intVariable(dst.number()));
        } else {
            c.loadConstant(value).lstore(JitMethod.longVariable(dst.number()));
        }
    }
}

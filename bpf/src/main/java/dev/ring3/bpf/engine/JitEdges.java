package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;

/** Emits the ways between blocks: what is to be done on them stands behind the method. */
final class JitEdges {
    private final JitMethod m;
    private final CodeBuilder c;

    JitEdges(JitMethod method) {
        this.m = method;
        this.c = method.c;
    }

    /** Where the block that is being emitted goes to another: to what turns ints to longs before, if need be. */
    Label to(int start) {
        int from = m.current.start();
        if (!m.fuel.leavesLoop(from, start)) {
            return edgeWithin(start);
        }
        Label leaving = c.newLabel();
        Label target = edgeWithin(start);
        m.behind(() -> {
            c.labelBinding(leaving);
            m.fuel.payForLoop(from);
            c.goto_(target);
        });
        return leaving;
    }

    private Label edgeWithin(int start) {
        if (!m.fuel.has(start)) {
            return leave(start);
        }
        if (!m.fuel.isTested(m.current.start(), start)) {
            return converted(start, m.fuel.untested(m.current.start(), start));
        }
        Label round = c.newLabel();
        m.behind(() -> {
            c.labelBinding(round);
            m.fuel.goRound(start, converted(start, m.fuel.label(start)), converted(start, m.fuel.entry(start)));
        });
        return round;
    }

    private Label converted(int start, Label target) {
        int widen = m.ints & ~m.kinds.before(start);
        if (widen == 0) {
            return target;
        }
        Label conversion = c.newLabel();
        m.behind(() -> {
            c.labelBinding(conversion);
            widen(widen);
            c.goto_(target);
        });
        return conversion;
    }

    /** To another part of the function. */
    private Label leave(int start) {
        Label leaving = c.newLabel();
        m.behind(() -> {
            c.labelBinding(leaving);
            m.save();
            m.saveFuel();
            m.spills.leave(c, start);
            c.aload(JitMethod.EXECUTION).loadConstant(start);
            c.invokestatic(JitTypes.SUPPORT, "goOnAt", MethodTypeDesc.of(CD_void, JitTypes.EXECUTION, CD_int));
            c.lconst_0().lreturn();
        });
        return leaving;
    }

    /** Makes longs of registers that are ints. */
    void widen(int registers) {
        for (int register = 0; register < JitMethod.SAVED; register++) {
            if (JitKinds.isInt(registers, register)) {
                m.pushLong(register);
                c.lstore(JitMethod.longVariable(register));
            }
        }
    }
}

package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.LeafFunction;
import dev.ring3.bpf.MapFunction;
import dev.ring3.bpf.MapLookup;
import dev.ring3.bpf.insn.Register;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;

/** Emits calls, and what ends a function. */
final class JitCalls {
    private static final MethodTypeDesc CALL =
            MethodTypeDesc.of(CD_int, JitTypes.EXECUTION, JitTypes.HOST_FUNCTION, CD_int, CD_int);
    private static final MethodTypeDesc CALL_NUMBER =
            MethodTypeDesc.of(CD_int, JitTypes.EXECUTION, CD_long, CD_int, CD_int);
    private static final MethodTypeDesc CALL_LEAF = MethodTypeDesc.of(
            CD_long, JitTypes.EXECUTION, JitTypes.HOST_FUNCTION, CD_int, CD_long, CD_long, CD_long, CD_long, CD_long);
    private static final MethodTypeDesc WITH_REGISTERS =
            MethodTypeDesc.of(JitTypes.FAULT, JitTypes.EXECUTION, JitTypes.FAULT);
    private static final MethodTypeDesc INTERRUPTED = MethodTypeDesc.of(CD_long, JitTypes.EXECUTION, CD_int);
    private static final MethodTypeDesc PUSH = MethodTypeDesc.of(CD_boolean, JitTypes.EXECUTION, CD_int, CD_int);
    private static final MethodTypeDesc LOAD_PACKET = MethodTypeDesc.of(CD_boolean, JitTypes.EXECUTION, CD_int, CD_int);

    private final JitMethod m;
    private final CodeBuilder c;
    private final JitAccess access;

    JitCalls(JitMethod method, JitAccess access) {
        this.m = method;
        this.c = method.c;
        this.access = access;
    }

    void hostByType(int id, int slot) {
        host(m.program.image.hostFunctionNumbers().getOrDefault(id, -1), slot);
    }

    void host(int number, int slot) {
        HostFunction function = m.program.image.functions().byNumber(number);
        if (function instanceof LeafFunction leaf) {
            leaf(leaf, slot);
            return;
        }
        m.save();
        c.aload(JitMethod.EXECUTION);
        if (function == null) {
            c.loadConstant((long) number);
        } else {
            pushConstant(function);
        }
        c.loadConstant(slot + 1);
        pushFuel();
        c.invokestatic(
                JitTypes.SUPPORT, function == null ? "callNumber" : "call", function == null ? CALL_NUMBER : CALL);
        finishHostCall();
    }

    private void pushConstant(HostFunction function) {
        int constant = m.program.constant(function);
        c.getstatic(JitTypes.COMPILED, JitProgram.constantName(constant), JitTypes.HOST_FUNCTION);
    }

    private void leaf(LeafFunction function, int slot) {
        LeafFunction known = ofKnownMap(function);
        if (known instanceof MapLookup lookup) {
            find(lookup, slot);
        } else {
            call(known, slot);
        }
    }

    /** A search that is no call: where it would be, the interpreter makes it, and faults. */
    private void find(MapLookup lookup, int slot) {
        access.checkReadable(Register.R2, lookup.keyBytes(), slot);
        pushConstant(lookup);
        c.checkcast(JitTypes.MAP_LOOKUP);
        m.pushLong(Register.R2.number());
        c.invokeinterface(JitTypes.MAP_LOOKUP, "find", MethodTypeDesc.of(CD_long, CD_long));
        c.lstore(JitMethod.SCRATCH);
        c.lload(JitMethod.SCRATCH).loadConstant(MapLookup.FAULTS).lcmp();
        m.orStop(slot);
        c.lload(JitMethod.SCRATCH).lstore(JitMethod.longVariable(0));
        m.ints &= ~1;
    }

    /** Passes registers as arguments: nothing looks at them elsewhere while the function runs, unless it faults. */
    private void call(LeafFunction function, int slot) {
        m.saveFuel();
        c.aload(JitMethod.EXECUTION);
        pushConstant(function);
        c.loadConstant(slot + 1);
        for (int register = 1; register <= Register.R5.number(); register++) {
            m.pushLong(register);
        }
        Label begin = c.newBoundLabel();
        c.invokestatic(JitTypes.SUPPORT, "callLeaf", CALL_LEAF);
        Label end = c.newBoundLabel();
        Label faulted = c.newLabel();
        c.exceptionCatch(begin, end, faulted, JitTypes.FAULT);
        m.behind(() -> {
            c.labelBinding(faulted);
            m.save();
            c.aload(JitMethod.EXECUTION).swap();
            c.invokestatic(JitTypes.SUPPORT, "withRegisters", WITH_REGISTERS).athrow();
        });
        c.lstore(JitMethod.longVariable(0));
        m.ints &= ~1;
    }

    /** The function for the map that is its first argument, where that is always the same. */
    private LeafFunction ofKnownMap(LeafFunction function) {
        JitRange first = m.state.range(1);
        BpfMap map = first.isConstant() ? m.program.image.maps().map(first.low()) : null;
        return map != null && function instanceof MapFunction onMap ? onMap.of(map, !m.program.checked) : function;
    }

    void register(Register register, int slot) {
        m.save();
        c.aload(JitMethod.EXECUTION);
        m.pushLong(register.number());
        c.loadConstant(slot + 1);
        pushFuel();
        c.invokestatic(JitTypes.SUPPORT, "callNumber", CALL_NUMBER);
        finishHostCall();
    }

    private void pushFuel() {
        if (m.program.counted) {
            c.iload(JitMethod.FUEL);
        } else {
            c.iconst_0();
        }
    }

    /** With the fuel that is left on the stack. */
    private void finishHostCall() {
        if (m.program.counted) {
            c.istore(JitMethod.FUEL);
        } else {
            c.pop();
        }
        m.test("isInterrupted");
        Label interrupted = c.newLabel();
        c.ifne(interrupted);
        m.reload(0);
        m.ints &= ~1;
        m.behind(() -> {
            c.labelBinding(interrupted).aload(JitMethod.EXECUTION);
            pushFuel();
            c.invokestatic(JitTypes.SUPPORT, "interrupted", INTERRUPTED).lreturn();
        });
    }

    void local(int target, int slot) {
        m.save();
        c.aload(JitMethod.EXECUTION).loadConstant(slot + 1);
        pushFuel();
        String push = !m.program.checked ? "pushVerified" : m.program.usesFrame(target) ? "push" : "pushDirty";
        c.invokestatic(JitTypes.SUPPORT, push, PUSH);
        m.orStop(slot);
        c.aload(JitMethod.EXECUTION)
                .invokestatic(JitTypes.COMPILED, JitProgram.functionName(target), JitTypes.FUNCTION);
        if (m.program.mayEnd) {
            m.test("programEnded");
            Label goOn = c.newLabel();
            c.ifeq(goOn).lreturn().labelBinding(goOn);
        }
        if (m.program.checked) {
            c.pop2();
        } else {
            c.lstore(JitMethod.longVariable(0));
        }
        c.aload(JitMethod.EXECUTION)
                .invokestatic(JitTypes.SUPPORT, "pop", MethodTypeDesc.of(CD_void, JitTypes.EXECUTION));
        if (m.program.counted) {
            c.aload(JitMethod.EXECUTION)
                    .invokestatic(JitTypes.SUPPORT, "fuel", MethodTypeDesc.of(CD_int, JitTypes.EXECUTION))
                    .istore(JitMethod.FUEL);
        }
        for (int register = 0; register <= Register.R5.number() && m.program.checked; register++) {
            m.reload(register);
        }
        if (!m.program.checked) {
            for (int register = 1; register <= Register.R5.number(); register++) {
                c.lconst_0().lstore(JitMethod.longVariable(register)); // verified code does not read it
            }
        }
        m.ints &= -1 << Register.R6.number();
    }

    /** A load from the packet; outside of it the program ends. */
    void loadPacket(int index, int slot) {
        c.aload(JitMethod.EXECUTION).loadConstant(slot);
        if (index < 0) {
            c.iconst_0();
        } else {
            m.pushInt(index);
        }
        c.invokestatic(JitTypes.SUPPORT, "loadPacket", LOAD_PACKET);
        Label outside = c.newLabel();
        c.ifeq(outside);
        m.reload(0);
        m.behind(() -> {
            c.labelBinding(outside);
            m.saveFuel();
            c.lconst_0().lreturn();
        });
    }

    void exit() {
        if (m.program.checked) { // the caller may look at what r1 to r5 are
            Label noCaller = c.newLabel();
            if (m.isEntry()) { // it has one only if it took a function's place
                m.test("hasCaller");
                c.ifeq(noCaller);
            }
            m.save();
            c.labelBinding(noCaller);
        }
        m.saveFuel();
        m.pushLong(0);
        c.lreturn();
    }
}

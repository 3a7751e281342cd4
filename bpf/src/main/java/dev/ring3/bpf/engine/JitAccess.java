package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Emits what touches memory: always through the one constant segment, whose own check keeps even code that was wrongly
 * verified inside of it.
 */
final class JitAccess {
    private static final MethodTypeDesc LOAD = MethodTypeDesc.of(CD_long, CD_int, CD_long);
    private static final MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, CD_int, CD_long, CD_long);

    private final JitMethod m;
    private final CodeBuilder c;

    JitAccess(JitMethod method) {
        this.m = method;
        this.c = method.c;
    }

    void load(Insn.Load load, int slot, int intsAfter) {
        if (m.spills.load(m, load, intsAfter)) {
            return;
        }
        int bytes = load.size().bytes();
        int dst = load.dst().number();
        address(load.base(), load.offset());
        if (m.program.image.packetLoads().contains(slot)) {
            if (m.program.checked) {
                c.aload(JitMethod.EXECUTION).lload(JitMethod.SCRATCH);
                c.invokestatic(
                        JitTypes.SUPPORT, "packetAddress", MethodTypeDesc.of(CD_boolean, JitTypes.EXECUTION, CD_long));
                m.orStop(slot);
            }
        } else {
            check("readable", load.base(), load.offset(), bytes, slot);
        }
        if (!m.state.isOwnMemory(load.base().number())) {
            c.loadConstant(bytes).lload(JitMethod.SCRATCH).invokestatic(JitTypes.ORDERED, "loadShared", LOAD);
            if (load.signed()) {
                c.l2i();
                convert(bytes);
                c.i2l();
            }
            m.storeLong(dst, intsAfter);
            return;
        }
        segment(bytes);
        c.lload(JitMethod.SCRATCH);
        c.invokeinterface(
                JitTypes.SEGMENT, "get", MethodTypeDesc.of(JitTypes.carrier(bytes), JitTypes.layout(bytes), CD_long));
        if (bytes == Long.BYTES) {
            m.storeLong(dst, intsAfter);
            return;
        }
        if (!load.signed() && bytes < Integer.BYTES) {
            c.loadConstant((int) JitFunction.loadedMax(load.size())).iand();
        }
        m.storeInt(dst, intsAfter);
    }

    void store(Insn.Store store, int slot) {
        if (m.spills.store(m, store)) {
            return;
        }
        int bytes = store.size().bytes();
        address(store.base(), store.offset());
        check("writable", store.base(), store.offset(), bytes, slot);
        if (!m.state.isOwnMemory(store.base().number())) {
            c.loadConstant(bytes).lload(JitMethod.SCRATCH);
            m.pushLong(store.value());
            c.invokestatic(JitTypes.ORDERED, "storeShared", STORE);
            return;
        }
        segment(bytes);
        c.lload(JitMethod.SCRATCH);
        value(store.value(), bytes);
        c.invokeinterface(
                JitTypes.SEGMENT,
                "set",
                MethodTypeDesc.of(CD_void, JitTypes.layout(bytes), CD_long, JitTypes.carrier(bytes)));
    }

    private void value(Operand value, int bytes) {
        if (bytes == Long.BYTES) {
            m.pushLong(value);
        } else {
            m.pushInt(value);
            convert(bytes);
        }
    }

    /** Cuts an int on the stack to a byte or a short, with its sign. */
    private void convert(int bytes) {
        if (bytes == Byte.BYTES) {
            c.conversion(TypeKind.INT, TypeKind.BYTE);
        } else if (bytes == Short.BYTES) {
            c.conversion(TypeKind.INT, TypeKind.SHORT);
        }
    }

    void loadAcquire(Insn.LoadAcquire load, int slot, int intsAfter) {
        int bytes = load.size().bytes();
        address(load.base(), load.offset());
        check("readable", load.base(), load.offset(), bytes, slot);
        requireAligned(bytes, slot);
        c.loadConstant(bytes).lload(JitMethod.SCRATCH).invokestatic(JitTypes.ORDERED, "loadAcquire", LOAD);
        m.storeLong(load.dst().number(), intsAfter);
    }

    void storeRelease(Insn.StoreRelease store, int slot) {
        int bytes = store.size().bytes();
        address(store.base(), store.offset());
        check("writable", store.base(), store.offset(), bytes, slot);
        requireAligned(bytes, slot);
        c.loadConstant(bytes).lload(JitMethod.SCRATCH);
        m.pushLong(store.source());
        c.invokestatic(JitTypes.ORDERED, "storeRelease", STORE);
    }

    void atomic(Insn.Atomic atomic, int slot, int intsAfter) {
        boolean word = atomic.size() == Size.WORD;
        address(atomic.base(), atomic.offset());
        check("writable", atomic.base(), atomic.offset(), atomic.size().bytes(), slot);
        requireAligned(atomic.size().bytes(), slot);
        ClassDesc type = word ? CD_int : CD_long;
        c.lload(JitMethod.SCRATCH);
        boolean compares = atomic.op() == AtomicOp.COMPARE_EXCHANGE;
        if (compares) {
            operand(Register.R0, word);
        }
        operand(atomic.source(), word);
        MethodTypeDesc descriptor =
                compares ? MethodTypeDesc.of(type, CD_long, type, type) : MethodTypeDesc.of(type, CD_long, type);
        c.invokestatic(JitTypes.ORDERED, name(atomic.op()), descriptor);
        int result = compares ? 0 : atomic.source().number();
        if (!atomic.op().fetches()) {
            drop(word);
        } else if (word) {
            m.storeInt(result, intsAfter);
        } else {
            m.storeLong(result, intsAfter);
        }
    }

    private void operand(Register register, boolean word) {
        if (word) {
            m.pushInt(register.number());
        } else {
            m.pushLong(register.number());
        }
    }

    private void drop(boolean word) {
        if (word) {
            c.pop();
        } else {
            c.pop2();
        }
    }

    private static String name(AtomicOp op) {
        return switch (op) {
            case ADD, FETCH_ADD -> "add";
            case OR, FETCH_OR -> "or";
            case AND, FETCH_AND -> "and";
            case XOR, FETCH_XOR -> "xor";
            case EXCHANGE -> "exchange";
            case COMPARE_EXCHANGE -> "compareExchange";
        };
    }

    private void address(Register base, int offset) {
        m.pushLong(base.number());
        if (offset != 0) {
            c.loadConstant((long) offset).ladd();
        }
        c.lstore(JitMethod.SCRATCH);
    }

    /** Tests in checked code whether what a register points to may be read. */
    void checkReadable(Register base, int bytes, int slot) {
        if (m.program.checked) {
            address(base, 0);
            check("readable", base, 0, bytes, slot);
        }
    }

    /**
     * Tests an access of checked code. What is own memory and not at a constant place in the frame is most likely what the
     * program was called with; that test is of variables alone, which leave loops. Where the program has made sure that
     * there are so many bytes, it compares with their number, a constant: HotSpot then sees from what the program compares
     * that it holds, often from the second turn of a loop on.
     */
    private void check(String method, Register base, int offset, int bytes, int slot) {
        if (!m.program.checked || m.state.isInside(base.number(), offset, bytes)) {
            return;
        }
        if (!m.state.isOwnMemory(base.number())) {
            checkAll(method, bytes);
            m.orStop(slot);
            return;
        }
        Label elsewhere = c.newLabel();
        Label allowed = c.newLabel();
        c.lload(JitMethod.SCRATCH).lload(JitMethod.ENTRY_START);
        if (m.state.entryBytesMin >= bytes) {
            c.lsub().loadConstant(m.state.entryBytesMin - bytes + 1);
            c.invokestatic(JitTypes.SUPPORT, "isBelow", JitTypes.IS_BELOW).ifeq(elsewhere);
        } else {
            c.lload(JitMethod.ENTRY_BYTES).loadConstant(bytes);
            c.invokestatic(JitTypes.SUPPORT, "isIn", JitTypes.IS_IN).ifeq(elsewhere);
        }
        c.labelBinding(allowed);
        m.behind(() -> {
            c.labelBinding(elsewhere);
            checkAll(method, bytes);
            m.orStop(slot);
            c.goto_(allowed);
        });
    }

    private void checkAll(String method, int bytes) {
        c.aload(JitMethod.EXECUTION).lload(JitMethod.SCRATCH).loadConstant(bytes);
        c.invokestatic(JitTypes.SUPPORT, method, JitTypes.CHECK);
    }

    private void requireAligned(int bytes, int slot) {
        if (bytes > 1) {
            c.lload(JitMethod.SCRATCH)
                    .loadConstant(bytes)
                    .invokestatic(JitTypes.SUPPORT, "isAligned", JitTypes.ALIGNED);
            m.orStop(slot);
        }
    }

    private void segment(int bytes) {
        c.getstatic(JitTypes.MEMORY, "SEGMENT", JitTypes.SEGMENT);
        c.getstatic(JitTypes.LAYOUT, JitTypes.layoutName(bytes), JitTypes.layout(bytes));
    }
}

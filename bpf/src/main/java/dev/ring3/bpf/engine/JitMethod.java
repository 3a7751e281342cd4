package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Emits a function as one method, {@code static long f(Execution)}, or a part of it, see {@link JitParts}. Variables:
 *
 * <pre>
 * 0        the execution
 * 1        the register file, where registers are while another method runs
 * 2        fuel, see {@link Execution}
 * 3        the slot of the instruction that cannot go on
 * 4        an address or a value in the middle of an instruction
 * 6 + 2r   register r as a long
 * 28 + r   register r as an int
 * 40, 42   checked: where the memory that the program was called with begins, and its length
 * 44       turns of the innermost loop, see {@link JitFuel}
 * 45, 46   a limit and a total, see {@link JitSums}
 * 48       checked: turns of eight bytes, see {@link JitSums}
 * 49       checked: what 44 was where the loop was entered
 * 48 on    verified: pieces of the frame, see {@link JitSpills}
 * </pre>
 *
 * What is rare stands behind the rest of the method, once for each set of registers that are ints there.
 */
final class JitMethod {
    static final int EXECUTION = 0;
    static final int REGISTERS = 1;
    static final int FUEL = 2;
    static final int STOPPED_AT = 3;
    static final int SCRATCH = 4;
    private static final int LONGS = 6;
    private static final int INTS = 28;
    static final int ENTRY_START = 40;
    static final int ENTRY_BYTES = 42;
    static final int TURNS = 44;
    static final int LIMIT = 45;
    static final int TOTAL = 46;
    static final int GROUPS = 48;
    static final int TURNS_BEFORE = 49;
    static final int SAVED = Register.R10.number();
    static final int FRAME_POINTER = LONGS + 2 * SAVED;

    final JitProgram program;
    final JitFunction function;
    final CodeBuilder c;
    final JitRanges ranges;
    final JitKinds kinds;

    /** What is known before the instruction that is being emitted, and which registers are ints. */
    JitState state = new JitState(0);

    int ints;

    JitFunction.Block current = new JitFunction.Block(0, 0, 0); // that is being emitted

    private final List<JitFunction.Block> blocks;
    private final boolean whole;
    final JitFuel fuel;
    final JitSpills spills;
    final JitEdges edges;
    private final Map<Integer, Label> stops = new HashMap<>(); // by the registers that are ints
    private final List<Runnable> behind = new ArrayList<>();

    /** All of a function. */
    JitMethod(JitProgram program, JitFacts facts, CodeBuilder c) {
        this(program, facts, facts.function().blocks, c);
    }

    /** Some of its blocks. */
    JitMethod(JitProgram program, JitFacts facts, List<JitFunction.Block> blocks, CodeBuilder c) {
        this.program = program;
        this.function = facts.function();
        this.blocks = blocks;
        this.whole = blocks.size() == function.blocks.size();
        this.c = c;
        this.ranges = facts.ranges();
        this.kinds = facts.kinds();
        this.fuel = new JitFuel(this, facts.loops(), blocks);
        this.edges = new JitEdges(this);
        this.spills = new JitSpills(facts.pieces(), function, blocks);
    }

    boolean isWhole() {
        return whole;
    }

    void emit() {
        if (!whole) {
            c.iload(REGISTERS).istore(STOPPED_AT); // the argument: where to begin
        }
        prologue();
        if (!whole) {
            enterPart();
        } else if (blocks.getFirst().start() != function.entry) {
            c.goto_(fuel.entry(function.entry));
        }
        JitInsns insns = new JitInsns(this);
        for (int i = 0; i < blocks.size(); i++) {
            JitFunction.Block block = blocks.get(i);
            state = ranges.before(block);
            ints = kinds.before(block.start());
            current = block;
            fuel.begin(block);
            if (block.insns() == 0) { // behind the code
                c.loadConstant(block.start()).istore(STOPPED_AT).goto_(stop());
                continue;
            }
            boolean continues = emit(block, insns);
            boolean isNext = i + 1 < blocks.size() && blocks.get(i + 1).start() == block.end();
            boolean isPlain =
                    !fuel.isTested(block.start(), block.end()) && !fuel.leavesLoop(block.start(), block.end());
            if (continues && !(isNext && isPlain)) {
                c.goto_(edges.to(block.end()));
            }
        }
        for (int i = 0; i < behind.size(); i++) { // may add to itself
            behind.get(i).run();
        }
    }

    private boolean emit(JitFunction.Block block, JitInsns insns) {
        Insn last = null;
        for (int slot = block.start(); slot < block.end(); slot += last.slots()) {
            last = function.code.at(slot);
            JitState after = state.copy();
            ranges.apply(last, slot, after);
            int intsAfter = JitKinds.after(last, ints, after);
            insns.emit(last, slot, after, intsAfter);
            if (!JitFunction.isCall(last) && JitFunction.target(last, slot) < 0) {
                state = after;
                ints = intsAfter;
            }
        }
        boolean continues = JitFunction.continues(Objects.requireNonNull(last));
        if (continues && fuel.has(block.end()) && !fuel.isTested(block.start(), block.end())) {
            edges.widen(ints & ~kinds.before(block.end()));
            ints &= kinds.before(block.end());
        }
        return continues;
    }

    /** Goes to the block that the argument says, one that another part leads to, with the registers in the kinds that they have there. */
    private void enterPart() {
        List<SwitchCase> cases = new ArrayList<>();
        for (JitFunction.Block block : JitParts.entries(function, blocks)) {
            Label entry = c.newLabel();
            cases.add(SwitchCase.of(block.start(), entry));
            behind.add(() -> {
                c.labelBinding(entry);
                for (int register = 0; register < SAVED; register++) {
                    if (JitKinds.isInt(kinds.before(block.start()), register)) {
                        c.lload(longVariable(register)).l2i().istore(intVariable(register));
                    }
                }
                spills.enter(c, block.start());
                c.goto_(fuel.entry(block.start()));
            });
        }
        c.iload(STOPPED_AT).lookupswitch(cases.getFirst().target(), cases);
    }

    private void prologue() {
        c.aload(EXECUTION)
                .invokestatic(JitTypes.SUPPORT, "registers", MethodTypeDesc.of(JitTypes.REGISTERS, JitTypes.EXECUTION))
                .astore(REGISTERS);
        if (program.counted) {
            c.aload(EXECUTION)
                    .invokestatic(JitTypes.SUPPORT, "fuel", MethodTypeDesc.of(CD_int, JitTypes.EXECUTION))
                    .istore(FUEL);
        }
        c.iconst_0().istore(TURNS);
        if (program.checked) {
            c.iconst_0().istore(TURNS_BEFORE);
        }
        spills.begin(c);
        if (program.checked) {
            pushOfExecution("r1");
            c.lstore(ENTRY_START);
            pushOfExecution("entryBytes");
            c.lstore(ENTRY_BYTES);
        }
        for (int register = 0; register < Register.COUNT; register++) {
            if (register == SAVED) {
                pushOfExecution("framePointer");
                c.lstore(longVariable(register));
            } else if (program.checked && whole && isEntry() && register == 1) {
                c.lload(ENTRY_START).lstore(longVariable(register)); // so that HotSpot sees that they are the same
            } else if (program.checked || !whole || (isArgument(register) && !isEntry())) {
                reload(register);
            } else if (isEntry() && (register == 1 || register == 2)) {
                pushOfExecution("r" + register);
                c.lstore(longVariable(register));
            } else { // verified code does not read it
                c.lconst_0().lstore(longVariable(register));
            }
        }
    }

    private void pushOfExecution(String method) {
        c.aload(EXECUTION).invokestatic(JitTypes.SUPPORT, method, MethodTypeDesc.of(CD_long, JitTypes.EXECUTION));
    }

    private static boolean isArgument(int register) {
        return register >= 1 && register <= Register.R5.number();
    }

    /** Whether this is the program itself, and nothing but that. */
    boolean isEntry() {
        return JitFacts.isEntry(program, function);
    }

    /** Loads a register from the register file. */
    void reload(int register) {
        c.aload(REGISTERS).loadConstant(register).laload().lstore(longVariable(register));
    }

    /** Behind a test of a boolean on the stack: where it is false, the interpreter takes over at a slot. */
    void orStop(int slot) {
        Label stopped = c.newLabel();
        c.ifeq(stopped);
        Label stop = stop();
        behind.add(() ->
                c.labelBinding(stopped).loadConstant(slot).istore(STOPPED_AT).goto_(stop));
    }

    /** Emits something behind the method, with the state as it is now. */
    void behind(Runnable emission) {
        JitState stateNow = state;
        int intsNow = ints;
        behind.add(() -> {
            state = stateNow;
            ints = intsNow;
            emission.run();
        });
    }

    /** Where the interpreter takes over at the slot that {@code STOPPED_AT} holds. */
    Label stop() {
        int intsHere = ints;
        return stops.computeIfAbsent(intsHere, _ -> {
            Label label = c.newLabel();
            behind.add(() -> {
                c.labelBinding(label);
                ints = intsHere;
                state = new JitState(0);
                spills.putBack(c);
                c.aload(EXECUTION).iload(STOPPED_AT);
                if (program.counted) {
                    c.iload(FUEL);
                } else {
                    c.iconst_1();
                }
                for (int register = 0; register < SAVED; register++) {
                    pushLong(register);
                }
                c.invokestatic(JitTypes.SUPPORT, "interpret", JitTypes.INTERPRET)
                        .lreturn();
            });
            return label;
        });
    }

    // Registers.

    static int longVariable(int register) {
        return LONGS + 2 * register;
    }

    static int intVariable(int register) {
        return INTS + register;
    }

    void pushLong(int register) {
        if (JitKinds.isInt(ints, register)) {
            c.iload(intVariable(register)).i2l();
            if (!state.range(register).isPositiveInt()) {
                c.loadConstant(JitRange.UNSIGNED_INT_MAX).land();
            }
        } else {
            c.lload(longVariable(register));
        }
    }

    void pushInt(int register) {
        if (JitKinds.isInt(ints, register)) {
            c.iload(intVariable(register));
        } else {
            c.lload(longVariable(register)).l2i();
        }
    }

    void pushLong(Operand operand) {
        switch (operand) {
            case Register register -> pushLong(register.number());
            case Immediate(int value) -> c.loadConstant((long) value);
        }
    }

    void pushInt(Operand operand) {
        switch (operand) {
            case Register register -> pushInt(register.number());
            case Immediate(int value) -> c.loadConstant(value);
        }
    }

    /** Stores a long that is on the stack, in the kind that the register has afterwards. */
    void storeLong(int register, int intsAfter) {
        if (JitKinds.isInt(intsAfter, register)) {
            c.l2i().istore(intVariable(register));
        } else {
            c.lstore(longVariable(register));
        }
    }

    /** Stores an int without sign that is on the stack; it may be negative only if the register is an int afterwards. */
    void storeInt(int register, int intsAfter) {
        if (JitKinds.isInt(intsAfter, register)) {
            c.istore(intVariable(register));
        } else {
            c.i2l().lstore(longVariable(register));
        }
    }

    /** Puts r0 to r9 into the register file. */
    void save() {
        c.aload(REGISTERS);
        for (int register = 0; register < SAVED; register++) {
            pushLong(register);
        }
        c.invokestatic(JitTypes.SUPPORT, "save", JitTypes.SAVE);
    }

    /** Notes the fuel that is left before another method runs. */
    void saveFuel() {
        if (program.counted) {
            c.aload(EXECUTION).iload(FUEL);
            c.invokestatic(JitTypes.SUPPORT, "fuel", MethodTypeDesc.of(CD_void, JitTypes.EXECUTION, CD_int));
        }
    }

    void test(String name) {
        c.aload(EXECUTION).invokestatic(JitTypes.SUPPORT, name, MethodTypeDesc.of(CD_boolean, JitTypes.EXECUTION));
    }
}

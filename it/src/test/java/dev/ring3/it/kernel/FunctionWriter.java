package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import dev.ring3.it.kernel.CodeBuilder.Label;
import dev.ring3.it.kernel.Subprogram.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Writes one function out of structured pieces: straight code, branches, loops that go round a few times, calls. After
 * every branch and loop each register holds a number that held one before it, so that whatever path was taken, what is
 * read was written.
 */
final class FunctionWriter {
    private static final int NESTING_MAX = 3;
    private static final int FUNCTIONS_MAX = 5;
    private static final int ARGUMENTS_MAX = 5;

    private final Choices choices;
    private final CodeBuilder code;
    private final Flavor flavor;
    private final List<Subprogram> functions;
    private final FunctionState state;
    private final ArithmeticWriter arithmetic;
    private final AccessWriter accesses;
    private final boolean main;
    private int loops; // that surround the place being written

    /**
     * A writer for the next function.
     *
     * @param functions those that are called so far; calls to new ones are added
     */
    FunctionWriter(Choices choices, CodeBuilder code, Flavor flavor, List<Subprogram> functions, boolean main) {
        this.choices = choices;
        this.code = code;
        this.flavor = flavor;
        this.functions = functions;
        this.main = main;
        this.state = new FunctionState(main ? TestProgram.STACK_BYTES : Subprogram.STACK_BYTES);
        this.arithmetic = new ArithmeticWriter(choices, code, state);
        this.accesses = new AccessWriter(choices, code, state, flavor, arithmetic);
    }

    /** The function that the program begins with. */
    void writeMain() {
        if (flavor.hasPacketLoads()) {
            state.reserve(Register.R6);
        }
        move(Register.R9, Register.R1);
        state.keepMemory(Register.R9);
        state.wrote(Register.R2);
        for (Register register : state.writable()) {
            if (!state.isScalar(register)) {
                arithmetic.overwriteAddress(register); // the kernel's prologue leaves some
            }
        }
        accesses.initialiseStack();
        pieces(choices.between(5, 40), 0, -1);
        dumpRegisters();
        dumpStack();
        code.add(new Insn.Exit());
    }

    /** A function that others call. */
    void write(Subprogram function) {
        code.place(function.entry());
        for (int i = 0; i < function.parameters().size(); i++) {
            Register argument = Register.of(i + 1);
            switch (function.parameters().get(i)) {
                case SCALAR -> state.wrote(argument);
                case MEMORY -> {
                    move(Register.R9, argument);
                    state.keepMemory(Register.R9);
                    arithmetic.overwriteAddress(argument);
                }
                case CALLER_STACK -> {
                    move(Register.R8, argument);
                    state.keepCallerStack(Register.R8);
                    arithmetic.overwriteAddress(argument);
                }
            }
        }
        arithmetic.initialise(choices.pick(state.writable()));
        accesses.initialiseStack();
        pieces(choices.between(2, 12), 1, function.index());
        arithmetic.requireScalar(Register.R0);
        code.add(new Insn.Exit());
    }

    /** So many pieces in a row; {@code index} is this function's place in the order in which functions call others. */
    private void pieces(int count, int nesting, int index) {
        for (int i = 0; i < count; i++) {
            int kind = choices.below(100);
            if (kind < 50) {
                arithmetic.write();
            } else if (kind < 75) {
                accesses.write();
            } else if (kind < 88) {
                if (nesting < NESTING_MAX) {
                    branch(nesting, index);
                }
            } else if (kind < 92) {
                if (nesting < NESTING_MAX && loops < (main ? 2 : 1)) {
                    loop(nesting, index);
                }
            } else if (kind < 96) {
                call(index);
            } else {
                code.add(choices.chance(50) ? new Insn.Jump(0) : new Insn.JumpLong(0));
            }
            if (main && flavor.hasPacketLoads() && choices.chance(5)) {
                packetLoad();
            }
        }
    }

    private void branch(int nesting, int index) {
        Label otherwise = new Label();
        Insn condition = condition();
        code.add(condition, otherwise);
        Set<Register> before = state.scalars();
        int kind = choices.below(100);
        if (kind < 10) {
            exitEarly();
            code.place(otherwise);
        } else {
            arm(nesting, index, before);
            if (kind < 50) {
                Label end = new Label();
                code.add(choices.chance(50) ? new Insn.Jump(0) : new Insn.JumpLong(0), end);
                code.place(otherwise);
                state.keepOnly(before);
                arm(nesting, index, before);
                code.place(end);
            } else {
                code.place(otherwise);
            }
        }
        restore(before);
    }

    private void arm(int nesting, int index, Set<Register> before) {
        pieces(choices.between(1, 5), nesting + 1, index);
        for (Register register : before) {
            arithmetic.requireScalar(register);
        }
    }

    /** The state after a join: what was known before it. Nothing has to be written, the arms saw to it. */
    private void restore(Set<Register> before) {
        state.keepOnly(before);
        for (Register register : before) {
            state.wrote(register);
        }
    }

    private Insn condition() {
        Width width = choices.pick(Width.values());
        Register left = arithmetic.scalar();
        Operand right;
        if (choices.chance(25)) {
            // Small numbers on both sides, so that each answer is likely, "equal" too.
            alu(width, AluOp.AND, left, 3);
            right = new Immediate(choices.below(4));
        } else {
            right = choices.chance(60) ? arithmetic.scalar() : choices.immediate();
        }
        return new Insn.JumpIf(width, choices.pick(Condition.values()), left, right, 0);
    }

    private void loop(int nesting, int index) {
        Set<Register> free = state.writableSaved();
        if (free.isEmpty()) {
            return;
        }
        Register start = arithmetic.scalar();
        Register counter = choices.pick(free);
        int trips = choices.between(1, main ? 5 : 3);
        Width width = choices.pick(Width.values());
        state.reserve(counter);
        Set<Register> before = state.scalars();
        loops++;
        Label top = new Label();
        if (choices.chance(50)) {
            alu(width, AluOp.MOV, counter, trips);
            code.place(top);
            arm(nesting, index, before);
            alu(width, AluOp.ADD, counter, -1);
            code.add(new Insn.JumpIf(width, Condition.NOT_EQUAL, counter, new Immediate(0), 0), top);
        } else {
            Label end = new Label();
            if (choices.chance(50)) {
                alu(width, AluOp.MOV, counter, 0);
            } else {
                // From 0 to 3: how often it goes round is decided by what the program was given.
                code.add(new Insn.Alu(width, AluOp.MOV, counter, start));
                alu(width, AluOp.AND, counter, 3);
            }
            code.place(top);
            code.add(new Insn.JumpIf(width, Condition.GREATER_OR_EQUAL, counter, new Immediate(trips), 0), end);
            arm(nesting, index, before);
            alu(width, AluOp.ADD, counter, 1);
            code.add(choices.chance(50) ? new Insn.Jump(0) : new Insn.JumpLong(0), top);
            code.place(end);
        }
        loops--;
        restore(before);
        state.release(counter);
    }

    /** Calls a function that comes later in the order, so that there is no recursion. */
    private void call(int index) {
        List<Subprogram> callees = new ArrayList<>(functions.subList(index + 1, functions.size()));
        callees.removeIf(callee -> callee.parameters().contains(Parameter.MEMORY) && state.memory() == null);
        Subprogram callee;
        if (!callees.isEmpty() && (functions.size() == FUNCTIONS_MAX || choices.chance(40))) {
            callee = choices.pick(callees);
        } else if (functions.size() < FUNCTIONS_MAX) {
            callee = new Subprogram(functions.size(), newParameters(), new Label());
            functions.add(callee);
        } else {
            return;
        }
        arithmetic.requireScalar(Register.R0); // so that an argument has something to come from
        for (int i = 0; i < callee.parameters().size(); i++) {
            argument(Register.of(i + 1), callee.parameters().get(i));
        }
        code.add(new Insn.CallLocal(0), callee.entry());
        state.called();
        for (int i = 0; i < callee.parameters().size(); i++) {
            if (callee.parameters().get(i) != Parameter.SCALAR) {
                arithmetic.overwriteAddress(Register.of(i + 1)); // for shrunk programs without the call
            }
        }
    }

    private List<Parameter> newParameters() {
        List<Parameter> parameters = new ArrayList<>();
        for (int i = choices.below(ARGUMENTS_MAX + 1); i > 0; i--) {
            Parameter parameter = choices.pick(Parameter.values());
            boolean possible = parameter != Parameter.MEMORY || state.memory() != null;
            parameters.add(possible && !parameters.contains(parameter) ? parameter : Parameter.SCALAR);
        }
        return parameters;
    }

    private void argument(Register register, Parameter parameter) {
        Register memory = state.memory();
        switch (parameter) {
            case SCALAR -> {
                if (choices.chance(50)) {
                    arithmetic.initialise(register);
                } else {
                    Register source = arithmetic.scalar();
                    move(register, source);
                    state.wrote(register);
                }
            }
            case MEMORY -> {
                if (memory == null) {
                    throw new IllegalStateException("a function without memory calls one that wants it");
                }
                move(register, memory);
                state.lost(register);
            }
            case CALLER_STACK -> {
                int start = choices.between(0, (state.stackBytes() - Subprogram.LENT_BYTES) / Long.BYTES) * Long.BYTES;
                move(register, Register.R10);
                alu(Width.BITS_64, AluOp.ADD, register, start - state.stackBytes());
                state.lost(register);
            }
        }
    }

    /** A load from the packet, mostly within it; outside the program ends with 0. */
    private void packetLoad() {
        Size size = choices.pick(List.of(Size.BYTE, Size.HALF, Size.WORD));
        int offset = choices.chance(97)
                ? choices.between(0, TestProgram.MEMORY_BYTES - Byte.MAX_VALUE - size.bytes())
                : choices.below(Integer.MAX_VALUE);
        if (choices.chance(50)) {
            code.add(new Insn.LoadPacketAbsolute(size, offset));
        } else {
            // The sum stays below 2^31: past it the kernel knows negative offsets, which the RFC does not have.
            Register index = arithmetic.scalar();
            alu(choices.pick(Width.values()), AluOp.AND, index, Byte.MAX_VALUE);
            code.add(new Insn.LoadPacketIndirect(size, index, Math.min(offset, Integer.MAX_VALUE - Byte.MAX_VALUE)));
        }
        state.called();
    }

    private void exitEarly() {
        arithmetic.requireScalar(Register.R0);
        if (main) {
            code.add(new Insn.Store(Size.DOUBLE, Register.R9, TestProgram.REGISTERS_AT, Register.R0));
        }
        code.add(new Insn.Exit());
    }

    private void dumpRegisters() {
        for (int i = 0; i < TestProgram.REGISTERS; i++) {
            Register register = Register.of(i);
            if (state.writable().contains(register)) {
                arithmetic.requireScalar(register);
                code.add(new Insn.Store(Size.DOUBLE, Register.R9, TestProgram.REGISTERS_AT + i * Long.BYTES, register));
            }
        }
    }

    private void dumpStack() {
        for (int i = 0; i < TestProgram.STACK_BYTES; i += Long.BYTES) {
            code.add(new Insn.Load(Size.DOUBLE, false, Register.R1, Register.R10, i - TestProgram.STACK_BYTES));
            code.add(new Insn.Store(Size.DOUBLE, Register.R9, TestProgram.STACK_AT + i, Register.R1));
        }
    }

    private void alu(Width width, AluOp op, Register dst, int value) {
        code.add(new Insn.Alu(width, op, dst, new Immediate(value)));
    }

    private void move(Register dst, Register source) {
        code.add(new Insn.Alu(Width.BITS_64, AluOp.MOV, dst, source));
    }
}

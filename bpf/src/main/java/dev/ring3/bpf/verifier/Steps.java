package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.MapShape;
import java.util.function.Consumer;

/** One rule for each instruction: it refuses the state, or changes it and says where the path goes on. */
final class Steps {
    /** Instead of a slot: the path ends. */
    static final int END = -1;

    private final Analysis analysis;
    private final ArithmeticSteps arithmetic;
    private final BranchSteps branches;
    private final MemorySteps memory;
    private final CallSteps calls;
    private final Consumer<State> branch;

    Steps(Analysis analysis, Consumer<State> branch) {
        this.analysis = analysis;
        this.branch = branch;
        this.arithmetic = new ArithmeticSteps(analysis);
        this.branches = new BranchSteps(analysis, branch);
        this.memory = new MemorySteps(analysis);
        this.calls = new CallSteps(analysis, memory, branch);
    }

    /** The slot where the path goes on, or {@link #END}. Other ways that it may go are given to the explorer. */
    int step(State state, Insn insn) {
        int slot = state.slot;
        if (!analysis.subject.unavailable().isEmpty()
                && analysis.subject.unavailable().containsKey(slot)) {
            throw new Refusal(
                    Rule.UNAVAILABLE,
                    String.valueOf(analysis.subject.unavailable().get(slot)),
                    "ask with bpf_core_field_exists or its like before, so that no path leads here on such a host");
        }
        int next = slot + insn.slots();
        switch (insn) {
            case Insn.Alu alu -> arithmetic.alu(state, alu);
            case Insn.MoveSignExtend move -> arithmetic.signExtend(state, move);
            case Insn.Negate negate -> arithmetic.negate(state, negate);
            case Insn.ByteSwap swap -> arithmetic.swap(state, swap);
            case Insn.LoadWide load -> loadWide(state, load);
            case Insn.Load load -> memory.load(state, load);
            case Insn.LoadAcquire load -> memory.loadAcquire(state, load);
            case Insn.Store store -> memory.store(state, store);
            case Insn.StoreRelease store -> memory.storeRelease(state, store);
            case Insn.Atomic atomic -> memory.atomic(state, atomic);
            case Insn.LoadPacketAbsolute load -> loadPacket(state, Range.ofBytes(load.size()));
            case Insn.LoadPacketIndirect load -> {
                number(state, load.index());
                loadPacket(state, Range.ofBytes(load.size()));
            }
            case Insn.Jump(int offset) -> next = jump(state, next + offset);
            case Insn.JumpLong(int offset) -> next = jump(state, next + offset);
            case Insn.JumpIf jump -> next = branches.jumpIf(state, jump);
            case Insn.MayGoto(int offset) -> next = mayGoto(state, next, next + offset);
            case Insn.CallLocal(int offset) -> next = calls.local(state, next + offset);
            case Insn.CallHelper(int id) -> next = calls.helper(state, id);
            case Insn.CallHost(int id) -> next = calls.hostFunction(state, id);
            case Insn.CallRegister(Register target) -> next = calls.throughRegister(state, target);
            case Insn.Exit _ -> next = calls.exit(state);
        }
        return next;
    }

    private static int jump(State state, int target) {
        state.branches++;
        return target;
    }

    /** Goes on at most so often as the runtime allows; whether it does is not the program's to know. */
    private int mayGoto(State state, int next, int target) {
        state.branches++;
        State exhausted = state.copy();
        exhausted.step(state.slot, true);
        exhausted.slot = target;
        branch.accept(exhausted);
        state.step(state.slot, false);
        state.frame().mayGotoDepth++;
        return next;
    }

    private void loadWide(State state, Insn.LoadWide load) {
        WideSource source = load.source();
        switch (source) {
            case IMMEDIATE -> state.set(load.dst(), Scalar.constant(load.value()));
            case CODE -> state.set(load.dst(), Pointer.to(new Target.Function(state.slot + 1 + load.low())));
            case MAP_BY_FD, MAP_BY_INDEX -> state.set(load.dst(), Pointer.to(new Target.Map(map(load))));
            case MAP_VALUE_BY_FD, MAP_VALUE_BY_INDEX, VARIABLE -> {
                int offset = source == WideSource.VARIABLE ? 0 : load.high();
                MapShape map = map(load);
                if (offset < 0 || offset >= map.valueBytes()) {
                    throw new Refusal(
                            Rule.OUT_OF_BOUNDS,
                            "offset %d outside the value of map %s, which has %d bytes"
                                    .formatted(offset, map.name(), map.valueBytes()),
                            "");
                }
                state.set(load.dst(), Pointer.to(new Target.MapValue(map, 0), offset));
            }
        }
    }

    private MapShape map(Insn.LoadWide load) {
        MapShape map = analysis.subject.map(load.source(), load.low());
        if (map == null) {
            throw new Refusal(
                    Rule.UNAVAILABLE,
                    "%s %d is not bound to any map".formatted(load.source(), load.low()),
                    "load the program through its object file, which binds its maps");
        }
        return map;
    }

    /** A load by the packet instructions; outside the packet the program ends. */
    private void loadPacket(State state, Range range) {
        if (!analysis.has(ProgramType.Trait.PACKET_INSTRUCTIONS)) {
            throw new Refusal(
                    Rule.UNSUPPORTED,
                    "packet instructions in a program of type %s"
                            .formatted(analysis.subject.type().name()),
                    "read the packet through data and data_end, or with a helper");
        }
        calls.requireNothingHeld(state, "a packet instruction, which may end the program");
        if (state.depth() > 0 && analysis.subject.type().entry() instanceof Entry.Context) {
            throw new Refusal(
                    Rule.UNSUPPORTED,
                    "a packet instruction in a function that the program calls",
                    "inline the function");
        }
        if (analysis.subject.type().entry() instanceof Entry.Context) {
            if (!(state.get(Register.R6) instanceof Pointer pointer
                    && pointer.target instanceof Target.Context
                    && pointer.offset == 0)) {
                throw new Refusal(
                        Rule.ARGUMENT,
                        "a packet instruction needs the context in r6",
                        "copy r1 to r6 at the start of the program",
                        Register.R6.number());
            }
            for (int register = 1; register <= 5; register++) {
                state.set(register, new Value.Nothing(Value.Why.LOST_BY_CALL, state.slot));
            }
        }
        state.set(Register.R0, Scalar.of(range));
    }

    // What all rules ask of operands.

    /** The value of a register that was written. */
    static Value value(State state, Register register) {
        Value value = state.get(register);
        if (value instanceof Value.Nothing nothing) {
            throw uninitialized(register, nothing);
        }
        return value;
    }

    private static Refusal uninitialized(Register register, Value.Nothing nothing) {
        String problem = "%s is used and %s".formatted(register, nothing);
        return switch (nothing.why()) {
            case NEVER_WRITTEN ->
                new Refusal(
                        Rule.UNINITIALIZED_REGISTER,
                        problem,
                        register == Register.R0
                                ? "every path must set r0, the result, before exit"
                                : "initialise the variable on every path",
                        register.number());
            case LOST_BY_CALL ->
                new Refusal(
                        Rule.UNINITIALIZED_REGISTER,
                        problem,
                        register == Register.R0
                                ? "the function returns nothing"
                                : "keep what is needed in r6 to r9 or on the stack",
                        register.number());
            case GIVEN_BACK ->
                new Refusal(
                        Rule.NOT_A_POINTER,
                        problem,
                        "use it before it is given back, and give it back once",
                        register.number());
            case PACKET_MOVED ->
                new Refusal(
                        Rule.NOT_A_POINTER,
                        problem,
                        "load data and data_end again after the call, and compare again",
                        register.number());
        };
    }

    /** The value of an operand; an immediate is sign-extended. */
    static Value value(State state, Operand operand) {
        return switch (operand) {
            case Register register -> value(state, register);
            case Immediate(int value) -> Scalar.constant(value);
        };
    }

    /** The number in a register. */
    static Scalar number(State state, Register register) {
        return switch (value(state, register)) {
            case Scalar scalar -> scalar;
            case Value other ->
                throw new Refusal(
                        Rule.ARGUMENT,
                        "%s is a %s where a number is needed".formatted(register, other),
                        "",
                        register.number());
        };
    }
}

package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.FunctionContract;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Arguments that are memory: whether the function may touch as much of it as it will. */
final class MemoryArguments {
    private final Analysis analysis;
    private final StackSteps stack;

    MemoryArguments(Analysis analysis, StackSteps stack) {
        this.analysis = analysis;
        this.stack = stack;
    }

    Pointer requireMemory(Value value, Register register, CallFacts facts) {
        if (value instanceof Pointer pointer && !pointer.nullable) {
            switch (pointer.target) {
                case Target.Stack _, Target.MapValue _, Target.MapKey _, Target.Memory _ -> {
                    return pointer;
                }
                case Target.Packet _, Target.PacketMeta _ -> {
                    requirePacketAllowed(facts, register);
                    return pointer;
                }
                case Target.Context _, Target.Map _, Target.PacketEnd _, Target.HostObject _, Target.Function _ -> {}
            }
        }
        throw ArgumentChecks.refusal(
                facts, register, "the address of memory", value, "copy what is to be passed to the stack");
    }

    private void requirePacketAllowed(CallFacts facts, Register register) {
        if (analysis.subject.type().entry() instanceof Entry.Context
                && !facts.contract.has(FunctionContract.Effect.PACKET_MEMORY)) {
            throw new Refusal(
                    Rule.ARGUMENT,
                    "argument %d of %s points into the packet, where it does not look"
                            .formatted(register.number(), facts.contract.name()),
                    "copy what is to be passed to the stack",
                    register.number());
        }
    }

    /** Memory whose size the function's contract or its map says. */
    void fixed(State state, CallFacts facts, Argument argument, Value value, Register register) {
        Pointer pointer = requireMemory(value, register, facts);
        switch (argument.kind()) {
            case MAP_KEY -> read(state, pointer, facts.requireMap().keyBytes(), register);
            case MAP_VALUE -> read(state, pointer, facts.requireMap().valueBytes(), register);
            case MAP_VALUE_OUTPUT -> fill(state, pointer, facts.requireMap().valueBytes(), register);
            case MEMORY_OF_SIZE -> read(state, pointer, argument.sizeBytes(), register);
            case OUTPUT_OF_SIZE -> fill(state, pointer, argument.sizeBytes(), register);
            case ANYTHING,
                    SCALAR,
                    MAP,
                    MEMORY,
                    OUTPUT,
                    MEMORY_IN_OUT,
                    SIZE,
                    SIZE_OR_ZERO,
                    ALLOCATION_SIZE,
                    CONTEXT,
                    CALLBACK,
                    CALLBACK_CONTEXT,
                    CONSTANT_STRING,
                    SPIN_LOCK,
                    TIMER,
                    ALLOCATION,
                    OBJECT,
                    ITERATOR_NEW,
                    ITERATOR,
                    UNSUPPORTED -> throw new IllegalStateException("no memory of fixed size: " + argument.kind());
        }
    }

    /** Memory of which this argument is the length, and the one before it the address. */
    void sized(State state, CallFacts facts, Argument argument, Scalar size, Register register) {
        Dependency.mark(size.dependency);
        Register at = Objects.requireNonNull(facts.memoryRegister, "a length follows its memory");
        Argument before = facts.contract.arguments().get(at.number() - 1);
        Value value = Steps.value(state, at);
        long min = size.range.signedMin();
        long max = size.range.signedMax();
        if (min < 0 || max > PointerSteps.OFFSET_MAX) {
            throw new Refusal(
                    Rule.ARGUMENT,
                    "argument %d of %s is a length, and %s is %s"
                            .formatted(register.number(), facts.contract.name(), register, size),
                    "compare the length with its maximum before, as an unsigned number",
                    register.number());
        }
        if (min == 0 && argument.kind() == Argument.Kind.SIZE) {
            throw new Refusal(
                    Rule.ARGUMENT,
                    "argument %d of %s is a length and may be 0".formatted(register.number(), facts.contract.name()),
                    "call it only where the length is not 0",
                    register.number());
        }
        if (facts.sizeMax < 0) {
            facts.sizeMax = max;
        }
        if (max == 0) {
            return;
        }
        if (!(value instanceof Pointer pointer)) {
            throw new Refusal(
                    Rule.ARGUMENT,
                    "argument %d of %s is null, and its length may be %d"
                            .formatted(at.number(), facts.contract.name(), max),
                    "",
                    at.number(),
                    register.number());
        }
        touch(state, before, pointer, min, max, at);
    }

    private void touch(State state, Argument argument, Pointer pointer, long min, long max, Register register) {
        if (argument.kind() == Argument.Kind.MEMORY) {
            read(state, pointer, max, register);
        } else if (argument.kind() == Argument.Kind.OUTPUT && min == max) {
            fill(state, pointer, max, register);
        } else {
            read(state, pointer, max, register); // how much of it is written is not known, so it counts before too
            write(state, pointer, max, register);
        }
    }

    private void read(State state, Pointer pointer, long bytes, Register register) {
        if (pointer.target instanceof Target.Stack) {
            stack.requireInside(state, pointer, 0, bytes, register);
            stack.requireWritten(state, pointer, 0, bytes, register);
            stack.requireNoPointers(state, pointer, 0, bytes, register);
        } else {
            Bounds.require(analysis, new Bounds.Place(pointer, 0, register), bytes, false);
        }
    }

    private void write(State state, Pointer pointer, long bytes, Register register) {
        if (pointer.target instanceof Target.Stack) {
            stack.requireInside(state, pointer, 0, bytes, register);
            stack.overwrite(state, pointer, 0, bytes, register);
        } else {
            Bounds.require(analysis, new Bounds.Place(pointer, 0, register), bytes, true);
        }
    }

    private void fill(State state, Pointer pointer, long bytes, Register register) {
        if (pointer.target instanceof Target.Stack && pointer.hasVariableOffset()) {
            read(state, pointer, bytes, register);
        }
        write(state, pointer, bytes, register);
    }

    /** The number in four bytes of the stack, or null if it is not known. */
    @Nullable
    Scalar numberAt(State state, Value value, int bytes) {
        if (value instanceof Pointer pointer
                && pointer.target instanceof Target.Stack(int depth)
                && !pointer.hasVariableOffset()
                && pointer.offset < 0) {
            StackSlot slot = state.frame(depth).slot(Frame.indexOf(pointer.offset));
            return slot.lowerPart(Frame.within(pointer.offset), bytes);
        }
        return null;
    }
}

package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Loads and stores on the stack, byte by byte, with values that survive being stored. */
final class StackSteps {
    private final Analysis analysis;

    StackSteps(Analysis analysis) {
        this.analysis = analysis;
    }

    /** Refuses an access outside the function's stack, or a misaligned one. */
    void check(State state, Pointer pointer, long offset, int bytes, Register register, boolean write) {
        requireInside(state, pointer, offset, bytes, register);
        boolean aligned = (pointer.offset + offset) % bytes == 0
                && ((pointer.variable.bits().value() | pointer.variable.bits().mask()) & (bytes - 1)) == 0;
        if (!aligned) {
            throw new Refusal(
                    Rule.MISALIGNED,
                    "%s at offset %d of the stack, which may be no multiple of that"
                            .formatted(Bounds.bytes(bytes), pointer.offset + offset),
                    "access the stack at multiples of the size",
                    register.number());
        }
    }

    /** Refuses a range that leaves the function's stack, and notes how deep it is used. */
    void requireInside(State state, Pointer pointer, long offset, long bytes, Register register) {
        long min = pointer.offsetMin() + offset;
        long max = pointer.offsetMax() + offset;
        if (min < -Frame.STACK_BYTES || max > -bytes) {
            throw new Refusal(
                    Rule.OUT_OF_BOUNDS,
                    "%s at %s of the stack, which is [-%d, 0)"
                            .formatted(Bounds.bytes(bytes), Bounds.offset(min, max), Frame.STACK_BYTES),
                    pointer.hasVariableOffset() ? "compare the index with the array's length before" : "",
                    register.number());
        }
        analysis.usesStack(state, frame(pointer), min);
    }

    private static int frame(Pointer pointer) {
        return ((Target.Stack) pointer.target).depth();
    }

    // Loads.

    Value load(State state, Pointer pointer, long offset, int bytes, Register register) {
        if (pointer.hasVariableOffset()) {
            requireWritten(state, pointer, offset, bytes, register);
            requireNoPointers(state, pointer, offset, bytes, register);
            return Scalar.of(rangeOf(bytes));
        }
        Frame frame = state.frame(frame(pointer));
        long at = pointer.offset + offset;
        StackSlot slot = frame.slot(Frame.indexOf(at));
        int within = Frame.within(at);
        requireWritten(state, pointer, offset, bytes, register);
        Value whole = slot.exactly(within, bytes);
        if (whole != null && (bytes == StackSlot.BYTES || whole instanceof Scalar)) {
            return whole instanceof Scalar scalar ? lowBytes(scalar, bytes) : whole;
        }
        if (slot.untouchable(within, bytes) != null) {
            if (analysis.has(ProgramType.Trait.POINTERS_MAY_LEAK)) {
                return Scalar.of(rangeOf(bytes));
            }
            throw new Refusal(
                    Rule.POINTER_LEAK,
                    "a part of a pointer on the stack is read as a number",
                    "read it whole",
                    register.number());
        }
        return part(slot, within, bytes);
    }

    private static Range rangeOf(int bytes) {
        return Range.ofBytes(sizeOf(bytes));
    }

    private static Size sizeOf(int bytes) {
        return switch (bytes) {
            case 1 -> Size.BYTE;
            case 2 -> Size.HALF;
            case 4 -> Size.WORD;
            default -> Size.DOUBLE;
        };
    }

    private static Scalar lowBytes(Scalar scalar, int bytes) {
        return bytes == StackSlot.BYTES ? scalar : ArithmeticSteps.truncated(scalar, sizeOf(bytes));
    }

    private Value part(StackSlot slot, int within, int bytes) {
        if (slot.isZero(within, bytes)) {
            return Scalar.constant(0);
        }
        if (analysis.subject.order() == ByteOrder.LITTLE_ENDIAN) {
            Scalar number = slot.lowerPart(within, bytes);
            if (number != null) {
                return lowBytes(number, bytes);
            }
            if (slot.lowBytes() == StackSlot.BYTES && slot.low() instanceof Scalar scalar && scalar.isConstant()) {
                Range upper = Range.constant(scalar.range.constantValue() >>> (within * Byte.SIZE));
                return Scalar.of(upper.truncate(sizeOf(bytes)), scalar.dependency);
            }
        }
        return Scalar.of(rangeOf(bytes));
    }

    /** Refuses to read bytes that were not written; what is read is marked so. */
    void requireWritten(State state, Pointer pointer, long offset, long bytes, Register register) {
        Frame frame = state.frame(frame(pointer));
        long min = pointer.offsetMin() + offset;
        long end = pointer.offsetMax() + offset + bytes;
        for (long at = min; at < end; ) {
            StackSlot slot = frame.slot(Frame.indexOf(at));
            int within = Frame.within(at);
            int here = (int) Math.min(end - at, StackSlot.BYTES - within);
            if (!slot.isWritten(within, here)) {
                throw new Refusal(
                        Rule.UNINITIALIZED_STACK,
                        "stack bytes [%d, %d) are read, and not all of them were written".formatted(min, end),
                        "initialise the variable, padding included: struct x y = {}; or memset",
                        register.number());
            }
            if (slot.untouchable(within, here) instanceof IteratorState) {
                throw new Refusal(
                        Rule.ITERATOR,
                        "an iterator is read as memory",
                        "use it through its functions",
                        register.number());
            }
            Dependency.mark(slot.read());
            at += here;
        }
    }

    /** For a range that is read as numbers, also by a function of the host. */
    void requireNoPointers(State state, Pointer pointer, long offset, long bytes, Register register) {
        if (analysis.has(ProgramType.Trait.POINTERS_MAY_LEAK)) {
            return;
        }
        Frame frame = state.frame(frame(pointer));
        long end = pointer.offsetMax() + offset + bytes;
        for (long at = pointer.offsetMin() + offset; at < end; at++) {
            if (frame.slot(Frame.indexOf(at)).untouchable(Frame.within(at), 1) instanceof Pointer) {
                throw new Refusal(
                        Rule.POINTER_LEAK,
                        "the memory holds a pointer, which would become a number",
                        "keep pointers apart from data that is copied or indexed",
                        register.number());
            }
        }
    }

    // Stores.

    void store(State state, Pointer pointer, long offset, int bytes, Register register, Operand operand, Value value) {
        if (pointer.hasVariableOffset()) {
            if (value instanceof Pointer) {
                throw new Refusal(
                        Rule.POINTER_LEAK,
                        "a pointer is stored at a place on the stack that is not known",
                        "",
                        register.number());
            }
            overwriteSomewhere(state, pointer, offset, bytes, register);
            return;
        }
        long at = pointer.offset + offset;
        Frame frame = state.frame(frame(pointer));
        int index = Frame.indexOf(at);
        int within = Frame.within(at);
        StackSlot before = frame.slot(index);
        if (bytes != StackSlot.BYTES && before.untouchable(within, bytes) instanceof Pointer) {
            before = withoutPointer(before);
        }
        requireReplaceable(before, within, bytes, register);
        if (value instanceof Pointer pointerStored) {
            requireStorable(pointerStored, frame(pointer), bytes, operand);
        }
        Value stored = shared(state, operand, value, bytes);
        if (bytes < StackSlot.BYTES && ArgumentChecks.isZero(stored)) {
            ArgumentChecks.mark(stored); // the slot may remember only that these bytes are zero
        }
        frame.setSlot(index, before.store(within, bytes, stored));
    }

    /**
     * A slot of which a pointer is overwritten in part, as compilers do that use a slot again: what is left of the pointer
     * counts as not written, unless pointers may become numbers.
     */
    private StackSlot withoutPointer(StackSlot slot) {
        return analysis.has(ProgramType.Trait.POINTERS_MAY_LEAK) ? slot : StackSlot.EMPTY.withRead(slot.read());
    }

    private static void requireStorable(Pointer stored, int depth, int bytes, Operand operand) {
        int[] registers = operand instanceof Register register ? new int[] {register.number()} : new int[0];
        if (bytes != StackSlot.BYTES) {
            throw new Refusal(Rule.POINTER_LEAK, "a part of a pointer is stored", "store it whole", registers);
        }
        if (stored.target instanceof Target.Stack(int target) && target > depth) {
            throw new Refusal(
                    Rule.POINTER_LEAK,
                    "a pointer to the stack of a function is stored in the stack of its caller",
                    "the function's stack is gone when it returns",
                    registers);
        }
    }

    /** Gives a number an identity when it is stored, so that what is learned of the register is known of the stack. */
    private Value shared(State state, Operand operand, Value value, int bytes) {
        if (!(value instanceof Scalar scalar)) {
            return value;
        }
        boolean fits = bytes == StackSlot.BYTES
                || Long.compareUnsigned(scalar.range.unsignedMax(), (1L << (bytes * Byte.SIZE)) - 1) <= 0;
        if (!fits) {
            return lowBytes(scalar, bytes);
        }
        if (scalar.isConstant() || scalar.identity != Scalar.NO_IDENTITY || !(operand instanceof Register register)) {
            return scalar;
        }
        Scalar named = scalar.withIdentity(analysis.newNumber());
        state.set(register, named);
        return named;
    }

    /** A slot may be overwritten whole; a pointer only in part would become a number, an iterator is not memory. */
    private void requireReplaceable(StackSlot slot, int within, int bytes, Register register) {
        @Nullable Value there = slot.untouchable(within, bytes);
        if (there instanceof IteratorState) {
            throw new Refusal(Rule.ITERATOR, "an iterator is overwritten", "destroy it first", register.number());
        }
        if (there instanceof Pointer
                && bytes != StackSlot.BYTES
                && !analysis.has(ProgramType.Trait.POINTERS_MAY_LEAK)) {
            throw new Refusal(
                    Rule.POINTER_LEAK,
                    "a part of a pointer on the stack is overwritten",
                    "overwrite it whole",
                    register.number());
        }
    }

    private void overwriteSomewhere(State state, Pointer pointer, long offset, long bytes, Register register) {
        Frame frame = state.frame(frame(pointer));
        long end = pointer.offsetMax() + offset + bytes;
        for (long at = pointer.offsetMin() + offset; at < end; ) {
            int within = Frame.within(at);
            int here = (int) Math.min(end - at, StackSlot.BYTES - within);
            int index = Frame.indexOf(at);
            requireReplaceable(frame.slot(index), within, here == StackSlot.BYTES ? here - 1 : here, register);
            frame.setSlot(index, frame.slot(index).maybeOverwritten(within, here));
            at += here;
        }
    }

    /** The bytes hold something new, of which nothing is known. */
    void overwrite(State state, Pointer pointer, long offset, long bytes, Register register) {
        if (pointer.hasVariableOffset()) {
            overwriteSomewhere(state, pointer, offset, bytes, register);
            return;
        }
        Frame frame = state.frame(frame(pointer));
        long end = pointer.offset + offset + bytes;
        for (long at = pointer.offset + offset; at < end; ) {
            int within = Frame.within(at);
            int here = (int) Math.min(end - at, StackSlot.BYTES - within);
            int index = Frame.indexOf(at);
            requireReplaceable(frame.slot(index), within, here, register);
            frame.setSlot(index, frame.slot(index).overwritten(within, here, false));
            at += here;
        }
    }
}

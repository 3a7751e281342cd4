package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.type.Result;
import java.util.function.Consumer;

/** Open-coded iterators: they live on the stack, are made, give elements until there are none, and are destroyed. */
final class IteratorSteps {
    private static final String HINT = "use bpf_for or bpf_for_each, which make and destroy it";

    private final Analysis analysis;
    private final Consumer<State> branch;

    IteratorSteps(Analysis analysis, Consumer<State> branch) {
        this.analysis = analysis;
        this.branch = branch;
    }

    /** A place on the stack that can become an iterator. */
    Pointer requireSpace(State state, Value value, Register register) {
        Pointer pointer = requirePlace(state, value, register);
        if (slot(state, pointer).low() instanceof IteratorState) {
            throw new Refusal(Rule.ITERATOR, "an iterator is made where one is alive", HINT, register.number());
        }
        return pointer;
    }

    /** An iterator that is alive. */
    Pointer require(State state, Value value, Register register) {
        Pointer pointer = requirePlace(state, value, register);
        Dependency.mark(slot(state, pointer).read());
        if (!(slot(state, pointer).low() instanceof IteratorState)) {
            throw new Refusal(
                    Rule.ITERATOR,
                    "%s points to no iterator that is alive".formatted(register),
                    HINT,
                    register.number());
        }
        return pointer;
    }

    private Pointer requirePlace(State state, Value value, Register register) {
        if (value instanceof Pointer pointer
                && !pointer.nullable
                && pointer.target instanceof Target.Stack(int depth)
                && !pointer.hasVariableOffset()
                && pointer.offset % StackSlot.BYTES == 0
                && pointer.offset < 0
                && pointer.offset >= -Frame.STACK_BYTES) {
            analysis.usesStack(state, depth, pointer.offset);
            return pointer;
        }
        throw new Refusal(
                Rule.ITERATOR,
                "%s is %s, and an iterator is a variable on the stack".formatted(register, value),
                HINT,
                register.number());
    }

    private static Frame frame(State state, Pointer pointer) {
        return state.frame(((Target.Stack) pointer.target).depth());
    }

    private static StackSlot slot(State state, Pointer pointer) {
        return frame(state, pointer).slot(Frame.indexOf(pointer.offset));
    }

    private static void set(State state, Pointer pointer, StackSlot slot) {
        frame(state, pointer).setSlot(Frame.indexOf(pointer.offset), slot);
    }

    void make(State state, Pointer pointer) {
        int resource = analysis.newNumber();
        state.acquire(resource, state.slot);
        set(state, pointer, StackSlot.of(new IteratorState(resource, false, 0)));
    }

    /** Goes on with an element, and on another way without. */
    void next(State state, Pointer pointer, Result result) {
        IteratorState iterator = (IteratorState) slot(state, pointer).low();
        if (!iterator.drained()) {
            State more = state.copy();
            set(more, pointer, StackSlot.of(new IteratorState(iterator.resource(), false, iterator.depth() + 1)));
            CallSteps.scratch(more);
            more.set(Register.R0, Pointer.to(new Target.Memory(result.sizeBytes(), false, iterator.resource(), false)));
            more.step(more.slot, true);
            more.slot++;
            branch.accept(more);
        }
        set(state, pointer, StackSlot.of(new IteratorState(iterator.resource(), true, iterator.depth())));
        CallSteps.scratch(state);
        state.set(Register.R0, Scalar.constant(0));
        state.step(state.slot, false);
    }

    void destroy(State state, Pointer pointer) {
        IteratorState iterator = (IteratorState) slot(state, pointer).low();
        state.release(iterator.resource());
        CallSteps.forget(state, iterator.resource());
        set(state, pointer, StackSlot.EMPTY);
    }
}

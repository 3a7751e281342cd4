package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.Result;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the parts of one verification share: the subject, what the code alone says, and what was found on the way. */
final class Analysis {
    static final String COMPLEX_HINT =
            "give loops a smaller bound, use bpf_loop or an iterator for long ones, and merge"
                    + " branches that need not be told apart";

    final Subject subject;
    final VerifierOptions options;
    final ControlFlow flow;
    final Liveness liveness;

    /** The slots of loads of addresses in the packet. */
    final Map<Integer, Field> packetLoads = new HashMap<>();

    /** The slots of loads of something else, which must not be the same. */
    final Set<Integer> otherLoads = new HashSet<>();

    /** The names of the fields of the context that instructions touch. */
    final Set<String> contextFields = new HashSet<>();

    /** The deepest use of the stack of each function, in bytes, by its first slot. */
    final Map<Integer, Integer> stackOfFunction = new HashMap<>();

    private final boolean[] loopPoints;
    private int lastNumber = Scalar.PACKET_LENGTH;
    private long insnsProcessed;

    @Nullable
    State current;

    Analysis(Subject subject, VerifierOptions options, ControlFlow flow) {
        this.subject = subject;
        this.options = options;
        this.flow = flow;
        this.liveness = Liveness.of(subject.code(), this::helper, this::hostFunction);
        this.loopPoints = new boolean[subject.code().slotCount()];
        int slot = 0;
        for (Insn insn : subject.code()) {
            loopPoints[slot] = boundsLoop(insn);
            slot += insn.slots();
        }
    }

    BpfCode code() {
        return subject.code();
    }

    boolean has(ProgramType.Trait trait) {
        return subject.type().has(trait);
    }

    /** A number for something new on a path: an identity, a resource, a value of a map. */
    int newNumber() {
        return ++lastNumber;
    }

    long insnsProcessed() {
        return insnsProcessed;
    }

    /** Notes that an instruction is about to be looked at. */
    void begin(State state) {
        current = state;
        insnsProcessed++;
        if (insnsProcessed > options.insnsMax()) {
            throw new Refusal(
                    Rule.TOO_COMPLEX,
                    "more than %d instructions have to be looked at, counting each as often as paths lead through it"
                            .formatted(options.insnsMax()),
                    COMPLEX_HINT);
        }
    }

    void observe(State state) {
        if (options.observer() != null) {
            State copy = state.copy();
            options.observer().accept(state.slot, copy::text);
        }
    }

    /** What a helper promises, or null. */
    @Nullable
    FunctionContract helper(int number) {
        return subject.type().functions().contract(number);
    }

    /** What a function that is called by BTF id promises, or null. */
    @Nullable
    FunctionContract hostFunction(int btfId) {
        Integer number = subject.hostFunctionNumbers().get(btfId);
        return number == null ? null : helper(number);
    }

    /** What the function of the host promises that is called at a slot, or null. */
    @Nullable
    FunctionContract calledAt(int slot) {
        return switch (code().at(slot)) {
            case Insn.CallHelper(int id) -> helper(id);
            case Insn.CallHost(int id) -> hostFunction(id);
            case Insn _ -> null;
        };
    }

    /** The name of the function of the host that is called at a slot. */
    String functionAt(int slot) {
        FunctionContract contract = calledAt(slot);
        return contract == null ? "a function" : contract.name();
    }

    // Loops that the runtime bounds.

    private boolean boundsLoop(Insn insn) {
        return switch (insn) {
            case Insn.MayGoto _ -> true;
            case Insn.CallHelper(int id) -> boundsLoop(helper(id));
            case Insn.CallHost(int id) -> boundsLoop(hostFunction(id));
            case Insn _ -> false;
        };
    }

    private static boolean boundsLoop(@Nullable FunctionContract contract) {
        return contract != null
                && (contract.result().kind() == Result.Kind.ITERATOR_ELEMENT
                        || contract.has(FunctionContract.Effect.CALLS_LOOP_BODY)
                        || contract.has(FunctionContract.Effect.CALLS_FOR_EACH_NUMBER)
                        || contract.has(FunctionContract.Effect.CALLS_FOR_EACH_ELEMENT));
    }

    /** Whether the runtime bounds how often the instruction goes on. */
    boolean isLoopPoint(int slot) {
        return loopPoints[slot];
    }

    /**
     * Whether, between two states at a loop point, the same run of the loop went on. Only then may the loop be taken for
     * bounded by the runtime: a run that is begun anew each time is not.
     */
    boolean wentOn(State before, State now) {
        return switch (code().at(now.slot)) {
            case Insn.MayGoto _ ->
                now.frame().call == before.frame().call && now.frame().mayGotoDepth > before.frame().mayGotoDepth;
            case Insn _ -> {
                IteratorState old = iterator(before);
                IteratorState iterator = iterator(now);
                if (old != null && iterator != null) {
                    yield old.resource() == iterator.resource() && iterator.depth() > old.depth();
                }
                Frame oldFrame = before.frame();
                Frame frame = now.frame();
                yield frame.callbackRun != 0
                        && frame.callbackRun == oldFrame.callbackRun
                        && frame.callbackDepth > oldFrame.callbackDepth;
            }
        };
    }

    /** The iterator that the first argument points to, or null. */
    private static @Nullable IteratorState iterator(State state) {
        return state.get(1) instanceof Pointer pointer
                        && pointer.target instanceof Target.Stack stack
                        && pointer.offset < 0
                        && state.frame(stack.depth())
                                        .slot(Frame.indexOf(pointer.offset))
                                        .low()
                                instanceof IteratorState iterator
                ? iterator
                : null;
    }

    /** Notes that the active function uses its stack down to an offset from {@code r10}. */
    void usesStack(State state, int depth, long offset) {
        stackOfFunction.merge(state.frame(depth).entrySlot, (int) -offset, Math::max);
    }
}

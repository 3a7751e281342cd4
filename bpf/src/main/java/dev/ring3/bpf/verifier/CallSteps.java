package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.type.Result;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls, of the program's own functions and of the host's, and exits. */
final class CallSteps {
    private static final int FRAMES_MAX = 8;
    private static final int MAP_TYPE_ARRAY = 2;
    private static final int MAP_TYPE_PER_CPU_ARRAY = 6;

    private final Analysis analysis;
    private final ArgumentChecks arguments;
    private final MemoryArguments memory;
    private final IteratorSteps iterators;
    private final CallbackSteps callbacks;
    private final Consumer<State> branch;

    CallSteps(Analysis analysis, MemorySteps memorySteps, Consumer<State> branch) {
        this.analysis = analysis;
        this.branch = branch;
        this.memory = new MemoryArguments(analysis, memorySteps.stack());
        this.iterators = new IteratorSteps(analysis, branch);
        this.arguments = new ArgumentChecks(analysis, memory, iterators);
        this.callbacks = new CallbackSteps(analysis, branch);
    }

    // Functions of the program.

    int local(State state, int entry) {
        requireUnlocked(state, "a call of a function");
        Frame frame = newFrame(analysis, state, entry, Frame.Kind.CALL);
        for (int register = 1; register <= 5; register++) {
            frame.registers[register] = state.get(register);
        }
        scratch(state);
        state.step(state.slot, true);
        state.push(frame);
        return entry;
    }

    static Frame newFrame(Analysis analysis, State state, int entry, Frame.Kind kind) {
        if (state.depth() + 1 >= FRAMES_MAX) {
            throw new Refusal(
                    Rule.CALL_DEPTH,
                    "a call with %d functions active".formatted(FRAMES_MAX),
                    "let the compiler inline small functions");
        }
        Frame frame = new Frame(entry, state.slot, kind, analysis.newNumber());
        frame.registers[Register.R10.number()] = Pointer.to(new Target.Stack(state.depth() + 1));
        frame.resourcesAtEntry = state.resourceCount();
        return frame;
    }

    int exit(State state) {
        Value result = state.get(Register.R0);
        if (state.depth() == 0) {
            return state.frame().kind == Frame.Kind.LATER ? callbacks.endLater(state, result) : endProgram(state);
        }
        if (state.frame().kind == Frame.Kind.CALLBACK) {
            return callbacks.endRound(state, result);
        }
        requireNoStackPointer(state, result);
        return returned(state, result);
    }

    private static void requireNoStackPointer(State state, Value result) {
        if (result instanceof Pointer pointer
                && pointer.target instanceof Target.Stack(int depth)
                && depth == state.depth()) {
            throw new Refusal(
                    Rule.POINTER_LEAK,
                    "a function returns a pointer to its own stack",
                    "its stack is gone when it returns",
                    0);
        }
    }

    /** Goes back to the caller with a result. */
    private static int returned(State state, Value result) {
        int call = state.frame().callSlot;
        state.step(state.slot, true);
        state.pop();
        scratch(state);
        state.set(Register.R0, result);
        return call + 1;
    }

    private int endProgram(State state) {
        Value result = Steps.value(state, Register.R0);
        requireNothingHeld(state, "the end of the program");
        ProgramType type = analysis.subject.type();
        boolean anyResult = type.resultMin() == Long.MIN_VALUE && type.resultMax() == Long.MAX_VALUE;
        if (!(result instanceof Scalar scalar)) {
            if (anyResult && type.has(ProgramType.Trait.POINTERS_MAY_LEAK)) {
                return Steps.END;
            }
            throw new Refusal(
                    Rule.POINTER_LEAK, "the program returns a pointer", "return a number", Register.R0.number());
        }
        if (!anyResult) {
            Dependency.mark(scalar.dependency);
            requireResult(type, scalar);
        }
        return Steps.END;
    }

    /** The result is a C int: the low 32 bits as a signed number. */
    private static void requireResult(ProgramType type, Scalar scalar) {
        if (scalar.range.signedMin32() < type.resultMin() || scalar.range.signedMax32() > type.resultMax()) {
            throw new Refusal(
                    Rule.RESULT,
                    "the program returns %s, and programs of type %s return [%d, %d]"
                            .formatted(scalar, type.name(), type.resultMin(), type.resultMax()),
                    "set the result on every path to what the type knows",
                    Register.R0.number());
        }
    }

    // What is held.

    void requireNothingHeld(State state, String where) {
        requireUnlocked(state, where);
        if (state.resourceCount() > 0) {
            throw new Refusal(
                    Rule.RESOURCE_LEAK,
                    "%s is reached while what %s gave at insn %d is still held"
                            .formatted(where, analysis.functionAt(state.acquiredAt(0)), state.acquiredAt(0)),
                    "release it on every path, also on that where something else failed");
        }
    }

    private static void requireUnlocked(State state, String where) {
        if (state.lockedValue != null) {
            throw new Refusal(Rule.LOCK, where + " is reached while a spin lock is held", "unlock before");
        }
    }

    // Functions of the host.

    int helper(State state, int id) {
        FunctionContract contract = analysis.helper(id);
        if (contract == null) {
            String name = analysis.subject.type().functions().name(id);
            throw new Refusal(
                    Rule.FORBIDDEN_FUNCTION,
                    name == null
                            ? "programs of type %s have no helper %d"
                                    .formatted(analysis.subject.type().name(), id)
                            : "helper %d (%s) has no contract, so calls to it cannot be verified".formatted(id, name),
                    "");
        }
        return call(state, contract);
    }

    int hostFunction(State state, int btfId) {
        FunctionContract contract = analysis.hostFunction(btfId);
        if (contract == null) {
            Integer number = analysis.subject.hostFunctionNumbers().get(btfId);
            String name =
                    number == null ? null : analysis.subject.type().functions().name(number);
            throw new Refusal(
                    Rule.FORBIDDEN_FUNCTION,
                    name == null
                            ? "function with BTF id %d is none of this host's (kernel functions are not supported)"
                                    .formatted(btfId)
                            : "function %s has no contract, so calls to it cannot be verified".formatted(name),
                    "");
        }
        return call(state, contract);
    }

    int throughRegister(State state, Register target) {
        Scalar number = Steps.number(state, target);
        if (!number.isConstant()) {
            throw new Refusal(
                    Rule.FORBIDDEN_FUNCTION,
                    "the number of the helper in %s is not known: %s".formatted(target, number),
                    "call helpers by constant numbers",
                    target.number());
        }
        Dependency.mark(number.dependency);
        long id = number.range.constantValue();
        return helper(state, id == (int) id ? (int) id : -1);
    }

    private int call(State state, FunctionContract contract) {
        if (contract.has(Effect.GPL_ONLY) && !analysis.subject.isGplCompatible()) {
            throw new Refusal(
                    Rule.LICENSE,
                    "%s is for programs under a licence that is compatible with the GPL, and this is under \"%s\""
                            .formatted(contract.name(), analysis.subject.license()),
                    "the section license says under which a program is");
        }
        if (state.lockedValue != null && !contract.has(Effect.ALLOWED_UNDER_LOCK) && !contract.has(Effect.UNLOCKS)) {
            requireUnlocked(state, "a call of " + contract.name());
        }
        boolean notNull = isLookupOfKnownElement(state, contract);
        int castResource = contract.has(Effect.CASTS) && state.get(1) instanceof Pointer pointer
                ? pointer.target.resourceOrZero()
                : 0;
        CallFacts facts = arguments.check(state, contract);
        requireMapAccess(facts);
        release(state, facts);
        lock(state, facts);
        if (contract.has(Effect.ENDS_PROGRAM)) {
            return Steps.END;
        }
        if (contract.has(Effect.TAIL_CALL)) {
            tailCall(state);
        }
        if (facts.callback != null) {
            callbacks.enter(state, facts, facts.callback);
        }
        if (contract.has(Effect.MOVES_PACKET)) {
            forgetPacket(state);
        }
        Pointer iterator = facts.iterator;
        if (iterator != null) {
            iterate(state, contract, iterator);
            if (contract.result().kind() == Result.Kind.ITERATOR_ELEMENT) {
                return state.slot + 1;
            }
        }
        scratch(state);
        state.set(Register.R0, result(state, facts, notNull, castResource));
        return state.slot + 1;
    }

    private static void requireMapAccess(CallFacts facts) {
        MapShape map = facts.map;
        boolean reads = facts.contract.has(Effect.READS_MAP);
        boolean writes = facts.contract.has(Effect.WRITES_MAP);
        if (map != null && ((reads && !map.programsMayRead()) || (writes && !map.programsMayWrite()))) {
            throw new Refusal(
                    Rule.READ_ONLY,
                    "%s %s map %s, which programs may not"
                            .formatted(facts.contract.name(), writes ? "changes" : "reads", map.name()),
                    "",
                    1);
        }
    }

    private void iterate(State state, FunctionContract contract, Pointer iterator) {
        Argument argument = contract.arguments().getFirst();
        if (argument.kind() == Argument.Kind.ITERATOR_NEW) {
            iterators.make(state, iterator);
        } else if (contract.result().kind() == Result.Kind.ITERATOR_ELEMENT) {
            iterators.next(state, iterator, contract.result());
        } else if (argument.releases()) {
            iterators.destroy(state, iterator);
        }
    }

    /** Arrays have all their elements: a lookup of one by a constant index within them finds it. */
    private boolean isLookupOfKnownElement(State state, FunctionContract contract) {
        if (contract.result().kind() != Result.Kind.MAP_VALUE
                || contract.arguments().size() < 2
                || contract.arguments().get(1).kind() != Argument.Kind.MAP_KEY
                || !(state.get(1) instanceof Pointer pointer)
                || !(pointer.target instanceof Target.Map(MapShape map))
                || (map.type() != MAP_TYPE_ARRAY && map.type() != MAP_TYPE_PER_CPU_ARRAY)
                || !contract.name().equals("bpf_map_lookup_elem")) {
            return false;
        }
        Scalar index = memory.numberAt(state, state.get(2), Integer.BYTES);
        if (index == null || !index.range.isConstant32()) {
            return false;
        }
        Dependency.mark(index.dependency);
        return Integer.toUnsignedLong(index.range.constantValue32()) < map.maxEntries();
    }

    private static void release(State state, CallFacts facts) {
        Pointer released = facts.released;
        if (released == null || facts.iterator != null) {
            return;
        }
        int resource = released.target.resourceOrZero();
        if (resource == 0 || !state.release(resource)) {
            throw new Refusal(
                    Rule.ARGUMENT,
                    "%s releases what was not acquired: %s".formatted(facts.contract.name(), released),
                    "release once what an acquiring function returned");
        }
        forget(state, resource);
    }

    /** Pointers to what is gone have no value any more. */
    static void forget(State state, int resource) {
        Value gone = new Value.Nothing(Value.Why.GIVEN_BACK, state.slot);
        state.replaceAll(value ->
                value instanceof Pointer pointer && pointer.target.resourceOrZero() == resource ? gone : value);
    }

    private static void lock(State state, CallFacts facts) {
        if (facts.contract.has(Effect.LOCKS)) {
            requireUnlocked(state, "another lock");
            state.lockedValue = facts.lockedValue;
        } else if (facts.contract.has(Effect.UNLOCKS)) {
            if (state.lockedValue == null || !state.lockedValue.equals(facts.lockedValue)) {
                throw new Refusal(
                        Rule.LOCK,
                        "a lock is given back that is not held: %s"
                                .formatted(Objects.requireNonNull(facts.lockedValue)
                                        .text()),
                        "unlock through the same pointer that was locked");
            }
            state.lockedValue = null;
        }
    }

    /** On success the program goes on elsewhere; in a called function, what that returns is returned to the caller. */
    private void tailCall(State state) {
        requireNothingHeld(state, "a tail call");
        for (int depth = state.depth(); depth > 0; depth--) {
            if (state.frame(depth).kind != Frame.Kind.CALL) {
                throw new Refusal(Rule.UNSUPPORTED, "a tail call in a callback", "");
            }
        }
        if (state.depth() > 0) {
            State elsewhere = state.copy();
            elsewhere.slot = returned(elsewhere, Scalar.UNKNOWN);
            branch.accept(elsewhere);
        }
    }

    private static void forgetPacket(State state) {
        Value moved = new Value.Nothing(Value.Why.PACKET_MOVED, state.slot);
        state.replaceAll(value -> switch (value) {
            case Pointer pointer when pointer.target.isInPacket() -> moved;
            case Scalar scalar
            when scalar.room != Scalar.NO_ROOM || scalar.identity == Scalar.PACKET_LENGTH ->
                Scalar.of(scalar.range, scalar.dependency);
            case Value other -> other;
        });
    }

    /** What a call leaves of the registers that it may use. */
    static void scratch(State state) {
        Value lost = new Value.Nothing(Value.Why.LOST_BY_CALL, state.slot);
        for (int register = 0; register <= 5; register++) {
            state.set(register, lost);
        }
    }

    private Value result(State state, CallFacts facts, boolean notNull, int castResource) {
        Result result = facts.contract.result();
        int resource = result.acquires() ? analysis.newNumber() : 0;
        if (resource != 0) {
            state.acquire(resource, state.slot);
        }
        @Nullable
        Target target = switch (result.kind()) {
            case SCALAR, VOID, ITERATOR_ELEMENT -> null;
            case MAP_VALUE -> {
                MapShape map = facts.requireMap();
                MapShape inner = map.inner();
                yield inner == null ? new Target.MapValue(map, analysis.newNumber()) : new Target.Map(inner);
            }
            case ALLOCATION -> new Target.Memory(facts.allocationBytes, true, resource, true);
            case MEMORY_OF_SIZE -> new Target.Memory(result.sizeBytes(), true, resource, false);
            case OBJECT ->
                new Target.HostObject(
                        Objects.requireNonNull(result.type(), "an object has a type"),
                        resource == 0 ? castResource : resource);
        };
        if (target == null) {
            return result.kind() == Result.Kind.SCALAR
                    ? Scalar.of(range(facts))
                    : new Value.Nothing(Value.Why.LOST_BY_CALL, state.slot);
        }
        return result.nullable() && !notNull
                ? Pointer.nullable(target, resource == 0 ? analysis.newNumber() : resource)
                : Pointer.to(target);
    }

    private static Range range(CallFacts facts) {
        Result result = facts.contract.result();
        boolean bySize = facts.contract.has(Effect.RETURNS_AT_MOST_SIZE) && facts.sizeMax >= 0;
        return Range.signed(result.min(), bySize ? Math.min(result.max(), facts.sizeMax) : result.max());
    }
}

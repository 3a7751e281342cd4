package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.type.StructType;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Whether the arguments of a call are what the function demands. What the call writes is written by it here. */
final class ArgumentChecks {
    private final Analysis analysis;
    private final MemoryArguments memory;
    private final IteratorSteps iterators;

    ArgumentChecks(Analysis analysis, MemoryArguments memory, IteratorSteps iterators) {
        this.analysis = analysis;
        this.memory = memory;
        this.iterators = iterators;
    }

    CallFacts check(State state, FunctionContract contract) {
        CallFacts facts = new CallFacts(contract);
        for (int i = 0; i < contract.arguments().size(); i++) {
            check(state, facts, contract.arguments().get(i), Register.of(i + 1));
        }
        return facts;
    }

    private void check(State state, CallFacts facts, Argument argument, Register register) {
        Value value = Steps.value(state, register);
        if (argument.kind() == Argument.Kind.UNSUPPORTED) {
            throw new Refusal(
                    Rule.UNSUPPORTED,
                    "%s takes what is not supported here (a dynptr, a kptr or a kernel object)"
                            .formatted(facts.contract.name()),
                    "");
        }
        if (argument.nullable() && isZero(value)) {
            mark(value);
            facts.memoryRegister = register;
            return;
        }
        switch (argument.kind()) {
            case ANYTHING -> requireNoLeak(value, register, facts);
            case SCALAR -> number(value, register, facts);
            case MAP -> facts.map = map(value, register, facts);
            case MAP_KEY, MAP_VALUE, MAP_VALUE_OUTPUT, MEMORY_OF_SIZE, OUTPUT_OF_SIZE ->
                memory.fixed(state, facts, argument, value, register);
            case MEMORY, OUTPUT, MEMORY_IN_OUT -> {
                memory.requireMemory(value, register, facts);
                facts.memoryRegister = register;
            }
            case SIZE, SIZE_OR_ZERO -> memory.sized(state, facts, argument, number(value, register, facts), register);
            case ALLOCATION_SIZE -> facts.allocationBytes = constant(value, register, facts);
            case CONTEXT -> requireContext(value, register, facts);
            case CALLBACK -> facts.callback = function(value, register, facts);
            case CALLBACK_CONTEXT -> requireCallbackContext(value, register, facts);
            case CONSTANT_STRING -> requireConstantString(value, register, facts);
            case SPIN_LOCK -> facts.lockedValue = special(value, register, facts, true);
            case TIMER -> special(value, register, facts, false);
            case ALLOCATION -> requireAllocation(value, register, facts);
            case OBJECT -> requireObject(value, argument.type(), register, facts);
            case ITERATOR_NEW -> facts.iterator = iterators.requireSpace(state, value, register);
            case ITERATOR -> facts.iterator = iterators.require(state, value, register);
            case UNSUPPORTED -> throw new IllegalStateException("was refused");
        }
        if (argument.kind() == Argument.Kind.CALLBACK_CONTEXT) {
            facts.callbackContext = value;
        }
        if (argument.releases() && value instanceof Pointer pointer) {
            facts.released = pointer;
        }
    }

    static boolean isZero(Value value) {
        return value instanceof Scalar scalar && scalar.isConstant() && scalar.range.constantValue() == 0;
    }

    static void mark(Value value) {
        if (value instanceof Scalar scalar) {
            Dependency.mark(scalar.dependency);
        }
    }

    static Refusal refusal(CallFacts facts, Register register, String wanted, Value found, String hint) {
        boolean mayBeNull = found instanceof Pointer pointer && pointer.nullable;
        return new Refusal(
                mayBeNull ? Rule.POSSIBLY_NULL : Rule.ARGUMENT,
                "argument %d of %s must be %s, and %s is %s"
                        .formatted(register.number(), facts.contract.name(), wanted, register, article(found)),
                mayBeNull ? "compare it with null before" : hint,
                register.number());
    }

    private static String article(Value found) {
        return "a " + found;
    }

    private void requireNoLeak(Value value, Register register, CallFacts facts) {
        if (!(value instanceof Scalar) && !analysis.has(ProgramType.Trait.POINTERS_MAY_LEAK)) {
            throw new Refusal(
                    Rule.POINTER_LEAK,
                    "%s would see the pointer in %s as a number".formatted(facts.contract.name(), register),
                    "",
                    register.number());
        }
    }

    private static Scalar number(Value value, Register register, CallFacts facts) {
        if (value instanceof Scalar scalar) {
            return scalar;
        }
        throw refusal(facts, register, "a number", value, "");
    }

    private static long constant(Value value, Register register, CallFacts facts) {
        if (value instanceof Scalar scalar
                && scalar.isConstant()
                && scalar.range.constantValue() >= 0
                && scalar.range.constantValue() <= PointerSteps.OFFSET_MAX) {
            mark(scalar);
            return scalar.range.constantValue();
        }
        throw refusal(facts, register, "a constant size", value, "use sizeof");
    }

    private MapShape map(Value value, Register register, CallFacts facts) {
        if (!(value instanceof Pointer pointer)
                || pointer.nullable
                || !(pointer.target instanceof Target.Map(MapShape map))) {
            throw refusal(facts, register, "a map", value, "pass the address of a map that the object declares");
        }
        if (!facts.contract.mapTypes().isEmpty() && !facts.contract.mapTypes().contains(map.type())) {
            throw new Refusal(
                    Rule.ARGUMENT,
                    "%s does not work on map %s, which is of type %d; it works on types %s"
                            .formatted(
                                    facts.contract.name(),
                                    map.name(),
                                    map.type(),
                                    facts.contract.mapTypes().stream().sorted().toList()),
                    "",
                    register.number());
        }
        return map;
    }

    private static void requireContext(Value value, Register register, CallFacts facts) {
        if (!(value instanceof Pointer pointer)
                || !(pointer.target instanceof Target.Context)
                || pointer.nullable
                || pointer.offset != 0) {
            throw refusal(
                    facts,
                    register,
                    "the program's context",
                    value,
                    "keep the first argument of the program in r6 to r9");
        }
    }

    private static Target.Function function(Value value, Register register, CallFacts facts) {
        if (value instanceof Pointer pointer && pointer.target instanceof Target.Function function) {
            return function;
        }
        throw refusal(facts, register, "a function of the program", value, "");
    }

    private static void requireCallbackContext(Value value, Register register, CallFacts facts) {
        if (!(value instanceof Pointer pointer) || pointer.nullable || !(pointer.target instanceof Target.Stack)) {
            throw refusal(facts, register, "the address of a local variable, or null", value, "");
        }
    }

    private static void requireConstantString(Value value, Register register, CallFacts facts) {
        boolean terminated = false;
        if (value instanceof Pointer pointer
                && !pointer.nullable
                && !pointer.hasVariableOffset()
                && pointer.target instanceof Target.MapValue(MapShape map, int _)
                && map.constants().isPresent()) {
            byte[] bytes = map.constants().get();
            for (long i = Math.max(0, pointer.offset); i < bytes.length && pointer.offset >= 0; i++) {
                terminated |= bytes[(int) i] == 0;
            }
        }
        if (!terminated) {
            throw refusal(
                    facts, register, "a constant text that ends with a zero byte", value, "declare it static const");
        }
    }

    private static Target.MapValue special(Value value, Register register, CallFacts facts, boolean lock) {
        String wanted = lock ? "a struct bpf_spin_lock in a map value" : "a struct bpf_timer in a map value";
        if (value instanceof Pointer pointer
                && !pointer.nullable
                && !pointer.hasVariableOffset()
                && pointer.target instanceof Target.MapValue target) {
            OptionalInt offset =
                    lock ? target.map().spinLockOffset() : target.map().timerOffset();
            if (offset.isPresent() && offset.getAsInt() == pointer.offset) {
                return target;
            }
        }
        throw refusal(facts, register, wanted, value, "the map's value type must be known: compile with -g");
    }

    private static void requireAllocation(Value value, Register register, CallFacts facts) {
        if (!(value instanceof Pointer pointer)
                || pointer.nullable
                || pointer.hasVariableOffset()
                || pointer.offset != 0
                || !(pointer.target instanceof Target.Memory memory)
                || !memory.allocation()) {
            throw refusal(facts, register, "memory that was reserved, from its first byte", value, "");
        }
    }

    private static void requireObject(Value value, @Nullable StructType type, Register register, CallFacts facts) {
        String wanted = type == null ? "an object of the host" : "a struct " + type.name();
        if (!(value instanceof Pointer pointer)
                || pointer.nullable
                || pointer.offset != 0
                || !(pointer.target instanceof Target.HostObject object)
                || (type != null && !object.type().name().equals(type.name()))) {
            throw refusal(facts, register, wanted, value, "");
        }
    }
}

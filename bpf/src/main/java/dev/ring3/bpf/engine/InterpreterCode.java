package dev.ring3.bpf.engine;

import dev.ring3.bpf.FaultKind;
import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.insn.Register;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A program predecoded for the {@link Interpreter}. The arrays are never written after construction. */
sealed class InterpreterCode implements Engine.Executable permits JitCode, TieredCode {
    private final ProgramImage image;

    /** One word for every slot and one behind the last, see {@link Predecoder}. */
    final long[] words;

    /** A register file as a run starts with it: eleven zeros, then the constants of the program. */
    final long[] initialRegisters;

    /** What each helper call of the program calls, null where the program type has no such helper. */
    final @Nullable HostFunction[] functions;

    /** Where the functions begin of which the program takes the address. */
    private final BitSet functionSlots;

    InterpreterCode(
            ProgramImage image,
            long[] words,
            long[] initialRegisters,
            @Nullable HostFunction[] functions,
            BitSet functionSlots) {
        this.image = image;
        this.words = words;
        this.initialRegisters = initialRegisters;
        this.functions = functions;
        this.functionSlots = functionSlots;
    }

    InterpreterCode(InterpreterCode other) {
        this(other.image, other.words, other.initialRegisters, other.functions, other.functionSlots);
    }

    /** What runs it fastest at the moment. */
    InterpreterCode best() {
        return this;
    }

    @Override
    public Engine.@Nullable CompiledClass compiledClass() {
        return null;
    }

    /** Goes on with the function at a slot, its frame open and its arguments in the registers; returns its r0. */
    long runFunction(Execution x, int slot) {
        return Interpreter.run(x, slot);
    }

    @Override
    public long runFunction(Execution x, long function, long a1, long a2, long a3) {
        x.enter(this);
        int slot = functionSlot(function);
        if (slot < 0) {
            throw x.fault(FaultKind.HELPER, 1, "0x%x is no function of the program".formatted(function));
        }
        long[] r = x.registers();
        r[Register.R1.number()] = a1;
        r[Register.R2.number()] = a2;
        r[Register.R3.number()] = a3;
        long result = runFunction(x, slot);
        x.leave();
        return result;
    }

    /** The helper of a number that is known only as the program runs. */
    @Nullable
    HostFunction function(long number) {
        return image.functions().byNumber(number);
    }

    /** Where the functions begin that the host may call back. */
    final int[] functionSlots() {
        return functionSlots.stream().toArray();
    }

    /** Where the function of a pointer begins, or -1 if it is no pointer to a function of this program. */
    int functionSlot(long pointer) {
        int slot = FunctionPointers.slot(pointer);
        return slot >= 0 && functionSlots.get(slot) ? slot : -1;
    }

    @Override
    public final ProgramImage image() {
        return image;
    }

    @Override
    public @Nullable InterpreterCode settled(long instructionsMax) {
        return this;
    }

    @Override
    public long run(Execution execution) {
        return Interpreter.run(this, execution);
    }
}

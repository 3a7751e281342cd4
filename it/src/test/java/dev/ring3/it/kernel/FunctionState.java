package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.Register;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the registers of a function hold at the place being written. Every register is a scalar, or reserved (a pointer
 * kept all along, a loop's counter), or lost; a lost one is not read before it was written.
 */
final class FunctionState {
    private static final Set<Register> ALL = EnumSet.range(Register.R0, Register.R9);

    /** Kept by callees. */
    private static final Set<Register> SAVED = EnumSet.range(Register.R6, Register.R9);

    /** Lost across calls. */
    private static final Set<Register> ARGUMENTS = EnumSet.range(Register.R1, Register.R5);

    private final EnumSet<Register> scalars = EnumSet.noneOf(Register.class);
    private final EnumSet<Register> reserved = EnumSet.noneOf(Register.class);
    private final int stackBytes;
    private @Nullable Register memory;
    private @Nullable Register callerStack;

    FunctionState(int stackBytes) {
        this.stackBytes = stackBytes;
    }

    /** How long this function's own stack is; all of it is initialised. */
    int stackBytes() {
        return stackBytes;
    }

    /** The register with the address of the memory, if this function has it. */
    @Nullable
    Register memory() {
        return memory;
    }

    /** The register with the address of lent stack, if this function has any. */
    @Nullable
    Register callerStack() {
        return callerStack;
    }

    void keepMemory(Register register) {
        memory = register;
        reserve(register);
    }

    void keepCallerStack(Register register) {
        callerStack = register;
        reserve(register);
    }

    /** Takes a register from the free ones: it is not written until it is released. */
    void reserve(Register register) {
        reserved.add(register);
        scalars.remove(register);
    }

    /** Gives a loop's counter back; it holds a number. */
    void release(Register counter) {
        reserved.remove(counter);
        scalars.add(counter);
    }

    /** Notes that a register now holds a number. */
    void wrote(Register register) {
        scalars.add(register);
    }

    /** Notes that a register now holds an address for a moment, or nothing that can be read. */
    void lost(Register register) {
        scalars.remove(register);
    }

    /** Notes a call: {@code r0} is its result, {@code r1} to {@code r5} are lost. */
    void called() {
        scalars.removeAll(ARGUMENTS);
        scalars.add(Register.R0);
    }

    /** Forgets numbers that only some of the paths to this place have written; all others hold theirs. */
    void keepOnly(Set<Register> known) {
        scalars.retainAll(known);
    }

    boolean isScalar(Register register) {
        return scalars.contains(register);
    }

    /** The registers that hold numbers. */
    Set<Register> scalars() {
        return EnumSet.copyOf(scalars);
    }

    /** The registers that may be written. */
    Set<Register> writable() {
        EnumSet<Register> free = EnumSet.copyOf(ALL);
        free.removeAll(reserved);
        return free;
    }

    /** The registers that may be written and that a call keeps. */
    Set<Register> writableSaved() {
        Set<Register> free = writable();
        free.retainAll(SAVED);
        return free;
    }
}

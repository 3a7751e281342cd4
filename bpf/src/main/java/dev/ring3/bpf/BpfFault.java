package dev.ring3.bpf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run was stopped; {@link #faulted()} says where and why. */
public final class BpfFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient RunResult.Faulted faulted;

    /**
     * Wraps a result as an exception.
     *
     * @param cause what a helper threw, or null
     */
    public BpfFault(RunResult.Faulted faulted, @Nullable Throwable cause) {
        super(faulted.message(), cause);
        this.faulted = faulted;
    }

    /** The fault as a value. */
    public RunResult.Faulted faulted() {
        return faulted;
    }

    /** Why the run was stopped. */
    public FaultKind kind() {
        return faulted.kind();
    }

    /** The slot of the instruction at fault. */
    public int programCounter() {
        return faulted.programCounter();
    }

    /** {@code r0} to {@code r10} before the instruction at fault. */
    public List<Long> registers() {
        return faulted.registers();
    }

    /** The source line of the instruction at fault where the object has it, otherwise the instruction disassembled. */
    public String line() {
        return faulted.line();
    }
}

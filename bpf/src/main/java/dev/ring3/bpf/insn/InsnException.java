package dev.ring3.bpf.insn;

/** Bytes that are no valid BPF program: which instruction, which field of it, and what is wrong. */
public final class InsnException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int slot;
    private final String field;

    /**
     * Reports a field of one instruction.
     *
     * @param slot the index of the instruction in slots of 8 bytes
     * @param field the field at fault, see {@link #field}
     * @param problem what was found, and what is allowed
     */
    public InsnException(int slot, String field, String problem) {
        super("insn %d: %s: %s".formatted(slot, field, problem));
        this.slot = slot;
        this.field = field;
    }

    /**
     * The index of the instruction, in slots of 8 bytes from the program's start; of the second slot where a wide
     * instruction's second half is at fault.
     */
    public int slot() {
        return slot;
    }

    /**
     * The field at fault: {@code opcode}, {@code dst}, {@code src}, {@code offset} or {@code imm}; {@code slots} for a
     * program that is too long.
     */
    public String field() {
        return field;
    }
}

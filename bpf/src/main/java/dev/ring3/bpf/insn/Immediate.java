package dev.ring3.bpf.insn;

/**
 * A 32-bit immediate. Where the operation is 64 bits wide it is sign-extended (RFC 9669 section 4.1).
 *
 * @param value the field {@code imm} as a signed number
 */
public record Immediate(int value) implements Operand {
    @Override
    public String toString() {
        return Integer.toString(value);
    }
}

package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;

/** What Linux has against shifts. */
final class Shifts {
    private Shifts() {}

    /** Whether an immediate shifts by at least the width; RFC 9669 section 4.1 masks it. */
    static boolean isOutOfRange(Insn.Alu alu) {
        if (!(alu.source() instanceof Immediate(int count))) {
            return false;
        }
        return switch (alu.op()) {
            case LSH, RSH, ARSH -> count < 0 || count >= alu.width().bits();
            case ADD, SUB, MUL, DIV, SDIV, OR, AND, MOD, SMOD, XOR, MOV -> false;
        };
    }
}

package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Registers;
import org.jspecify.annotations.Nullable;

/** What a loop without calls does to each register. */
final class JitWrites {
    private final @Nullable Insn[] writes = new Insn[Register.COUNT]; // the last that was added
    private final int[] counts = new int[Register.COUNT];

    void add(BpfCode code, JitFunction.Block block) {
        for (int slot = block.start(); slot < block.end(); slot += code.at(slot).slots()) {
            Insn insn = code.at(slot);
            for (Register register : Registers.writtenBy(insn)) {
                writes[register.number()] = insn;
                counts[register.number()]++;
            }
        }
    }

    /** Whether a jump compares a counter with what the loop does not change. */
    boolean isCounting(Insn.JumpIf jump) {
        return isCounter(jump.left()) && !(jump.right() instanceof Register right && counts[right.number()] > 0);
    }

    /** Whether a register changes by a constant in each turn, or is a copy of one that does. */
    private boolean isCounter(Register register) {
        if (counts[register.number()] != 1 || !(writes[register.number()] instanceof Insn.Alu alu)) {
            return false;
        }
        if (alu.op() == AluOp.MOV) {
            return alu.source() instanceof Register from && isStep(from);
        }
        return isStep(register);
    }

    private boolean isStep(Register register) {
        return counts[register.number()] == 1
                && writes[register.number()] instanceof Insn.Alu alu
                && (alu.op() == AluOp.ADD || alu.op() == AluOp.SUB)
                && alu.source() instanceof Immediate;
    }
}

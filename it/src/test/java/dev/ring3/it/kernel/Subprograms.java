package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Width;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The functions that a program calls. They lie one after the other behind the main function, and none runs on. */
final class Subprograms {
    /** Stands for a call that is left out. */
    private static final Insn NO_RESULT = new Insn.Alu(Width.BITS_64, AluOp.MOV, Register.R0, new Immediate(0));

    private Subprograms() {}

    /** The slots at which they begin, in order. */
    static List<Integer> entries(BpfCode code) {
        TreeSet<Integer> entries = new TreeSet<>();
        for (int slot = 0; slot < code.slotCount(); slot++) {
            if (code.isInsn(slot) && code.at(slot) instanceof Insn.CallLocal(int offset)) {
                entries.add(slot + 1 + offset);
            }
        }
        return List.copyOf(entries);
    }

    /** The program without one of its functions, in whose place 0 is returned. */
    static TestProgram without(TestProgram program, int index) {
        BpfCode code = program.code();
        List<Integer> entries = entries(code);
        int start = entries.get(index);
        int end = index + 1 < entries.size() ? entries.get(index + 1) : code.slotCount();
        List<Insn> insns = new ArrayList<>();
        for (int slot = 0; slot < code.slotCount(); slot++) {
            if (!code.isInsn(slot) || (slot >= start && slot < end)) {
                continue;
            }
            Insn insn = code.at(slot);
            if (insn instanceof Insn.CallLocal(int offset)) {
                int target = slot + 1 + offset;
                insn = target == start
                        ? NO_RESULT
                        : new Insn.CallLocal(moved(target, start, end) - moved(slot, start, end) - 1);
            }
            insns.add(insn);
        }
        Set<Integer> kept = new HashSet<>();
        for (int slot : program.keptSlots()) {
            if (slot < start || slot >= end) {
                kept.add(moved(slot, start, end));
            }
        }
        return new TestProgram(program.seed(), program.flavor(), BpfCode.of(insns), kept);
    }

    private static int moved(int slot, int start, int end) {
        return slot < end ? slot : slot - (end - start);
    }
}

package dev.ring3.bpf;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Width;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Builds a program with labels in place of offsets. */
final class Code {
    /** An instruction whose offset is known once all labels are. */
    private record Pending(int index, int slot, String label, IntFunction<Insn> insn) {}

    private final List<Insn> insns = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private final Map<String, Integer> slotOfLabel = new HashMap<>();
    private int slots;

    Code add(Insn... more) {
        for (Insn insn : more) {
            insns.add(insn);
            slots += insn.slots();
        }
        return this;
    }

    Code label(String label) {
        slotOfLabel.put(label, slots);
        return this;
    }

    Code jump(String label) {
        return toLabel(label, Insn.Jump::new);
    }

    /** 64 bits wide. */
    Code jumpIf(Register left, Condition condition, Operand right, String label) {
        return toLabel(label, offset -> new Insn.JumpIf(Width.BITS_64, condition, left, right, offset));
    }

    Code callLocal(String label) {
        return toLabel(label, Insn.CallLocal::new);
    }

    BpfCode build() {
        for (Pending p : pending) {
            int target = slotOfLabel.getOrDefault(p.label(), -1);
            insns.set(p.index(), p.insn().apply(target - p.slot() - 1));
        }
        return BpfCode.of(insns);
    }

    private Code toLabel(String label, IntFunction<Insn> insn) {
        pending.add(new Pending(insns.size(), slots, label, insn));
        return add(insn.apply(0));
    }
}

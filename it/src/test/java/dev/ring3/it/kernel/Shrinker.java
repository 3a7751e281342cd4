package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes a disagreement readable: leaves out functions and replaces instructions by nothing while it lasts. */
final class Shrinker {
    /** Stands for an instruction left out, so that all others keep their slots. */
    static final Insn NOTHING = new Insn.Jump(0);

    private static final int ROUNDS_MAX = 4;

    private final Function<TestProgram, Optional<Mismatch>> test;
    private Mismatch best;

    /** {@code test} gives the mismatch of a program, empty if there is none or the kernel refuses the program. */
    Shrinker(Mismatch first, Function<TestProgram, Optional<Mismatch>> test) {
        this.best = first;
        this.test = test;
    }

    Mismatch shrink() {
        int before;
        int rounds = 0;
        do {
            before = best.needed();
            removeFunctions();
            for (int slots = best.program().code().slotCount() / 4; slots > 0; slots /= 2) {
                round(slots);
            }
            rounds++;
        } while (best.needed() < before && rounds < ROUNDS_MAX);
        return best;
    }

    private void removeFunctions() {
        for (int i = Subprograms.entries(best.program().code()).size() - 1; i >= 0; i--) {
            tryInstead(Subprograms.without(best.program(), i));
        }
    }

    /** Tries to leave out each run of so many slots. */
    private void round(int slots) {
        BpfCode code = best.program().code();
        for (int from = 0; from < code.slotCount(); from += slots) {
            BpfCode less = without(best.program(), from, from + slots);
            if (!less.equals(best.program().code())) {
                tryInstead(best.program().with(less));
            }
        }
    }

    private void tryInstead(TestProgram smaller) {
        test.apply(smaller).ifPresent(mismatch -> best = mismatch);
    }

    /** The code without the instructions that begin in a range of slots, but for those that it has to keep. */
    private static BpfCode without(TestProgram program, int from, int to) {
        BpfCode code = program.code();
        List<Insn> less = new ArrayList<>();
        for (int slot = 0; slot < code.slotCount(); slot++) {
            if (!code.isInsn(slot)) {
                continue;
            }
            Insn insn = code.at(slot);
            boolean last = slot + insn.slots() == code.slotCount(); // there is no next one to jump to
            boolean kept =
                    slot < from || slot >= to || last || program.keptSlots().contains(slot);
            for (int i = 0; i < (kept ? 1 : insn.slots()); i++) {
                less.add(kept ? insn : NOTHING);
            }
        }
        return BpfCode.of(less);
    }
}

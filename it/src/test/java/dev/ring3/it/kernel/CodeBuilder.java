package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.Insn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Code with labels; jumps and calls get their offsets at the end, in slots. */
final class CodeBuilder {
    private static final int UNPLACED = -1;

    /** A place in the code, once {@link #place} has put it there. */
    static final class Label {
        private int slot = UNPLACED;
    }

    /** An instruction, with the label that replaces its offset if it jumps or calls. */
    private record Item(Insn insn, @Nullable Label target) {}

    private final List<Item> items = new ArrayList<>();
    private final Set<Integer> keptSlots = new HashSet<>();
    private int slots;

    void add(Insn insn) {
        items.add(new Item(insn, null));
        slots += insn.slots();
    }

    /**
     * Adds an instruction that a shrunk program keeps, because without it a register could still hold an address, or
     * the stack what other code left there; the verifier lets a privileged user read both.
     */
    void addKept(Insn insn) {
        keptSlots.add(slots);
        add(insn);
    }

    /** The slots of instructions that were added to be kept. */
    Set<Integer> keptSlots() {
        return Set.copyOf(keptSlots);
    }

    /** Adds a jump or a local call; the offset it has is of no importance. */
    void add(Insn insn, Label target) {
        items.add(new Item(insn, target));
        slots += insn.slots();
    }

    /** Puts a label before the next instruction. */
    void place(Label label) {
        label.slot = slots;
    }

    /** All instructions with their offsets. */
    List<Insn> link() {
        List<Insn> linked = new ArrayList<>(items.size());
        int slot = 0;
        for (Item item : items) {
            linked.add(item.target() == null ? item.insn() : aimed(item.insn(), slot, item.target()));
            slot += item.insn().slots();
        }
        return linked;
    }

    private static Insn aimed(Insn insn, int slot, Label target) {
        if (target.slot == UNPLACED) {
            throw new IllegalStateException("a label without a place, at slot " + slot);
        }
        int offset = target.slot - slot - 1;
        return switch (insn) {
            case Insn.Jump _ -> new Insn.Jump(offset);
            case Insn.JumpLong _ -> new Insn.JumpLong(offset);
            case Insn.JumpIf jump -> new Insn.JumpIf(jump.width(), jump.condition(), jump.left(), jump.right(), offset);
            case Insn.CallLocal _ -> new Insn.CallLocal(offset);
            case Insn _ -> throw new IllegalStateException(insn + " has no target");
        };
    }
}

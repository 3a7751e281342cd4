package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.WideSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Code that can be changed: jumps lead to instructions, not to offsets. */
final class FuzzCode {
    /** An instruction, and where it leads if it jumps, calls or takes an address. */
    static final class Item {
        Insn insn;

        @Nullable
        Item target;

        Item(Insn insn, @Nullable Item target) {
            this.insn = insn;
            this.target = target;
        }
    }

    final List<Item> items = new ArrayList<>();

    private FuzzCode() {}

    static FuzzCode empty() {
        return new FuzzCode();
    }

    /** The code of a complete program. */
    static FuzzCode of(BpfCode code) {
        FuzzCode copy = new FuzzCode();
        Map<Integer, Item> bySlot = new java.util.HashMap<>();
        int slot = 0;
        for (Insn insn : code) {
            Item item = new Item(insn, null);
            copy.items.add(item);
            bySlot.put(slot, item);
            slot += insn.slots();
        }
        slot = 0;
        for (Item item : copy.items) {
            Integer offset = offset(item.insn);
            if (offset != null) {
                item.target = bySlot.get(slot + 1 + offset);
            }
            slot += item.insn.slots();
        }
        return copy;
    }

    private static @Nullable Integer offset(Insn insn) {
        return switch (insn) {
            case Insn.Jump(int offset) -> offset;
            case Insn.JumpLong(int offset) -> offset;
            case Insn.JumpIf jump -> jump.offset();
            case Insn.MayGoto(int offset) -> offset;
            case Insn.CallLocal(int offset) -> offset;
            case Insn.LoadWide wide -> wide.source() == WideSource.CODE ? wide.low() : null;
            case Insn _ -> null;
        };
    }

    /** Takes an instruction away; what led to it leads to the next one. */
    void remove(int index) {
        Item gone = items.remove(index);
        Item next = index < items.size() ? items.get(index) : null;
        for (Item item : items) {
            if (item.target == gone) {
                item.target = next;
            }
        }
    }

    /** The program, or null if it is not complete. */
    @Nullable
    BpfCode link() {
        IdentityHashMap<Item, Integer> slots = new IdentityHashMap<>();
        int slot = 0;
        for (Item item : items) {
            slots.put(item, slot);
            slot += item.insn.slots();
        }
        List<Insn> insns = new ArrayList<>();
        slot = 0;
        for (Item item : items) {
            Insn insn = item.insn;
            if (offset(insn) != null) {
                Integer to = item.target == null ? null : slots.get(item.target);
                if (to == null) {
                    return null;
                }
                insn = aimed(insn, to - slot - 1);
            }
            insns.add(insn);
            slot += insn.slots();
        }
        try {
            return BpfCode.of(insns);
        } catch (dev.ring3.bpf.insn.InsnException e) {
            return null;
        }
    }

    private static Insn aimed(Insn insn, int offset) {
        return switch (insn) {
            case Insn.Jump _ -> new Insn.Jump(offset);
            case Insn.JumpLong _ -> new Insn.JumpLong(offset);
            case Insn.JumpIf jump -> new Insn.JumpIf(jump.width(), jump.condition(), jump.left(), jump.right(), offset);
            case Insn.MayGoto _ -> new Insn.MayGoto(offset);
            case Insn.CallLocal _ -> new Insn.CallLocal(offset);
            case Insn.LoadWide wide -> new Insn.LoadWide(wide.dst(), wide.source(), offset, 0);
            case Insn _ -> throw new IllegalStateException(insn + " has no target");
        };
    }
}

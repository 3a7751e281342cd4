package dev.ring3.bpf.insn;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoded program, addressed by slots as jumps do: a {@link Insn.LoadWide} takes two, and its second is not an
 * instruction. Immutable.
 *
 * <p>{@link #of} checks what can be said without a path through the code: every jump and local call lands on an
 * instruction of the program, and nothing writes the frame pointer.
 */
public final class BpfCode implements Iterable<Insn> {
    /** Programs are refused past this, as in the kernel ({@code BPF_COMPLEXITY_LIMIT_INSNS}); the unit is a slot. */
    public static final int SLOTS_MAX = 1_000_000;

    private final List<Insn> insns;
    private final @Nullable Insn[] bySlot;

    private BpfCode(List<Insn> insns) {
        this.insns = List.copyOf(insns);
        int slots = 0;
        for (Insn insn : insns) {
            slots += insn.slots();
            requireLength(slots);
        }
        this.bySlot = new Insn[slots];
        int slot = 0;
        for (Insn insn : insns) {
            bySlot[slot] = insn;
            slot += insn.slots();
        }
    }

    /** Refuses more slots than {@link #SLOTS_MAX}; who builds code from input asks before memory is taken for it. */
    static void requireLength(int slots) {
        if (slots > SLOTS_MAX) {
            throw new InsnException(SLOTS_MAX, "slots", "a program has at most " + SLOTS_MAX + " slots");
        }
    }

    /**
     * A complete program.
     *
     * @throws InsnException if it is empty, jumps or calls to a place that is no instruction, or writes {@code r10}
     */
    public static BpfCode of(List<Insn> insns) {
        return unlinked(insns).requireComplete();
    }

    /** A complete program, see {@link #of(List)}. */
    public static BpfCode of(Insn... insns) {
        return of(List.of(insns));
    }

    /** A piece of code whose jumps and calls may still await relocation; {@link #requireComplete} checks it later. */
    public static BpfCode unlinked(List<Insn> insns) {
        return new BpfCode(insns);
    }

    /** The instructions in order. */
    public List<Insn> insns() {
        return insns;
    }

    /** The length in slots of 8 bytes. */
    public int slotCount() {
        return bySlot.length;
    }

    /** Whether a slot lies in the program and begins an instruction. */
    public boolean isInsn(int slot) {
        return slot >= 0 && slot < bySlot.length && bySlot[slot] != null;
    }

    /** The instruction that begins at a slot; {@link #isInsn} says whether there is one. */
    public Insn at(int slot) {
        Insn insn = bySlot[slot];
        if (insn == null) {
            throw new IllegalArgumentException("slot %d is the second half of a wide instruction".formatted(slot));
        }
        return insn;
    }

    @Override
    public Iterator<Insn> iterator() {
        return insns.iterator();
    }

    /**
     * This program, if it is complete as {@link #of} demands.
     *
     * @throws InsnException naming the first instruction at fault
     */
    public BpfCode requireComplete() {
        if (insns.isEmpty()) {
            throw new InsnException(0, "opcode", "the program is empty");
        }
        int slot = 0;
        for (Insn insn : insns) {
            if (Registers.writtenBy(insn).contains(Register.R10)) {
                throw new InsnException(slot, Registers.fieldOfWrite(insn), "r10 is read-only");
            }
            switch (insn) {
                case Insn.Jump(int offset) -> requireTarget(slot, offset, "offset", "jump");
                case Insn.JumpLong(int offset) -> requireTarget(slot, offset, "imm", "jump");
                case Insn.JumpIf jump -> requireTarget(slot, jump.offset(), "offset", "jump");
                case Insn.MayGoto(int offset) -> requireTarget(slot, offset, "offset", "jump");
                case Insn.CallLocal(int offset) -> requireTarget(slot, offset, "imm", "call");
                case Insn.LoadWide wide
                when wide.source() == WideSource.CODE -> requireTarget(slot, wide.low(), "imm", "function");
                case Insn _ -> {}
            }
            slot += insn.slots();
        }
        return this;
    }

    private void requireTarget(int slot, int offset, String field, String what) {
        long target = (long) slot + 1 + offset;
        if (target < 0 || target >= bySlot.length) {
            throw new InsnException(
                    slot, field, "%s target %d outside [0, %d]".formatted(what, target, bySlot.length - 1));
        }
        if (bySlot[(int) target] == null) {
            throw new InsnException(
                    slot, field, "%s target %d is the middle of a wide instruction".formatted(what, target));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BpfCode code && insns.equals(code.insns);
    }

    @Override
    public int hashCode() {
        return insns.hashCode();
    }

    /** The instructions as records, one a line, with their slots; the disassembler writes what people read. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        for (int slot = 0; slot < bySlot.length; slot++) {
            if (bySlot[slot] != null) {
                lines.add(slot + ": " + bySlot[slot]);
            }
        }
        return String.join("\n", lines);
    }
}

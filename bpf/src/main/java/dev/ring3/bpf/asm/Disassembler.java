package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.WideSource;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;

/** Turns instructions into text of either {@link Dialect}. Takes unlinked code as well as complete programs. */
public final class Disassembler {
    private Disassembler() {}

    /**
     * One instruction a line, such that {@link Assembler#assembleUnlinked} gives the same code, as does {@link
     * Assembler#assemble} for a complete program. Jumps have relative offsets. In {@link Dialect#LLVM} the functions
     * called have labels, before their first instruction: its assembler knows no other way to write a local call.
     */
    public static String disassemble(BpfCode code, Dialect dialect) {
        BitSet labelled = dialect == Dialect.LLVM ? labelled(code) : new BitSet();
        StringBuilder text = new StringBuilder();
        int slot = 0;
        for (Insn insn : code) {
            int base = slot + 1;
            if (labelled.get(slot)) {
                text.append(label(slot)).append(": ");
            }
            text.append(print(
                            insn,
                            dialect,
                            offset -> isLabelled(labelled, base + (long) offset) ? label(base + offset) : null))
                    .append('\n');
            slot += insn.slots();
        }
        return text.toString();
    }

    /**
     * For people: each instruction with its slot, and jumps with the slot they go to. Assembles to the same code.
     *
     * @param notes what to say above the instruction of a slot, such as its source lines; written as comments
     */
    public static String listing(BpfCode code, Dialect dialect, IntFunction<List<String>> notes) {
        String comment = dialect == Dialect.LLVM ? "; " : "# ";
        int digits = Math.max(4, Integer.toString(code.slotCount()).length());
        StringBuilder text = new StringBuilder();
        int slot = 0;
        for (Insn insn : code) {
            for (String note : notes.apply(slot)) {
                note.lines().forEach(line -> text.append(comment).append(line).append('\n'));
            }
            String number = Integer.toString(slot);
            text.repeat(' ', digits - number.length()).append(number).append(": ");
            text.append(line(code, slot, dialect)).append('\n');
            slot += insn.slots();
        }
        return text.toString();
    }

    /** For people, without notes, see {@link #listing(BpfCode, Dialect, IntFunction)}. */
    public static String listing(BpfCode code, Dialect dialect) {
        return listing(code, dialect, _ -> List.of());
    }

    /**
     * The instruction that begins at a slot, a jump with the slot it goes to.
     *
     * @throws IllegalArgumentException if none begins there
     */
    public static String line(BpfCode code, int slot, Dialect dialect) {
        if (!code.isInsn(slot)) {
            throw new IllegalArgumentException(
                    "slot %d begins no instruction of the %d slots".formatted(slot, code.slotCount()));
        }
        Insn insn = code.at(slot);
        String line = line(insn, dialect);
        return switch (insn) {
            case Insn.Jump(int offset) -> line + place(slot, offset, dialect);
            case Insn.JumpLong(int offset) -> line + place(slot, offset, dialect);
            case Insn.JumpIf jump -> line + place(slot, jump.offset(), dialect);
            case Insn.MayGoto(int offset) -> line + place(slot, offset, dialect);
            case Insn.CallLocal(int offset) -> line + place(slot, offset, dialect);
            case Insn.LoadWide wide when wide.source() == WideSource.CODE -> line + place(slot, wide.low(), dialect);
            case Insn _ -> line;
        };
    }

    /** One instruction that stands nowhere: jumps and calls have relative offsets. */
    public static String line(Insn insn, Dialect dialect) {
        return print(insn, dialect, _ -> null);
    }

    private static String print(Insn insn, Dialect dialect, LlvmPrinter.Labels labels) {
        return switch (dialect) {
            case LLVM -> new LlvmPrinter(labels).print(insn);
            case CONFORMANCE -> ConformancePrinter.print(insn);
        };
    }

    private static String place(int slot, int offset, Dialect dialect) {
        long target = slot + 1L + offset;
        return switch (dialect) {
            case LLVM -> " <" + target + ">";
            case CONFORMANCE -> " # " + target;
        };
    }

    /** The slots that have to have labels: functions, and targets too far for LLVM to take as a number. */
    private static BitSet labelled(BpfCode code) {
        BitSet slots = new BitSet();
        int slot = 0;
        for (Insn insn : code) {
            switch (insn) {
                case Insn.CallLocal(int offset) -> mark(slots, code, slot, offset);
                case Insn.JumpLong(int offset) when offset != (short) offset -> mark(slots, code, slot, offset);
                case Insn.LoadWide wide when wide.source() == WideSource.CODE -> mark(slots, code, slot, wide.low());
                case Insn _ -> {}
            }
            slot += insn.slots();
        }
        return slots;
    }

    private static void mark(BitSet slots, BpfCode code, int slot, int offset) {
        long target = slot + 1L + offset;
        if (target == (int) target && code.isInsn((int) target)) {
            slots.set((int) target);
        }
    }

    private static boolean isLabelled(BitSet labelled, long slot) {
        return slot >= 0 && slot < labelled.length() && labelled.get((int) slot);
    }

    private static String label(int slot) {
        return "L" + slot;
    }
}

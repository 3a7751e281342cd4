package dev.ring3.litmus;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import dev.ring3.litmus.LitmusTest.Line;
import dev.ring3.litmus.LitmusTest.TestThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A thread of a test as a whole BPF program. Its memory block begins with the offset of the instance that it works on;
 * behind that it leaves its registers. Locations lie in the value of a map, one region for each.
 */
final class ThreadCode {
    /** The map's number in wide loads. */
    static final int MAP = 1;

    /** Where in the block the registers are left. */
    static final int RESULTS = Long.BYTES;

    static final int BLOCK_BYTES = RESULTS + Register.COUNT * Long.BYTES;

    private static final int SAVED_BLOCK = -8;
    private static final int SAVED_OFFSET = -16;

    private static final int SCRATCH = -24;

    private static final int SAVED_REGISTERS = -16 - 8 * Register.COUNT;

    private ThreadCode() {}

    /**
     * The program, for locations at these offsets in the map's value.
     *
     * @throws LitmusException if the thread cannot run as a program
     */
    static BpfCode of(TestThread thread, Map<String, Integer> offsets) {
        List<Insn> insns = new ArrayList<>();
        insns.add(new Insn.Store(Size.DOUBLE, Register.R10, SAVED_BLOCK, Register.R1));
        insns.add(new Insn.Load(Size.DOUBLE, false, Register.R0, Register.R1, 0));
        insns.add(new Insn.Store(Size.DOUBLE, Register.R10, SAVED_OFFSET, Register.R0));
        for (int r = Register.R9.number(); r >= 0; r--) {
            initial(insns, Register.of(r), thread.initial().getOrDefault(r, Value.zero()), offsets);
        }
        int prologue = slots(insns);
        List<Integer> starts = new ArrayList<>();
        int slot = prologue;
        for (Line line : thread.code()) {
            requireRunnable(thread, line);
            starts.add(slot);
            slot += line.insn().slots();
        }
        starts.add(slot);
        for (int i = 0; i < thread.code().size(); i++) {
            Line line = thread.code().get(i);
            int after = starts.get(i) + line.insn().slots();
            insns.add(moved(line, starts, after));
        }
        epilogue(insns);
        return BpfCode.of(insns);
    }

    private static Insn moved(Line line, List<Integer> starts, int after) {
        int target = line.target() < 0 ? 0 : starts.get(line.target()) - after;
        return switch (line.insn()) {
            case Insn.Jump _ -> new Insn.Jump(target);
            case Insn.JumpLong _ -> new Insn.JumpLong(target);
            case Insn.JumpIf jump -> new Insn.JumpIf(jump.width(), jump.condition(), jump.left(), jump.right(), target);
            case Insn.Exit _ -> new Insn.Jump(starts.getLast() - after);
            case Insn other -> other;
        };
    }

    private static void requireRunnable(TestThread thread, Line line) {
        boolean frame = thread.initial().containsKey(Register.R10.number())
                || line.insn().toString().contains(Register.R10.toString());
        if (frame) {
            throw new LitmusException(
                    line.line(), line.column(), "a test that uses r10, the frame pointer, is checked, and not run");
        }
        if (line.insn() instanceof Insn.CallLocal) {
            throw new LitmusException(line.line(), line.column(), "calls are checked, and not run");
        }
    }

    private static void initial(List<Insn> insns, Register register, Value value, Map<String, Integer> offsets) {
        switch (value) {
            case Value.Num(long bits) -> insns.add(Insn.LoadWide.of(register, bits));
            case Value.Address(String location, long offset) -> {
                int at = offsets.getOrDefault(location, 0) + (int) offset;
                insns.add(new Insn.LoadWide(register, WideSource.MAP_VALUE_BY_FD, MAP, at));
                // Registers are set from the last to the first, so that r0 is free until its own turn.
                if (register != Register.R0) {
                    insns.add(new Insn.Load(Size.DOUBLE, false, Register.R0, Register.R10, SAVED_OFFSET));
                    insns.add(new Insn.Alu(Width.BITS_64, AluOp.ADD, register, Register.R0));
                } else {
                    insns.add(new Insn.Store(Size.DOUBLE, Register.R10, SCRATCH, Register.R0));
                    insns.add(new Insn.Load(Size.DOUBLE, false, Register.R0, Register.R10, SAVED_OFFSET));
                    insns.add(new Insn.Atomic(Size.DOUBLE, AtomicOp.ADD, Register.R10, SCRATCH, Register.R0));
                    insns.add(new Insn.Load(Size.DOUBLE, false, Register.R0, Register.R10, SCRATCH));
                }
            }
            case Value.Vector _ -> throw new IllegalStateException("an array in a register");
        }
    }

    private static void epilogue(List<Insn> insns) {
        for (int r = 0; r < Register.R10.number(); r++) {
            insns.add(new Insn.Store(Size.DOUBLE, Register.R10, SAVED_REGISTERS + 8 * r, Register.of(r)));
        }
        insns.add(new Insn.Load(Size.DOUBLE, false, Register.R1, Register.R10, SAVED_BLOCK));
        for (int r = 0; r < Register.R10.number(); r++) {
            insns.add(new Insn.Load(Size.DOUBLE, false, Register.R2, Register.R10, SAVED_REGISTERS + 8 * r));
            insns.add(new Insn.Store(Size.DOUBLE, Register.R1, RESULTS + 8 * r, Register.R2));
        }
        insns.add(new Insn.Alu(Width.BITS_64, AluOp.MOV, Register.R0, new Immediate(0)));
        insns.add(new Insn.Exit());
    }

    private static int slots(List<Insn> insns) {
        return insns.stream().mapToInt(Insn::slots).sum();
    }
}

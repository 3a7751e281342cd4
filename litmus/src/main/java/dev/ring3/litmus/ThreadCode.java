package dev.ring3.litmus;

import dev.ring3.bpf.insn.AluOp;
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
 * A thread of a test as a whole BPF program: it finds out which instance it works on, sets registers, runs the thread's
 * code, and leaves the registers. Locations lie in the value of a map, one region for each. What differs between engines
 * is where the instance comes from and where registers go, which is a {@link Frame}'s to say.
 */
final class ThreadCode {
    /** What a run leaves: r0 to r9. */
    static final int RESULTS = Register.R10.number();

    static final int RESULT_BYTES = RESULTS * Long.BYTES;

    /** On the stack: the instance's distance from the first one. */
    static final int INSTANCE = -8;

    /** On the stack: what the frame keeps over the run. */
    static final int KEPT = -16;

    private static final int REGISTERS = KEPT - RESULT_BYTES;

    /** Where a program's instance comes from, and where its registers go. */
    interface Frame {
        /** Leaves the instance's distance from the first at {@link #INSTANCE}; may use every register. */
        List<Insn> begin();

        /** Leaves in r1 the address to which registers are written; may use r0 to r2. */
        List<Insn> end();
    }

    private final Frame frame;
    private final int memory;
    private final Map<String, Integer> offsets;
    private final List<Insn> insns = new ArrayList<>();

    private ThreadCode(Frame frame, int memory, Map<String, Integer> offsets) {
        this.frame = frame;
        this.memory = memory;
        this.offsets = offsets;
    }

    /**
     * The program.
     *
     * @param memory by what number wide loads call the map with the locations, and {@code offsets} where they lie in its
     *     value
     * @throws LitmusException if the thread cannot run as a program
     */
    static BpfCode of(TestThread thread, Frame frame, int memory, Map<String, Integer> offsets) {
        return new ThreadCode(frame, memory, offsets).program(thread);
    }

    private BpfCode program(TestThread thread) {
        insns.addAll(frame.begin());
        for (int r = 0; r < RESULTS; r++) {
            prepare(r, thread.initial().getOrDefault(r, Value.zero()));
        }
        for (int r = 0; r < RESULTS; r++) {
            insns.add(load(Register.of(r), REGISTERS + Long.BYTES * r));
        }
        List<Integer> starts = new ArrayList<>();
        int slot = insns.stream().mapToInt(Insn::slots).sum();
        for (Line line : thread.code()) {
            requireRunnable(thread, line);
            starts.add(slot);
            slot += line.insn().slots();
        }
        starts.add(slot);
        for (int i = 0; i < thread.code().size(); i++) {
            Line line = thread.code().get(i);
            insns.add(moved(line, starts, starts.get(i) + line.insn().slots()));
        }
        leave();
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

    /** Puts onto the stack what a register holds in the beginning. */
    private void prepare(int register, Value value) {
        switch (value) {
            case Value.Num(long bits) -> insns.add(Insn.LoadWide.of(Register.R1, bits));
            case Value.Address(String location, long offset) -> {
                int at = offsets.getOrDefault(location, 0) + (int) offset;
                insns.add(new Insn.LoadWide(Register.R1, WideSource.MAP_VALUE_BY_FD, memory, at));
                insns.add(load(Register.R2, INSTANCE));
                insns.add(new Insn.Alu(Width.BITS_64, AluOp.ADD, Register.R1, Register.R2));
            }
            case Value.Vector _ -> throw new IllegalStateException("an array in a register");
        }
        insns.add(store(REGISTERS + Long.BYTES * register, Register.R1));
    }

    private void leave() {
        for (int r = 0; r < RESULTS; r++) {
            insns.add(store(REGISTERS + Long.BYTES * r, Register.of(r)));
        }
        insns.addAll(frame.end());
        for (int r = 0; r < RESULTS; r++) {
            insns.add(load(Register.R2, REGISTERS + Long.BYTES * r));
            insns.add(new Insn.Store(Size.DOUBLE, Register.R1, Long.BYTES * r, Register.R2));
        }
        insns.add(new Insn.Alu(Width.BITS_64, AluOp.MOV, Register.R0, new Immediate(0)));
        insns.add(new Insn.Exit());
    }

    /** From the stack. */
    static Insn load(Register into, int at) {
        return new Insn.Load(Size.DOUBLE, false, into, Register.R10, at);
    }

    /** To the stack. */
    static Insn store(int at, Register from) {
        return new Insn.Store(Size.DOUBLE, Register.R10, at, from);
    }
}

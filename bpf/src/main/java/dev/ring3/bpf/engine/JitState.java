package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.Register;
import java.util.Arrays;

/**
 * What is known of the registers at one place: their ranges, and which differ by a constant. Registers with the same id
 * are the same unknown number plus the register's delta, so that what a comparison tells of one it tells of all.
 */
final class JitState {
    private static final int FRAME_POINTER = Register.R10.number();

    final JitRange[] ranges = new JitRange[Register.COUNT];
    final int[] ids = new int[Register.COUNT];
    final long[] deltas = new long[Register.COUNT];

    /** A bit for each register that points into memory of this run alone: its stack, its context, its packet. */
    int ownMemory;

    /** Nothing is known. */
    JitState() {
        Arrays.fill(ranges, JitRange.ALL);
        Arrays.setAll(ids, register -> Integer.MIN_VALUE + register);
    }

    /**
     * At the start of a function.
     *
     * @param isProgram whether it is the program, with memory or a context in r1 and a length or 0 in r2
     */
    static JitState atEntry(boolean isProgram) {
        JitState entry = new JitState();
        entry.ranges[FRAME_POINTER] = JitRange.ADDRESS;
        entry.setOwnMemory(FRAME_POINTER, true);
        if (isProgram) {
            entry.ranges[1] = JitRange.ADDRESS;
            entry.ranges[2] = JitRange.ADDRESS;
            entry.setOwnMemory(1, true);
        }
        return entry;
    }

    JitState copy() {
        JitState copy = new JitState();
        System.arraycopy(ranges, 0, copy.ranges, 0, ranges.length);
        System.arraycopy(ids, 0, copy.ids, 0, ids.length);
        System.arraycopy(deltas, 0, copy.deltas, 0, deltas.length);
        copy.ownMemory = ownMemory;
        return copy;
    }

    JitRange range(int register) {
        return ranges[register];
    }

    /** A new number, unlike any other, that the instruction at a slot makes. */
    void set(int register, JitRange range, int slot) {
        ranges[register] = range;
        ids[register] = slot * Register.COUNT + register;
        deltas[register] = 0;
        ownMemory &= ~(1 << register);
    }

    void move(int to, int from) {
        ranges[to] = ranges[from];
        ids[to] = ids[from];
        deltas[to] = deltas[from];
        setOwnMemory(to, isOwnMemory(from));
    }

    boolean isOwnMemory(int register) {
        return (ownMemory & (1 << register)) != 0;
    }

    void setOwnMemory(int register, boolean is) {
        ownMemory = is ? ownMemory | (1 << register) : ownMemory & ~(1 << register);
    }

    /** The same number and a constant. */
    void add(int register, long constant, JitRange range) {
        ranges[register] = range;
        deltas[register] += constant;
    }

    /** A register is found to be in a range; so are those that it differs from by a constant. */
    void narrow(int register, JitRange range) {
        int id = ids[register];
        long delta = deltas[register];
        for (int other = 0; other < Register.COUNT; other++) {
            if (ids[other] == id) {
                JitRange moved = range.plus(JitRange.of(deltas[other] - delta));
                ranges[other] = ranges[other].meet(moved.low(), moved.high());
            }
        }
    }
}

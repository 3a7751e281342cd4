package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.Register;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the registers at one place: their ranges, and which differ by a constant. Registers with the same id
 * are the same unknown number plus the register's delta, so that what a comparison tells of one it tells of all. Pieces of
 * the frame ({@link JitPieces}) are further registers, behind the others.
 */
final class JitState {
    private static final int FRAME_POINTER = Register.R10.number();

    /** The number that is the length of what the program was called with. */
    private static final int ENTRY_BYTES = Integer.MIN_VALUE + Register.R2.number();

    /** More than registers and pieces of the frame, so that each has ids of its own for each slot. */
    static final int IDS_PER_SLOT = 256;

    final JitRange[] ranges;
    final int[] ids;
    final long[] deltas;

    /** Where each register points, if it is into memory of this run alone: its stack, its context, its packet. */
    final @Nullable JitPointer[] pointers;

    /** What the memory that the program was called with has at least, in bytes. */
    long entryBytesMin;

    /** Whether r2 is their number at the function's start. */
    private boolean knowsEntryBytes;

    /** Nothing is known of the registers, and of so many pieces of the frame. */
    JitState(int pieces) {
        int places = Register.COUNT + pieces;
        this.ranges = new JitRange[places];
        this.ids = new int[places];
        this.deltas = new long[places];
        this.pointers = new JitPointer[places];
        Arrays.fill(ranges, JitRange.ALL);
        Arrays.setAll(ids, register -> Integer.MIN_VALUE + register);
    }

    /**
     * At the start of a function.
     *
     * @param isProgram whether it is the program, with memory or a context in r1 and a length or 0 in r2
     * @param pieces how many pieces of its frame are followed
     */
    static JitState atEntry(boolean isProgram, int pieces) {
        JitState entry = new JitState(pieces);
        entry.ranges[FRAME_POINTER] = JitRange.ADDRESS;
        entry.pointers[FRAME_POINTER] = JitPointer.to(JitPointer.Area.FRAME);
        if (isProgram) {
            entry.ranges[1] = JitRange.ADDRESS;
            entry.ranges[2] = JitRange.ADDRESS;
            entry.pointers[1] = JitPointer.to(JitPointer.Area.ENTRY);
            entry.knowsEntryBytes = true;
        }
        return entry;
    }

    JitState copy() {
        JitState copy = new JitState(pieces());
        System.arraycopy(ranges, 0, copy.ranges, 0, ranges.length);
        System.arraycopy(ids, 0, copy.ids, 0, ids.length);
        System.arraycopy(deltas, 0, copy.deltas, 0, deltas.length);
        System.arraycopy(pointers, 0, copy.pointers, 0, pointers.length);
        copy.entryBytesMin = entryBytesMin;
        copy.knowsEntryBytes = knowsEntryBytes;
        return copy;
    }

    /** How many pieces of the frame are followed. */
    int pieces() {
        return ranges.length - Register.COUNT;
    }

    JitRange range(int register) {
        return ranges[register];
    }

    /** A new number, unlike any other, that the instruction at a slot makes. */
    void set(int register, JitRange range, int slot) {
        ranges[register] = range;
        ids[register] = slot * IDS_PER_SLOT + register;
        deltas[register] = 0;
        pointers[register] = null;
    }

    void move(int to, int from) {
        ranges[to] = ranges[from];
        ids[to] = ids[from];
        deltas[to] = deltas[from];
        pointers[to] = pointers[from];
    }

    boolean isOwnMemory(int register) {
        return pointers[register] != null;
    }

    void point(int register, @Nullable JitPointer pointer) {
        pointers[register] = pointer;
    }

    /** The same number and a constant. */
    void add(int register, long constant, JitRange range) {
        ranges[register] = range;
        deltas[register] += constant;
        JitPointer pointer = pointers[register];
        pointers[register] = pointer == null ? null : pointer.plus(JitRange.of(constant));
    }

    /** A register is found to be in a range; so are those that it differs from by a constant. */
    void narrow(int register, JitRange range) {
        int id = ids[register];
        long delta = deltas[register];
        for (int other = 0; other < ranges.length; other++) {
            if (ids[other] == id) {
                JitRange moved = range.plus(JitRange.of(deltas[other] - delta));
                ranges[other] = ranges[other].meet(moved.low(), moved.high());
            }
        }
        if (id == ENTRY_BYTES && knowsEntryBytes) {
            entryBytesMin =
                    Math.max(entryBytesMin, range.plus(JitRange.of(-delta)).low());
        }
    }

    /** A pointer is found to be in a range; so are those that it differs from by a constant. */
    void narrowPointer(int register, JitRange offset) {
        for (int other = 0; other < ranges.length; other++) {
            JitPointer pointer = pointers[other];
            if (ids[other] == ids[register] && pointer != null) {
                JitRange moved = offset.plus(JitRange.of(deltas[other] - deltas[register]));
                pointers[other] =
                        new JitPointer(pointer.area(), pointer.offset().meet(moved.low(), moved.high()));
            }
        }
    }

    /** Whether an access lies where the run may touch everything, for all that registers may hold. */
    boolean isInside(int base, int offset, int bytes) {
        JitPointer pointer = pointers[base];
        if (pointer == null) {
            return false;
        }
        JitRange place = pointer.offset().plus(JitRange.of(offset));
        return switch (pointer.area()) {
            case FRAME -> place.isIn(-Execution.FRAME_BYTES, -bytes);
            case ENTRY -> place.isIn(0, entryBytesMin - bytes);
            case OWN -> false;
        };
    }
}

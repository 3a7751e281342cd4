package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The functions of a run that are active, the program itself among them: what each kept for its return, how often it may
 * still iterate, and its stack. Belongs to one {@link Execution}.
 *
 * <p>The stack of a function is {@link Execution#FRAME_BYTES} below its {@code r10}; that of its callee lies below.
 */
final class Frames {
    private static final int SAVED = 4; // r6 to r9
    private static final int FIRST_SAVED = Register.R6.number();
    private static final int FRAME_POINTER = Register.R10.number();

    /** One past the highest byte of the first frame. */
    final long top;

    private final long[] saved = new long[Execution.FRAMES_MAX * SAVED];
    private final int[] returnTo = new int[Execution.FRAMES_MAX];
    private final @Nullable InterpreterCode[] callers = new InterpreterCode[Execution.FRAMES_MAX];
    private final int[] iterationsLeft = new int[Execution.FRAMES_MAX]; // of may_goto
    private int depth; // of the function that runs, 0 for the program
    private int dirty; // a bit for each frame that is to be zeroed before anybody looks at it, by depth

    Frames(long top) {
        this.top = top;
    }

    int depth() {
        return depth;
    }

    boolean isFull() {
        return depth == Execution.FRAMES_MAX - 1;
    }

    /** The lowest byte of the frame of the function that runs; the frames above are its callers'. */
    long low() {
        return framePointer() - Execution.FRAME_BYTES;
    }

    /** Leaves all functions and opens the frame of a program; what an earlier run left there is not this one's to read. */
    void begin(long[] registers) {
        beginDirty(registers);
        clear();
    }

    /** As {@link #begin}, but the frame need not be zeroed before {@link #clear}: the program does not touch it itself. */
    void beginDirty(long[] registers) {
        depth = 0;
        dirty = 1;
        open(registers);
    }

    /** As {@link #begin}, for a program that is known not to read what it did not write. */
    void beginVerified(long[] registers) {
        depth = 0;
        dirty = 0;
        open(registers);
    }

    /** Opens the frame of a callee; the caller has made sure that there is room. */
    void push(InterpreterCode caller, int next, long[] registers) {
        pushDirty(caller, next, registers);
        clear();
    }

    /** As {@link #push}, where the callee does not touch its frame itself. */
    void pushDirty(InterpreterCode caller, int next, long[] registers) {
        pushVerified(caller, next, registers);
        dirty |= 1 << depth;
    }

    /** As {@link #push}, for a function that is known not to read what it did not write. */
    void pushVerified(InterpreterCode caller, int next, long[] registers) {
        System.arraycopy(registers, FIRST_SAVED, saved, depth * SAVED, SAVED);
        returnTo[depth] = next;
        callers[depth] = caller;
        depth++;
        open(registers);
    }

    private void open(long[] registers) {
        registers[FRAME_POINTER] = framePointer();
        restartIterations();
    }

    /** Whether there is something to {@link #clear}. */
    boolean isDirty() {
        return dirty != 0;
    }

    /** Zeroes the frames of active functions that have not been zeroed since they were opened. */
    void clear() {
        for (int frame = 0; frame <= depth; frame++) {
            if ((dirty & (1 << frame)) != 0) {
                long low = top - (frame + 1L) * Execution.FRAME_BYTES;
                for (long at = 0; at < Execution.FRAME_BYTES; at += Long.BYTES) {
                    BpfMemory.SEGMENT.set(ValueLayout.JAVA_LONG_UNALIGNED, low + at, 0);
                }
            }
        }
        dirty = 0;
    }

    /** Leaves the function that runs; the program that its caller is in, whose registers are then {@link #restore}d. */
    InterpreterCode pop() {
        depth--;
        InterpreterCode caller = callers[depth];
        if (caller == null) {
            throw new IllegalStateException("the program itself has no caller");
        }
        return caller;
    }

    /** Gives a caller back what callees keep; returns the slot where it goes on. */
    int restore(long[] registers) {
        System.arraycopy(saved, depth * SAVED, registers, FIRST_SAVED, SAVED);
        registers[FRAME_POINTER] = framePointer();
        return returnTo[depth];
    }

    /** A program that a tail call puts in the place of a function begins with all its iterations. */
    void restartIterations() {
        iterationsLeft[depth] = Insn.MayGoto.ITERATIONS_MAX;
    }

    /** Whether {@code may_goto} falls through, which takes one of the frame's iterations. */
    boolean mayIterate() {
        if (iterationsLeft[depth] == 0) {
            return false;
        }
        iterationsLeft[depth]--;
        return true;
    }

    private long framePointer() {
        return top - (long) depth * Execution.FRAME_BYTES;
    }
}

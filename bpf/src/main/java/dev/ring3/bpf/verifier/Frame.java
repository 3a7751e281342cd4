package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Register;
import java.util.Arrays;

/**
 * A function that is active: its registers and its stack. Belongs to one {@link State}; the stack is shared between
 * copies until one of them writes.
 */
final class Frame {
    /** Stack bytes of one function. */
    static final int STACK_BYTES = 512;

    private static final int SLOTS = STACK_BYTES / StackSlot.BYTES;

    /** Why a function was called. */
    enum Kind {
        /** By the program. */
        CALL,
        /** By a function of the host, any number of times; it goes back to the call. */
        CALLBACK,
        /** Later, by the host; the program is not behind it. */
        LATER
    }

    final Value[] registers = new Value[Register.COUNT];
    final int entrySlot;
    final int callSlot;
    final Kind kind;
    final int call; // a number for this very call
    private StackSlot[] stack;
    private boolean stackShared;
    int mayGotoDepth; // may_goto instructions that went on, which the runtime counts for each function that is active
    int resourcesAtEntry; // held when the function was called
    int lentKey; // the resource that is the key of a map, lent to a callback; or 0
    int callbackRun; // the number of the call whose callback runs again and again, or 0
    int callbackDepth; // how often it ran on this path

    Frame(int entrySlot, int callSlot, Kind kind, int call) {
        this.call = call;
        this.entrySlot = entrySlot;
        this.callSlot = callSlot;
        this.kind = kind;
        this.stack = new StackSlot[0];
        Arrays.fill(registers, Value.NOTHING);
    }

    private Frame(Frame other) {
        this.entrySlot = other.entrySlot;
        this.callSlot = other.callSlot;
        this.kind = other.kind;
        this.call = other.call;
        this.mayGotoDepth = other.mayGotoDepth;
        this.resourcesAtEntry = other.resourcesAtEntry;
        this.lentKey = other.lentKey;
        this.callbackRun = other.callbackRun;
        this.callbackDepth = other.callbackDepth;
        System.arraycopy(other.registers, 0, registers, 0, registers.length);
        other.stackShared = true;
        this.stack = other.stack;
        this.stackShared = true;
    }

    Frame copy() {
        return new Frame(this);
    }

    /** How many slots below {@code r10} were ever written. */
    int slotsUsed() {
        return stack.length;
    }

    /** The slot with an index: 0 is just below {@code r10}. */
    StackSlot slot(int index) {
        return index < stack.length ? stack[index] : StackSlot.EMPTY;
    }

    void setSlot(int index, StackSlot slot) {
        if (index >= SLOTS) {
            throw new IllegalStateException("slot %d of the stack".formatted(index));
        }
        if (index >= stack.length) {
            int old = stack.length;
            stack = Arrays.copyOf(stack, index + 1);
            Arrays.fill(stack, old, stack.length, StackSlot.EMPTY);
            stackShared = false;
        } else if (stackShared) {
            stack = stack.clone();
            stackShared = false;
        }
        stack[index] = slot;
    }

    /** The index of the slot that holds a byte, whose offset from {@code r10} is negative. */
    static int indexOf(long offset) {
        return (int) ((-offset - 1) / StackSlot.BYTES);
    }

    /** Where in its slot a byte lies. */
    static int within(long offset) {
        return (int) (offset & (StackSlot.BYTES - 1));
    }
}

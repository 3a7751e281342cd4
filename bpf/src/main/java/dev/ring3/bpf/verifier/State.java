package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Register;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** All that is known at one place of one path. Mutable; {@link #copy} at a branch. */
final class State {
    private static final int[] NONE = {};

    private Frame[] frames;
    private int[] resources; // numbers of what must be given back
    private int[] acquiredAt; // the slot of the call that gave each

    Target.@Nullable MapValue lockedValue; // whose spin lock is held

    int slot;
    int branches; // jumps since the last checkpoint
    int insns; // instructions since the last checkpoint

    @Nullable
    Checkpoint parent;

    @Nullable
    Path path;

    /** The way here, shared by all states that came it. */
    record Path(int slot, boolean taken, @Nullable Path before, int length) {}

    State(Frame first) {
        this.frames = new Frame[] {first};
        this.resources = NONE;
        this.acquiredAt = NONE;
        this.slot = first.entrySlot;
    }

    private State(State other) {
        frames = new Frame[other.frames.length];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = other.frames[i].copy();
        }
        resources = other.resources;
        acquiredAt = other.acquiredAt;
        lockedValue = other.lockedValue;
        slot = other.slot;
        branches = other.branches;
        insns = other.insns;
        parent = other.parent;
        path = other.path;
    }

    State copy() {
        return new State(this);
    }

    void step(int at, boolean taken) {
        path = new Path(at, taken, path, path == null ? 1 : path.length() + 1);
    }

    // Frames.

    int depth() {
        return frames.length - 1;
    }

    Frame frame() {
        return frames[frames.length - 1];
    }

    Frame frame(int depth) {
        return frames[depth];
    }

    void push(Frame frame) {
        frames = Arrays.copyOf(frames, frames.length + 1);
        frames[frames.length - 1] = frame;
    }

    void pop() {
        frames = Arrays.copyOf(frames, frames.length - 1);
    }

    // Registers of the active function.

    Value get(int register) {
        return frame().registers[register];
    }

    Value get(Register register) {
        return frame().registers[register.number()];
    }

    void set(int register, Value value) {
        frame().registers[register] = value;
    }

    void set(Register register, Value value) {
        frame().registers[register.number()] = value;
    }

    /** What {@code change} makes of a value, for every register and every value on a stack. */
    @SuppressWarnings("ReferenceEquality") // whether it is changed at all, cheaply
    void replaceAll(UnaryOperator<Value> change) {
        for (Frame frame : frames) {
            for (int i = 0; i < frame.registers.length; i++) {
                frame.registers[i] = change.apply(frame.registers[i]);
            }
            for (int i = 0; i < frame.slotsUsed(); i++) {
                StackSlot slot = frame.slot(i);
                if (slot.lowBytes() != 0 || slot.highBytes() != 0) {
                    Value low = change.apply(slot.low());
                    Value high = change.apply(slot.high());
                    if (low != slot.low() || high != slot.high()) {
                        frame.setSlot(i, slot.withValues(low, high));
                    }
                }
            }
        }
    }

    // Resources.

    /** Notes a resource that must be given back. */
    void acquire(int resource, int at) {
        resources = Arrays.copyOf(resources, resources.length + 1);
        acquiredAt = Arrays.copyOf(acquiredAt, resources.length);
        resources[resources.length - 1] = resource;
        acquiredAt[resources.length - 1] = at;
    }

    /** Whether the resource was there to be taken away. */
    boolean release(int resource) {
        for (int i = 0; i < resources.length; i++) {
            if (resources[i] == resource) {
                resources = without(resources, i);
                acquiredAt = without(acquiredAt, i);
                return true;
            }
        }
        return false;
    }

    private static int[] without(int[] from, int index) {
        int[] rest = new int[from.length - 1];
        System.arraycopy(from, 0, rest, 0, index);
        System.arraycopy(from, index + 1, rest, index, rest.length - index);
        return rest;
    }

    int resourceCount() {
        return resources.length;
    }

    int resource(int index) {
        return resources[index];
    }

    int acquiredAt(int index) {
        return acquiredAt[index];
    }

    /** The registers in words, for people. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Register.COUNT; i++) {
            Value value = get(i);
            if (!(value instanceof Value.Nothing)) {
                text.append("r%d: %s%n".formatted(i, value));
            }
        }
        for (int i = 0; i < frame().slotsUsed(); i++) {
            StackSlot slot = frame().slot(i);
            if (slot.written() != 0) {
                text.append("stack %d: %s%n".formatted(-(i + 1) * StackSlot.BYTES, text(slot)));
            }
        }
        if (depth() > 0) {
            text.append("frame %d, called at insn %d%n".formatted(depth(), frame().callSlot));
        }
        for (int i = 0; i < resources.length; i++) {
            text.append("holds a resource acquired at insn %d%n".formatted(acquiredAt[i]));
        }
        return text.toString();
    }

    private static String text(StackSlot slot) {
        if (slot.lowBytes() == StackSlot.BYTES) {
            return slot.low().toString();
        }
        String bytes = "";
        for (int i = 0; i < StackSlot.BYTES; i++) {
            bytes += slot.isZero(i, 1) ? "0" : slot.isWritten(i, 1) ? "w" : "-";
        }
        return bytes
                + (slot.lowBytes() == 0 ? "" : " low " + slot.low())
                + (slot.highBytes() == 0 ? "" : " high " + slot.high());
    }
}

package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Register;
import org.jspecify.annotations.Nullable;

/** A function that is active in a traced run: its registers with their tags, and its stack. */
final class TracedFrame {
    /** Calls of a callback that go on. */
    static final class Loop {
        long next;
        long end;
        int function;

        @Nullable
        Thing key;
    }

    final long[] values = new long[Register.COUNT];
    final int[] tags = new int[Register.COUNT];
    final Thing stack;
    final int callSlot;
    final boolean callback;
    int heldAtEntry;
    int mayGotoLeft;

    @Nullable
    Loop loop; // that a call in this frame runs

    TracedFrame(Thing stack, int callSlot, boolean callback) {
        this.stack = stack;
        this.callSlot = callSlot;
        this.callback = callback;
    }
}

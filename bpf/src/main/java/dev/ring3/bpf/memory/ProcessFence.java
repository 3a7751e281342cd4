package dev.ring3.bpf.memory;

import java.lang.invoke.VarHandle;

/**
 * A fence of which one side costs nothing: who does something often only keeps its compiler from moving accesses
 * ({@link #light}), and who seldom needs to be ordered with it makes all processors that run threads of this process
 * order theirs ({@link #heavy}, {@code membarrier(2)}).
 *
 * <p>One thread stores A, calls {@code light}, loads B; another stores B, calls {@code heavy}, loads A: then at least one
 * of them sees what the other stored. Where the host has no such call, or native access is denied, both are full fences,
 * and {@code light} costs some nanoseconds.
 *
 * <p>The Java memory model knows of no such thing. It holds since HotSpot moves no access over {@code acquireFence}, in
 * either direction: its compilers take that for a barrier of all memory, and what is left for the processor to reorder,
 * {@code membarrier} orders: it returns when each of these processors has passed a full barrier.
 */
public final class ProcessFence {
    private static final boolean ASYMMETRIC = Reservation.Barrier.AVAILABLE;

    private ProcessFence() {}

    /** The side that is passed often. */
    public static void light() {
        if (ASYMMETRIC) {
            VarHandle.acquireFence();
        } else {
            VarHandle.fullFence();
        }
    }

    /** The side that is passed seldom: about a microsecond. */
    public static void heavy() {
        VarHandle.fullFence();
        if (ASYMMETRIC) {
            Reservation.Barrier.pass();
        }
    }
}

package dev.ring3.bpf.engine;

import dev.ring3.bpf.map.SpinLocks;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What programs see as processors: numbers of which no two runs have the same at a time. A run takes one when it first
 * asks, so that runs which do not ask pay nothing, and gives it back when it ends.
 *
 * <p>A run for which none is left waits for another to end; but if its own thread is inside a run that has one, as the
 * function of a host that runs a program is, it shares that, as programs do that interrupt each other.
 */
public final class ProcessorSlots {
    /** How far apart the slots are, so that no two lie in one cache line: in references. */
    private static final int STRIDE = 32;

    private final int count;
    private final AtomicReferenceArray<@Nullable Thread> holders;

    /** So many slots. */
    public ProcessorSlots(int count) {
        this.count = count;
        this.holders = new AtomicReferenceArray<>((count + 1) * STRIDE);
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /**
     * A slot, which is given back with {@link #release}, or its complement if it is shared with a run around this one,
     * which gives it back.
     *
     * @param preferred the slot that this run had last
     */
    int lease(int preferred) {
        Thread thread = Thread.currentThread();
        for (int turn = 1; ; turn++) {
            for (int i = 0; i < count; i++) {
                int slot = (preferred + i) % count;
                if (holders.get(index(slot)) == null && holders.compareAndSet(index(slot), null, thread)) {
                    return slot;
                }
            }
            for (int slot = 0; slot < count; slot++) {
                if (holders.get(index(slot)) == thread) {
                    return ~slot;
                }
            }
            SpinLocks.pause(turn);
        }
    }

    void release(int slot) {
        holders.setRelease(index(slot), null);
    }

    private static int index(int slot) {
        return (slot + 1) * STRIDE; // one stride in: the array's length shares the first line
    }
}

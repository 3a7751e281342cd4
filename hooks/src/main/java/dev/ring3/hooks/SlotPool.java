package dev.ring3.hooks;

import dev.ring3.bpf.BpfProgram;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a program. A thread looks first where its number leads it, so that threads do not meet; there are as many
 * slots as ever ran at a time.
 */
final class SlotPool {
    /** Places; more threads at a time than this share them, and find a free one by looking on. */
    private static final int PLACES = 64;

    private final BpfProgram program;
    private final AtomicReferenceArray<@Nullable RunSlot> places = new AtomicReferenceArray<>(PLACES);
    private final Queue<RunSlot> further = new ConcurrentLinkedQueue<>();
    private final List<RunSlot> all = new CopyOnWriteArrayList<>();

    SlotPool(BpfProgram program) {
        this.program = program;
    }

    /**
     * A slot that is the caller's until it gives it back.
     *
     * @throws IllegalStateException if the program was closed
     * @throws dev.ring3.bpf.BpfMemoryException if there is no memory for one more
     */
    RunSlot take() {
        int first = first();
        for (int i = 0; i < PLACES; i++) {
            int place = (first + i) % PLACES;
            RunSlot slot = places.getPlain(place) == null ? null : places.getAndSet(place, null);
            if (slot != null) {
                return slot;
            }
        }
        RunSlot resting = further.poll();
        if (resting != null) {
            return resting;
        }
        RunSlot made = new RunSlot(program.newInvocation());
        all.add(made);
        return made;
    }

    void giveBack(RunSlot slot) {
        int first = first();
        for (int i = 0; i < PLACES; i++) {
            if (places.compareAndSet((first + i) % PLACES, null, slot)) {
                return;
            }
        }
        further.add(slot); // more threads at a time than places
    }

    private static int first() {
        return (int) (Thread.currentThread().threadId() % PLACES);
    }

    /** Every slot, also those in use. */
    List<RunSlot> slots() {
        return all;
    }
}

package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Which entry of a full table is forgotten: the hand goes round over the rows, and takes the first that was not looked
 * for since it passed the last time (the clock algorithm; the kernel keeps lists that come close to it).
 *
 * <p>A search marks its row without a lock, perhaps after the row was deleted: so what {@link #next} returns may be no
 * entry, which the table finds out.
 */
final class ClockHand {
    private static final byte UNUSED = 0;
    private static final byte USED = 1;
    private static final byte MARKED = 2;

    private static final MemorySegment MEMORY = BpfMemory.SEGMENT;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final long states; // of row 0, which there is not
    private final int rows;
    private int hand; // guarded by the lock of the table

    /**
     * A hand over rows that are not used.
     *
     * @param states the address of a zero for each row
     */
    ClockHand(long states, int rows) {
        this.states = states - 1;
        this.rows = rows;
    }

    /** Remembers that a row was looked for; from any thread. */
    void touch(int row) {
        if (MEMORY.get(BYTE, states + row) != MARKED) {
            MEMORY.set(BYTE, states + row, MARKED);
        }
    }

    void add(int row) {
        MEMORY.set(BYTE, states + row, USED);
    }

    void remove(int row) {
        MEMORY.set(BYTE, states + row, UNUSED);
    }

    /** The row to be forgotten, which is now unused. There is at least one that is used. */
    int next() {
        while (true) {
            hand = hand == rows ? 1 : hand + 1;
            byte state = MEMORY.get(BYTE, states + hand);
            if (state == USED) {
                remove(hand);
                return hand;
            }
            if (state == MARKED) {
                add(hand);
            }
        }
    }
}

package dev.ring3.mm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What is handed out: a byte for each frame. 0 if no folio that is handed out starts there; otherwise in the low half
 * the order's number plus 1, in the high half the number of the reserve it came from, 0 for none. So a folio that is
 * freed twice, at another order, or that never was, is found at once.
 */
final class FolioStates {
    /** Reserves that one allocator can have. */
    static final int RESERVES_MAX = 15;

    private static final VarHandle BYTE = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final int ORDER_MASK = 0xf;

    private final byte[] states;

    FolioStates(long frames) {
        states = new byte[Math.toIntExact(frames)];
    }

    void handOut(long frame, FolioOrder order, int reserve) {
        BYTE.setRelease(states, (int) frame, (byte) (reserve << 4 | order.ordinal() + 1));
    }

    /**
     * Takes a folio back.
     *
     * @return the reserve it came from, 0 for none
     * @throws IllegalStateException if it is not handed out at that order
     */
    int takeBack(long frame, FolioOrder order) {
        if (frame < 0 || frame >= states.length) {
            throw new IllegalStateException("freed frame %d of %d".formatted(frame, states.length));
        }
        byte state = (byte) BYTE.getAcquire(states, (int) frame);
        if ((state & ORDER_MASK) != order.ordinal() + 1 || !BYTE.compareAndSet(states, (int) frame, state, (byte) 0)) {
            throw new IllegalStateException(
                    "freed frame %d as a folio of order %s, which %s".formatted(frame, order, describe(frame)));
        }
        return (state & 0xff) >>> 4;
    }

    /** The order of the folio that is handed out there, null if none starts there. */
    @Nullable
    FolioOrder orderAt(long frame) {
        int number = (byte) BYTE.getAcquire(states, (int) frame) & ORDER_MASK;
        return number == 0 ? null : FolioOrder.values()[number - 1];
    }

    private String describe(long frame) {
        FolioOrder found = orderAt(frame);
        return found == null ? "is not allocated: freed twice?" : "was allocated as " + found;
    }
}

package dev.ring3.mm.cache;

import dev.ring3.mm.FolioOrder;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One allocation of frames that pages of a file lie in, from its arrival until its last page has left and nobody pins
 * it. Pages leave one by one; the frames are freed together.
 */
final class Folio {
    private static final int PIN_ONE = 1 << 16;
    private static final int PAGES_MASK = PIN_ONE - 1;

    final AddressSpace file;
    final long firstPage;
    final int frame;
    final FolioOrder order;

    /** Goes once it has been used; cleared by a use that is meant to keep it. */
    volatile boolean dropBehind;

    /** Nobody has asked for it yet; for policies. */
    final boolean readahead;

    /** Pages in the index, plus {@link #PIN_ONE} for each pin. At 0 the frames are free. */
    private final AtomicInteger uses;

    Folio(AddressSpace file, long firstPage, int frame, FolioOrder order, boolean readahead) {
        this.file = file;
        this.firstPage = firstPage;
        this.frame = frame;
        this.order = order;
        this.readahead = readahead;
        this.uses = new AtomicInteger(order.frames());
    }

    /** Keeps the frames until {@link #unpin}; false if they are about to be freed. */
    boolean tryPin() {
        int now;
        do {
            now = uses.get();
            if (now == 0) {
                return false;
            }
        } while (!uses.compareAndSet(now, now + PIN_ONE));
        return true;
    }

    /** Whether the frames are to be freed now. */
    boolean unpin() {
        return uses.addAndGet(-PIN_ONE) == 0;
    }

    boolean isPinned() {
        return uses.get() > PAGES_MASK;
    }

    /** A page has left the index; whether it was the last. */
    boolean lastPageLeft() {
        return (uses.decrementAndGet() & PAGES_MASK) == 0;
    }

    long endPage() {
        return firstPage + order.frames();
    }

    FolioContext context() {
        return new FolioContext(frame, file.id(), file.backing().tag(), firstPage, order, readahead, dropBehind);
    }
}

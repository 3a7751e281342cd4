package dev.ring3.mm.cache;

import dev.ring3.mm.FolioOrder;
import dev.ring3.mm.FrameAllocator;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a cache: which folio each belongs to, and its mark. A frame that is freed keeps nothing of either.
 *
 * <p>Marks are bytes that hits write without a lock: 0 to 3 visits, or {@link #READAHEAD_MARK}. One too few may be
 * counted, which costs a hint.
 */
final class FolioMap implements CachePolicy.Visits {
    /** Whoever reads this page has come so far that more should be read ahead. */
    static final byte READAHEAD_MARK = -1;

    final MemorySegment memory;

    /** By frame number plus 1, as in {@link PageWord}. */
    final byte[] marks;

    private final FrameAllocator allocator;
    private final AtomicReferenceArray<@Nullable Folio> byFrame;
    private final AtomicLong heldFrames = new AtomicLong();
    private final AtomicLong pinnedFrames = new AtomicLong();

    FolioMap(FrameAllocator allocator) {
        int frames = Math.toIntExact(allocator.frameCount());
        this.allocator = allocator;
        this.memory = allocator.memory();
        this.marks = new byte[frames + 1];
        this.byFrame = new AtomicReferenceArray<>(frames);
    }

    int frameCount() {
        return byFrame.length();
    }

    long heldFrames() {
        return heldFrames.get();
    }

    long pinnedFrames() {
        return pinnedFrames.get();
    }

    /** The bytes of a folio, for whoever fills it. */
    MemorySegment bytes(int frame, FolioOrder order) {
        return memory.asSlice((long) frame * FrameAllocator.FRAME_BYTES, order.bytes());
    }

    /** A folio's frames, whatever it takes; see {@link FrameAllocator#allocate}. */
    int allocate(FolioOrder order) {
        int frame = (int) allocator.allocate(order);
        heldFrames.addAndGet(order.frames());
        return frame;
    }

    /** A folio's frames if there are any just so, otherwise -1. */
    int tryAllocate(FolioOrder order) {
        int frame = (int) allocator.tryAllocate(order);
        if (frame >= 0) {
            heldFrames.addAndGet(order.frames());
        }
        return frame;
    }

    /** Gives frames back that no folio was made of, or whose folio has been taken out. */
    void free(int frame, FolioOrder order) {
        heldFrames.addAndGet(-order.frames());
        allocator.free(frame, order);
    }

    /** Makes a folio found, before the first word points to it. */
    void put(Folio folio) {
        for (int i = 0; i < folio.order.frames(); i++) {
            marks[folio.frame + i + 1] = 0;
            byFrame.set(folio.frame + i, folio);
        }
    }

    /**
     * A page has left the index.
     *
     * @param last what to do if it was the folio's last, before its frames are free
     */
    void pageLeft(Folio folio, Runnable last) {
        boolean _ = folio.tryPin(); // so that nobody else frees the frames while the folio is still found
        if (folio.lastPageLeft()) {
            for (int i = 0; i < folio.order.frames(); i++) {
                byFrame.set(folio.frame + i, null);
            }
            last.run();
        }
        if (folio.unpin()) {
            free(folio.frame, folio.order);
        }
    }

    /** The folio of a frame; the caller makes sure by a lock, or finds out afterwards, that it is the one meant. */
    @Nullable
    Folio at(int frame) {
        return byFrame.get(frame);
    }

    /** The folio of a page whose lock is held. */
    Folio of(long lockedWord) {
        Folio folio = byFrame.get(PageWord.frameOf(lockedWord) - 1);
        if (folio == null) {
            throw new IllegalStateException("a page without a folio: %x".formatted(lockedWord));
        }
        return folio;
    }

    /** Keeps a folio in memory; false if it is going. */
    boolean tryPin(Folio folio) {
        boolean pinned = folio.tryPin();
        if (pinned) {
            pinnedFrames.addAndGet(folio.order.frames());
        }
        return pinned;
    }

    void unpin(Folio folio) {
        pinnedFrames.addAndGet(-folio.order.frames());
        if (folio.unpin()) {
            free(folio.frame, folio.order);
        }
    }

    @Override
    public int take(int frame) {
        Folio folio = byFrame.get(frame);
        int frames = folio == null ? 0 : folio.order.frames();
        int highest = 0;
        for (int i = frame + 1; i <= frame + frames; i++) {
            if (marks[i] > 0) {
                highest = Math.max(highest, marks[i]);
                marks[i] = 0;
            }
        }
        return highest;
    }

    @Override
    public boolean isDirty(int frame) {
        return anyPage(frame, PageWord::isDirty);
    }

    @Override
    public boolean isUnderWriteback(int frame) {
        return anyPage(frame, PageWord::isUnderWriteback);
    }

    private boolean anyPage(int frame, LongPredicate state) {
        Folio folio = byFrame.get(frame);
        for (int i = 0; folio != null && i < folio.order.frames(); i++) {
            long[] leaf = folio.file.table().leaf(folio.firstPage + i);
            if (leaf != null && state.test((long) PageWord.WORD.getOpaque(leaf, PageTable.slot(folio.firstPage + i)))) {
                return true;
            }
        }
        return false;
    }
}

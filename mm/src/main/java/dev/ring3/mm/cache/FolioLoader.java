package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageWord.DIRTY;
import static dev.ring3.mm.cache.PageWord.LOCKED;
import static dev.ring3.mm.cache.PageWord.WAITER;
import static dev.ring3.mm.cache.PageWord.WORD;

import dev.ring3.mm.FolioOrder;
import dev.ring3.mm.ReclaimScope;
import dev.ring3.mm.lock.AcquireMode;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Brings pages of one file into memory. The words of the pages are locked first, while they have no frame: that is the
 * claim by which misses of one folio become one fill, since all others wait for the lock. Then frames are allocated,
 * filled, and the words published. Whatever fails, the words are unlocked and those who waited try for themselves.
 *
 * <p>Arrivals hold the range in ARRIVAL, so that none overlaps a truncate, a hole being punched, or direct I/O.
 */
final class FolioLoader {
    /** What the validator knows of waits for a fill. */
    static final LockClass LOCK_CLASS = LockClass.named("fill of the page cache");

    /** While pages are claimed, as Linux does it in {@code page_cache_ra_unbounded()}. */
    private static final ReclaimScope ARRIVING = ReclaimScope.noFs("pages of a file are arriving");

    private static final FolioOrder[] FROM_LARGEST = {FolioOrder.HUGE, FolioOrder.LARGE, FolioOrder.PAGE};

    private final AddressSpace file;
    private final PageCache cache;

    FolioLoader(AddressSpace file, PageCache cache) {
        this.file = file;
        this.cache = cache;
    }

    /** How a folio comes. */
    enum Purpose {
        /** To stay. */
        KEEP,
        /** For one use. */
        DROP_BEHIND,
        /** Before anybody asks; only if there is a free frame. */
        READAHEAD
    }

    /**
     * Fills a folio that contains a page, unless somebody else has or does.
     *
     * @param largest its size if the range is free and there are frames; otherwise it is smaller
     * @return the folio, pinned; null if the page is somebody else's, or not worth it
     * @throws IOException what the fill threw
     */
    @Nullable
    Folio load(long page, FolioOrder largest, Purpose purpose) throws IOException {
        for (FolioOrder order : FROM_LARGEST) {
            if (order.compareTo(largest) > 0) {
                continue;
            }
            long first = page & -order.frames();
            if (purpose == Purpose.READAHEAD
                    && !cache.policies()
                            .admit(new FolioContext(
                                    -1, file.id(), file.backing().tag(), first, order, true, false))) {
                return null;
            }
            RangeLock.Held range = file.arrivals().lock(first, first + order.frames(), RangeLock.Mode.ARRIVAL);
            try {
                file.requireOpen();
                long[][] leaves = claim(first, order);
                if (leaves == null) {
                    continue;
                }
                int frame = frameFor(order, purpose, first, leaves);
                if (frame >= 0) {
                    return fillAndPublish(first, order, frame, purpose, leaves);
                }
            } catch (IOException e) {
                if (order == FolioOrder.PAGE) {
                    throw e;
                }
                // A bad block is no reason to withhold its neighbours: a smaller one, then.
            } finally {
                file.arrivals().unlock(range);
            }
        }
        return null;
    }

    /**
     * Writes pages that are not in memory and need not be read: whole ones, or what lies beyond the end of the file.
     * Frames of dirty memory for it have been acquired by the caller.
     *
     * @param first the first page
     * @param inPage where the bytes go in it; not 0 only for a single page
     * @param length how many bytes; what is left of the last page becomes zero
     * @param sizeMin the write is only for a file that is at least that long, else 0
     * @return WRITTEN, TAKEN if a page is somebody else's or (for large ones) there was no frame, BEYOND_SIZE
     */
    Arrival arriveByWrite(
            long first,
            FolioOrder order,
            int inPage,
            MemorySegment from,
            long fromOffset,
            long length,
            long sizeMin,
            boolean dropBehind) {
        RangeLock.Held range = file.arrivals().lock(first, first + order.frames(), RangeLock.Mode.ARRIVAL);
        try {
            file.requireOpen();
            long[][] leaves = claim(first, order);
            if (leaves == null) {
                return Arrival.TAKEN;
            }
            if (file.size() < sizeMin) {
                unclaim(first, order.frames(), leaves);
                return Arrival.BEYOND_SIZE;
            }
            Purpose purpose = dropBehind ? Purpose.DROP_BEHIND : Purpose.KEEP;
            int frame = frameFor(order, purpose, first, leaves);
            if (frame < 0) {
                return Arrival.TAKEN;
            }
            boolean copied = false;
            try {
                MemorySegment bytes = cache.folios().bytes(frame, order);
                bytes.asSlice(0, inPage).fill((byte) 0);
                MemorySegment.copy(from, fromOffset, bytes, inPage, length);
                bytes.asSlice(inPage + length).fill((byte) 0);
                copied = true;
            } finally {
                if (!copied) {
                    cache.folios().free(frame, order);
                    unclaim(first, order.frames(), leaves);
                }
            }
            publish(first, order, frame, purpose, leaves, DIRTY);
            return Arrival.WRITTEN;
        } finally {
            file.arrivals().unlock(range);
        }
    }

    /** How {@link #arriveByWrite} went. */
    enum Arrival {
        WRITTEN,
        TAKEN,
        BEYOND_SIZE
    }

    /** Frames for a claimed range; -1, and nothing claimed any more, if they should not be waited for. */
    private int frameFor(FolioOrder order, Purpose purpose, long first, long[][] leaves) {
        int frame = -1;
        boolean tried = false;
        try {
            boolean optional = order != FolioOrder.PAGE || purpose == Purpose.READAHEAD;
            frame = optional
                    ? cache.folios().tryAllocate(order)
                    : ARRIVING.<Integer, RuntimeException>call(
                            () -> cache.folios().allocate(order));
            tried = true;
            return frame;
        } finally {
            if (!tried || frame < 0) {
                unclaim(first, order.frames(), leaves);
            }
        }
    }

    private Folio fillAndPublish(long first, FolioOrder order, int frame, Purpose purpose, long[][] leaves)
            throws IOException {
        boolean filled = false;
        long start = System.nanoTime();
        LockValidator.acquire(LOCK_CLASS, AcquireMode.SHARED_RECURSIVE, null);
        try {
            fill(first << PageTable.PAGE_SHIFT, cache.folios().bytes(frame, order));
            filled = true;
        } finally {
            LockValidator.release(LOCK_CLASS, null);
            if (!filled) {
                cache.counters().fillFailures.increment();
                cache.folios().free(frame, order);
                unclaim(first, order.frames(), leaves);
            }
        }
        cache.counters().fillLatency.record(System.nanoTime() - start);
        return publish(first, order, frame, purpose, leaves, 0);
    }

    /** Fills a range from the backing, and with zeros beyond its end and the file's. */
    private void fill(long offset, MemorySegment into) throws IOException {
        long length = into.byteSize();
        long needed = Math.min(length, file.contentEnd() - offset);
        long wanted = roundUp(needed);
        long filled = 0;
        while (filled < needed) {
            long more = file.backing().fill(offset + filled, into.asSlice(filled, wanted - filled));
            if (more < 0 || more > wanted - filled) {
                throw new IOException("the backing supplied %d of %d bytes".formatted(more, wanted - filled));
            }
            if (more == 0) {
                break;
            }
            filled += more;
        }
        // After the fill: a file that has become shorter since will have this page zeroed by whoever did it.
        long valid = Math.clamp(file.contentEnd() - offset, 0, filled);
        into.asSlice(valid).fill((byte) 0);
    }

    private static long roundUp(long bytes) {
        return (bytes + PageTable.PAGE_BYTES - 1) & -PageTable.PAGE_BYTES;
    }

    /** Locks the words of pages that are all absent; null, and none locked, if one is not. Does not wait. */
    private long @Nullable [][] claim(long first, FolioOrder order) {
        int pages = order.frames();
        long[][] leaves = new long[pages][];
        for (int i = 0; i < pages; i++) {
            leaves[i] = file.table().leafForArrival(first + i);
            int slot = PageTable.slot(first + i);
            long word = (long) WORD.getVolatile(leaves[i], slot);
            if (!PageWord.isAbsent(word) || !WORD.compareAndSet(leaves[i], slot, word, (word | LOCKED) & ~WAITER)) {
                file.table().departed(first + i, leaves[i]);
                unclaim(first, i, leaves);
                return null;
            }
        }
        return leaves;
    }

    private void unclaim(long first, int pages, long[][] leaves) {
        for (int i = 0; i < pages; i++) {
            int slot = PageTable.slot(first + i);
            long locked = (long) WORD.getVolatile(leaves[i], slot) & ~WAITER;
            cache.locks().unlock(leaves[i], slot, locked, locked);
            file.table().departed(first + i, leaves[i]);
        }
    }

    private Folio publish(long first, FolioOrder order, int frame, Purpose purpose, long[][] leaves, long state) {
        Folio folio = new Folio(file, first, frame, order, purpose == Purpose.READAHEAD);
        folio.dropBehind = purpose == Purpose.DROP_BEHIND;
        boolean _ = cache.folios().tryPin(folio);
        cache.folios().put(folio);
        cache.policies().added(folio); // before a page can leave again
        if (purpose == Purpose.KEEP && !cache.policies().admit(folio.context())) {
            folio.dropBehind = true;
        }
        int pages = order.frames();
        file.countResident(pages);
        for (int i = 0; i < pages; i++) {
            if (state == DIRTY) {
                file.writeback().becomeDirty(leaves[i], 1);
            }
            int slot = PageTable.slot(first + i);
            long locked = (long) WORD.getVolatile(leaves[i], slot) & ~WAITER;
            cache.locks().unlock(leaves[i], slot, locked, PageWord.arrived(locked, frame + i + 1, state));
        }
        if (state == DIRTY) {
            cache.folios().unpin(folio);
        }
        return folio;
    }
}

package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageWord.DIRTY;
import static dev.ring3.mm.cache.PageWord.LOCKED;
import static dev.ring3.mm.cache.PageWord.WORD;
import static dev.ring3.mm.cache.PageWord.WRITEBACK;

/** Takes pages of one file out of memory, and zeroes parts of them. */
final class PageRemover {
    private final AddressSpace file;
    private final PageCache cache;

    PageRemover(AddressSpace file, PageCache cache) {
        this.file = file;
        this.cache = cache;
    }

    /**
     * Takes out a folio whose pages are all clean, without waiting; whether its last page has left. A page is taken out
     * by one compare-and-set: who copies from it finds out afterwards. If one becomes dirty meanwhile, those before it
     * have left and it stays.
     *
     * <p>Meanwhile it is pinned: else its frame might be free again, and be that of another folio of the same page, which
     * would be taken for this one.
     */
    boolean tryEvict(Folio folio, RemovalReason reason) {
        if (folio.isPinned() || !isClean(folio) || !cache.folios().tryPin(folio)) {
            return false;
        }
        try {
            boolean allLeft = true;
            for (long page = folio.firstPage; page < folio.endPage(); page++) {
                allLeft &= tryTakeOut(folio, page, reason);
            }
            return allLeft;
        } finally {
            cache.folios().unpin(folio);
        }
    }

    /** Takes out what is there for one use, if that is over; waits for locks alone. */
    void dropIfUsed(Folio folio) {
        if (folio.dropBehind && !folio.isPinned() && isClean(folio)) {
            boolean _ = removeClean(folio.firstPage, folio.endPage(), RemovalReason.DROP_BEHIND);
        }
    }

    /** Takes out everything of a range, dirty or not; waits for what is being filled or written back. */
    void removeAll(long fromPage, long toPage, RemovalReason reason) {
        file.table().visit(fromPage, toPage, (firstPage, leaf) -> {
            long end = Math.min(firstPage + PageTable.LEAF_PAGES, toPage);
            for (long page = Math.max(firstPage, fromPage); page < end; page++) {
                remove(page, leaf, reason, true);
            }
        });
    }

    /** Takes out what is clean in a range; whether nothing is left of it. */
    boolean removeClean(long fromPage, long toPage, RemovalReason reason) {
        boolean[] all = {true};
        file.table().visit(fromPage, toPage, (firstPage, leaf) -> {
            long end = Math.min(firstPage + PageTable.LEAF_PAGES, toPage);
            for (long page = Math.max(firstPage, fromPage); page < end; page++) {
                all[0] &= remove(page, leaf, reason, false);
            }
        });
        return all[0];
    }

    /** Zeroes a page from some byte on, if it is in memory; waits until it may be changed. */
    void zeroTail(long page, int fromByte) {
        int slot = PageTable.slot(page);
        while (true) {
            long[] leaf = file.table().leaf(page);
            long locked = leaf == null ? 0 : cache.locks().lockPresent(leaf, slot);
            if (leaf == null || locked == 0) {
                return;
            }
            if (PageWord.isUnderWriteback(locked)) {
                cache.locks().unlock(leaf, slot, locked, locked);
                cache.locks().awaitClear(leaf, slot, WRITEBACK);
                continue;
            }
            cache.folios()
                    .memory
                    .asSlice(PageWord.positionOf(locked) + fromByte, PageTable.PAGE_BYTES - fromByte)
                    .fill((byte) 0);
            cache.locks().unlock(leaf, slot, locked, PageWord.nextVersion(locked));
            return;
        }
    }

    /** Whether the page is gone now. */
    private boolean remove(long page, long[] leaf, RemovalReason reason, boolean dirtyToo) {
        int slot = PageTable.slot(page);
        while (true) {
            long locked = cache.locks().lockPresent(leaf, slot);
            if (locked == 0) {
                return true;
            }
            boolean busy = PageWord.isUnderWriteback(locked);
            if (busy || (PageWord.isDirty(locked) && !dirtyToo)) {
                cache.locks().unlock(leaf, slot, locked, locked);
                if (!dirtyToo) {
                    return false;
                }
                cache.locks().awaitClear(leaf, slot, WRITEBACK);
                continue;
            }
            if (PageWord.isDirty(locked)) {
                file.writeback().giveUp(leaf);
            }
            Folio folio = cache.folios().of(locked);
            cache.locks().unlock(leaf, slot, locked, PageWord.gone(locked));
            hasLeft(folio, page, leaf, reason);
            return true;
        }
    }

    private boolean tryTakeOut(Folio folio, long page, RemovalReason reason) {
        long[] leaf = file.table().leaf(page);
        int slot = PageTable.slot(page);
        if (leaf == null) {
            return true;
        }
        long word = (long) WORD.getVolatile(leaf, slot);
        if (PageWord.frameOf(word) != folio.frame + offsetOf(folio, page) + 1) {
            return true; // it has left before
        }
        if ((word & (LOCKED | DIRTY | WRITEBACK)) != 0) {
            return false;
        }
        if ((word & PageWord.WAITER) != 0) {
            return remove(page, leaf, reason, false); // those who wait must be woken
        }
        if (!WORD.compareAndSet(leaf, slot, word, PageWord.gone(word))) {
            return false;
        }
        hasLeft(folio, page, leaf, reason);
        return true;
    }

    private boolean isClean(Folio folio) {
        for (long page = folio.firstPage; page < folio.endPage(); page++) {
            long[] leaf = file.table().leaf(page);
            long word = leaf == null ? 0 : (long) WORD.getVolatile(leaf, PageTable.slot(page));
            if (PageWord.frameOf(word) == folio.frame + offsetOf(folio, page) + 1
                    && (word & (DIRTY | WRITEBACK)) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int offsetOf(Folio folio, long page) {
        return (int) (page - folio.firstPage);
    }

    private void hasLeft(Folio folio, long page, long[] leaf, RemovalReason reason) {
        file.countResident(-1);
        cache.folios().pageLeft(folio, () -> {
            cache.policies().removed(folio, reason);
            cache.counters().removed(reason);
        });
        file.table().departed(page, leaf);
    }
}

package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageTable.PAGE_BYTES;
import static dev.ring3.mm.cache.PageTable.PAGE_SHIFT;
import static dev.ring3.mm.cache.PageWord.WORD;

import dev.ring3.mm.ReclaimScope;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file. A hit: look at the word, copy, look at the word again; if it is the same, nobody has changed the page
 * or used its frame for anything else in between, and what was copied is one state of the page. Neither a lock nor a
 * count of references is touched. A page that keeps changing is read under its lock at last, for which everybody gets
 * their turn, so no reader starves.
 *
 * <p>The shape matters, since this is most of what a cache does: one class, constant handles, no slices, and the frames
 * as one bounded segment. Its checks of bounds and liveness were measured at 1 ns of an 18 ns read, against one segment over all
 * addresses; with them a wrong word can hit a wrong frame, but nothing outside.
 */
final class PageReader {
    private static final int SPINS = 64;

    /** Pages that are copied at once, where their frames lie side by side. */
    private static final int RUN_PAGES_MAX = 64;

    private static final int SAMPLE_MASK = PageCache.SAMPLE_INTERVAL - 1;

    private final AddressSpace file;
    private final PageCache cache;
    private final PageTable table;
    private final MemorySegment memory;
    private final byte[] marks;
    private final long[] hits;

    PageReader(AddressSpace file, PageCache cache) {
        this.file = file;
        this.cache = cache;
        this.table = file.table();
        this.memory = cache.folios().memory;
        this.marks = cache.folios().marks;
        this.hits = cache.counters().hits;
    }

    /** Reads up to the end of the file; see {@link AddressSpace#read(long, MemorySegment)}. */
    long read(long offset, MemorySegment into) throws IOException {
        long length = into.byteSize();
        int inPage = (int) offset & (PAGE_BYTES - 1);
        if (length <= PAGE_BYTES - inPage
                && offset >= 0
                && offset <= file.size() - length
                && length > 0
                && copyPage(offset >>> PAGE_SHIFT, inPage, into, 0, length)
                && offset <= file.size() - length) {
            return length;
        }
        return readPages(offset, into, IoMode.BUFFERED);
    }

    /** Page by page, or runs of them, from wherever they are. */
    long readPages(long offset, MemorySegment into, IoMode mode) throws IOException {
        if (offset < 0) {
            throw new IllegalArgumentException("a read at " + offset);
        }
        long length = into.byteSize();
        long done = 0;
        try {
            while (done < length) {
                long position = offset + done;
                long left = Math.min(length - done, file.size() - position);
                if (left <= 0) {
                    break;
                }
                long copied = left > PAGE_BYTES ? copyRun(position, into, done, left) : 0;
                if (copied == 0) {
                    int inPage = (int) position & (PAGE_BYTES - 1);
                    copied = Math.min(left, PAGE_BYTES - inPage);
                    if (!copyPage(position >>> PAGE_SHIFT, inPage, into, done, copied)) {
                        readHard(position, into, done, copied, left, mode);
                    }
                }
                done += copied;
            }
        } catch (IOException | RuntimeException e) {
            if (done == 0) {
                throw e;
            }
        }
        // What was cut off meanwhile was perhaps read as something that is no part of the file.
        return Math.clamp(file.size() - offset, 0, done);
    }

    /** The copy of a hit; false if the page is not there or was changed meanwhile, and the copy is worth nothing. */
    private boolean copyPage(long page, int inPage, MemorySegment into, long intoOffset, long length) {
        long[] leaf = table.leaf(page);
        if (leaf == null) {
            return false;
        }
        int slot = (int) page & (PageTable.LEAF_PAGES - 1);
        long word = (long) WORD.getAcquire(leaf, slot);
        int frame = (int) word & PageWord.FRAME_MASK;
        if (frame == 0 || ((int) word & PageWord.LOCKED_INT) != 0) {
            return false;
        }
        MemorySegment.copy(memory, ((long) (frame - 1) << PAGE_SHIFT) + inPage, into, intoOffset, length);
        VarHandle.loadLoadFence();
        if ((long) WORD.getOpaque(leaf, slot) != word) {
            return false;
        }
        if (marks[frame] < CachePolicy.Visits.VISITS_MAX) {
            visit(frame, page);
        }
        int cell = Counters.hitCell();
        long count = hits[cell] + 1;
        hits[cell] = count;
        if ((count & SAMPLE_MASK) == 0) {
            cache.policies().sampled(frame - 1);
        }
        return true;
    }

    /** Copies whole pages whose frames lie side by side at once; returns how many bytes, 0 if it was not possible. */
    private long copyRun(long position, MemorySegment into, long intoOffset, long left) {
        int inPage = (int) position & (PAGE_BYTES - 1);
        long page = position >>> PAGE_SHIFT;
        int pagesWanted = (int) Math.min(RUN_PAGES_MAX, (left + inPage + PAGE_BYTES - 1) >>> PAGE_SHIFT);
        long[] words = new long[pagesWanted];
        int pages = 0;
        while (pages < pagesWanted) {
            long[] leaf = table.leaf(page + pages);
            long word = leaf == null ? 0 : (long) WORD.getAcquire(leaf, PageTable.slot(page + pages));
            int frame = PageWord.frameOf(word);
            if (frame == 0 || PageWord.isLocked(word) || (pages > 0 && frame != PageWord.frameOf(words[0]) + pages)) {
                break;
            }
            words[pages++] = word;
        }
        if (pages < 2) {
            return 0;
        }
        long bytes = Math.min(left, ((long) pages << PAGE_SHIFT) - inPage);
        MemorySegment.copy(memory, PageWord.positionOf(words[0]) + inPage, into, intoOffset, bytes);
        VarHandle.loadLoadFence();
        for (int i = 0; i < pages; i++) {
            long[] leaf = table.leaf(page + i);
            if (leaf == null || (long) WORD.getOpaque(leaf, PageTable.slot(page + i)) != words[i]) {
                cache.counters().retries.increment();
                return 0; // page by page, then
            }
        }
        for (int i = 0; i < pages; i++) {
            int frame = PageWord.frameOf(words[i]);
            if (marks[frame] < CachePolicy.Visits.VISITS_MAX) {
                visit(frame, page + i);
            }
        }
        int cell = Counters.hitCell();
        long before = hits[cell];
        hits[cell] = before + pages;
        if ((before & ~SAMPLE_MASK) != ((before + pages) & ~SAMPLE_MASK)) {
            cache.policies().sampled(PageWord.frameOf(words[0]) - 1);
        }
        return bytes;
    }

    /** Marks a page as read. Not atomic: of two visits at a time one may be lost. */
    private void visit(int frame, long page) {
        byte mark = marks[frame];
        if (mark == FolioMap.READAHEAD_MARK) {
            marks[frame] = 1;
            file.readahead().reached(page);
        } else {
            marks[frame] = (byte) (mark + 1);
        }
    }

    /** Reads a part of a page that is changing, or not in memory. */
    private void readHard(
            long position, MemorySegment into, long intoOffset, long length, long leftOfRequest, IoMode mode)
            throws IOException {
        long page = position >>> PAGE_SHIFT;
        int inPage = (int) position & (PAGE_BYTES - 1);
        ReclaimScope.mayWaitFor(FolioLoader.LOCK_CLASS);
        while (!copyPatiently(page, inPage, into, intoOffset, length)) {
            cache.counters().misses.increment();
            Folio folio = file.readahead().miss(position, leftOfRequest, mode);
            if (folio == null) {
                continue; // somebody else brings it in
            }
            try {
                if (copyPatiently(page, inPage, into, intoOffset, length)) {
                    return;
                }
            } finally {
                finish(folio);
            }
        }
    }

    private void finish(Folio folio) {
        cache.folios().unpin(folio);
        file.remover().dropIfUsed(folio);
    }

    /** Copies from a page in memory, at last under its lock; false if it is not in memory. */
    private boolean copyPatiently(long page, int inPage, MemorySegment into, long intoOffset, long length) {
        int slot = PageTable.slot(page);
        for (int spins = 0; spins < SPINS; spins++) {
            long @Nullable [] leaf = table.leaf(page);
            if (leaf == null || PageWord.isAbsent((long) WORD.getVolatile(leaf, slot))) {
                return false;
            }
            if (copyPage(page, inPage, into, intoOffset, length)) {
                return true;
            }
            cache.counters().retries.increment();
            Thread.onSpinWait();
        }
        long[] leaf = table.leaf(page);
        long locked = leaf == null ? 0 : cache.locks().lockPresent(leaf, slot);
        if (leaf == null || locked == 0) {
            return false;
        }
        try {
            MemorySegment.copy(memory, PageWord.positionOf(locked) + inPage, into, intoOffset, length);
        } finally {
            cache.locks().unlock(leaf, slot, locked, locked);
        }
        cache.counters().lockedReads.increment();
        return true;
    }
}

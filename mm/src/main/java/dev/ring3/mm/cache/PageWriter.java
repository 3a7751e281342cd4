package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageTable.PAGE_BYTES;
import static dev.ring3.mm.cache.PageTable.PAGE_SHIFT;
import static dev.ring3.mm.cache.PageWord.DIRTY;
import static dev.ring3.mm.cache.PageWord.WORD;
import static dev.ring3.mm.cache.PageWord.WRITEBACK;

import dev.ring3.mm.FolioOrder;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Writes into pages of one file, each under its own lock. A page that is dirty already costs the lock and the copy; a
 * clean one is accounted first, one under writeback is waited for. Writers of different pages have nothing in common but
 * the counts of dirty frames.
 */
final class PageWriter {
    private final AddressSpace file;
    private final PageCache cache;
    private final PageTable table;
    private final MemorySegment memory;
    private final byte[] marks;

    PageWriter(AddressSpace file, PageCache cache) {
        this.file = file;
        this.cache = cache;
        this.table = file.table();
        this.memory = cache.folios().memory;
        this.marks = cache.folios().marks;
    }

    /** What a write did. Its thread's own. */
    static final class Progress {
        long written;
        long madeDirty;
    }

    /** The usual write: inside one page that is dirty already, and inside the file. Whether it was that. */
    boolean overwrite(long offset, MemorySegment from) {
        long length = from.byteSize();
        int inPage = (int) offset & (PAGE_BYTES - 1);
        if (offset < 0 || length <= 0 || length > PAGE_BYTES - inPage) {
            return false;
        }
        long page = offset >>> PAGE_SHIFT;
        long[] leaf = table.leaf(page);
        if (leaf == null) {
            return false;
        }
        int slot = (int) page & (PageTable.LEAF_PAGES - 1);
        long word = (long) WORD.getVolatile(leaf, slot);
        if (!PageWord.isWritable(word) || !PageLocks.tryLock(leaf, slot, word)) {
            return false;
        }
        // Under the lock: a truncate that has set its size already comes for this page only afterwards.
        boolean inside = offset + length <= file.size();
        long locked = word | PageWord.LOCKED;
        try {
            if (inside) {
                MemorySegment.copy(from, 0, memory, PageWord.positionOf(word) + inPage, length);
            }
        } finally {
            cache.locks().unlock(leaf, slot, locked, PageWord.nextVersion(word));
        }
        visit(PageWord.frameOf(word));
        return inside;
    }

    /**
     * Writes page by page, until all is written, or with {@code bounded} until the file's end.
     *
     * @param bounded for who does not hold the size lock: what lies beyond the file's size is not written
     * @param progress how much was written, also when this throws
     */
    void write(long offset, MemorySegment from, boolean bounded, boolean dropBehind, Progress progress)
            throws IOException {
        long length = from.byteSize();
        while (progress.written < length) {
            long position = offset + progress.written;
            long written = writeSome(position, from, length, bounded, dropBehind, progress);
            if (written < 0) {
                return;
            }
            progress.written += written;
        }
    }

    /** Writes up to one folio; 0: try again, -1: beyond the file's size. */
    private long writeSome(
            long position, MemorySegment from, long length, boolean bounded, boolean dropBehind, Progress progress)
            throws IOException {
        long page = position >>> PAGE_SHIFT;
        int inPage = (int) position & (PAGE_BYTES - 1);
        long left = length - progress.written;
        long bytes = Math.min(left, PAGE_BYTES - inPage);
        if (bounded && position + bytes > file.size()) {
            return -1;
        }
        long[] leaf = table.leaf(page);
        if (leaf != null && !PageWord.isAbsent((long) WORD.getVolatile(leaf, PageTable.slot(page)))) {
            return writePresent(page, leaf, inPage, from, bytes, bounded, dropBehind, progress);
        }
        int whole = FolioOrder.LARGE.bytes();
        if ((position & (whole - 1)) == 0 && left >= whole) {
            long written = writeLarge(page, from, bounded, dropBehind, progress);
            if (written != 0) {
                return written;
            }
        }
        boolean needsNoRead = bytes == PAGE_BYTES || (!bounded && (page << PAGE_SHIFT) >= file.size());
        if (needsNoRead) {
            return writeAbsent(page, inPage, from, bytes, bounded, dropBehind, progress);
        }
        FolioLoader.Purpose purpose = dropBehind ? FolioLoader.Purpose.DROP_BEHIND : FolioLoader.Purpose.KEEP;
        Folio folio = file.loader().load(page, FolioOrder.PAGE, purpose);
        if (folio == null) {
            return 0;
        }
        cache.counters().misses.increment();
        try {
            long[] now = table.leaf(page);
            return now == null ? 0 : writePresent(page, now, inPage, from, bytes, bounded, dropBehind, progress);
        } finally {
            cache.folios().unpin(folio);
        }
    }

    private long writePresent(
            long page,
            long[] leaf,
            int inPage,
            MemorySegment from,
            long bytes,
            boolean bounded,
            boolean dropBehind,
            Progress progress)
            throws IOException {
        int slot = PageTable.slot(page);
        boolean acquired = !PageWord.isDirty((long) WORD.getVolatile(leaf, slot));
        if (acquired) {
            cache.dirty().acquire(file);
        }
        long locked = cache.locks().lockPresent(leaf, slot);
        long after = locked;
        long result = 0;
        try {
            if (locked == 0 || (!acquired && !PageWord.isDirty(locked)) || PageWord.isUnderWriteback(locked)) {
                return 0;
            }
            if (bounded && (page << PAGE_SHIFT) + inPage + bytes > file.size()) {
                return -1;
            }
            after = PageWord.nextVersion(locked); // also if the copy should throw half way
            MemorySegment.copy(from, progress.written, memory, PageWord.positionOf(locked) + inPage, bytes);
            result = bytes;
            if (!PageWord.isDirty(locked)) {
                file.writeback().becomeDirty(leaf, 1);
                after |= DIRTY;
                acquired = false;
                progress.madeDirty++;
            }
            if (!dropBehind) {
                cache.folios().of(locked).dropBehind = false;
            }
            visit(PageWord.frameOf(locked));
            return result;
        } finally {
            if (locked != 0) {
                cache.locks().unlock(leaf, slot, locked, after);
            }
            if (acquired) {
                cache.dirty().release(1);
            }
            if (locked != 0 && result == 0 && PageWord.isUnderWriteback(locked)) {
                cache.locks().awaitClear(leaf, slot, WRITEBACK);
            }
        }
    }

    private long writeLarge(long page, MemorySegment from, boolean bounded, boolean dropBehind, Progress progress) {
        FolioOrder order = FolioOrder.LARGE;
        if (!cache.dirty().tryAcquire(order.frames())) {
            return 0;
        }
        return arrive(page, order, 0, from, order.bytes(), bounded, dropBehind, progress);
    }

    private long writeAbsent(
            long page,
            int inPage,
            MemorySegment from,
            long bytes,
            boolean bounded,
            boolean dropBehind,
            Progress progress)
            throws IOException {
        cache.dirty().acquire(file);
        return arrive(page, FolioOrder.PAGE, inPage, from, bytes, bounded, dropBehind, progress);
    }

    /** The frames of dirty memory have been acquired, and are released if they are not used. */
    private long arrive(
            long page,
            FolioOrder order,
            int inPage,
            MemorySegment from,
            long bytes,
            boolean bounded,
            boolean dropBehind,
            Progress progress) {
        long sizeMin = bounded ? (page << PAGE_SHIFT) + inPage + bytes : 0;
        FolioLoader.@Nullable Arrival arrival = null;
        try {
            arrival = file.loader()
                    .arriveByWrite(page, order, inPage, from, progress.written, bytes, sizeMin, dropBehind);
        } finally {
            if (arrival != FolioLoader.Arrival.WRITTEN) {
                cache.dirty().release(order.frames());
            }
        }
        return switch (arrival) {
            case WRITTEN -> {
                progress.madeDirty += order.frames();
                yield bytes;
            }
            case TAKEN -> 0;
            case BEYOND_SIZE -> -1;
        };
    }

    private void visit(int frame) {
        byte mark = marks[frame];
        if (mark >= 0 && mark < CachePolicy.Visits.VISITS_MAX) {
            marks[frame] = (byte) (mark + 1);
        }
    }
}

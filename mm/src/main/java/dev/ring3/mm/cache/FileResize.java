package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageTable.PAGE_BYTES;
import static dev.ring3.mm.cache.PageTable.PAGE_SHIFT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Writes that may make a file longer, truncates, and holes. Whatever changes the size holds the size lock.
 *
 * <p>Shrinking: the size first, so that nothing beyond it is read; then, with arrivals excluded, the backing
 * and the pages. A write inside the file holds no size lock, but looks at the size once more when it has the page's lock: it
 * either sees the new size and writes nothing, or the truncate waits for it and takes its page out; writeback likewise.
 * In a page that is cut, the rest becomes zero. Growing needs nothing but the size: beyond the end, pages are zero.
 */
final class FileResize {
    private static final long PAGES_END = AddressSpace.SIZE_MAX >>> PAGE_SHIFT;

    /** What {@link #punchHole} writes at the ends. */
    private static final MemorySegment ZEROS =
            MemorySegment.ofArray(new byte[PAGE_BYTES]).asReadOnly();

    private final AddressSpace file;

    FileResize(AddressSpace file) {
        this.file = file;
    }

    long write(long offset, MemorySegment from, boolean dropBehind) throws IOException {
        PageWriter.Progress progress = new PageWriter.Progress();
        long length = from.byteSize();
        try {
            if (offset + length <= file.size()) {
                file.writer().write(offset, from, true, dropBehind, progress);
            }
            if (progress.written < length) {
                file.sizeLock().lock();
                try {
                    writeLocked(offset, from, dropBehind, progress);
                } finally {
                    file.sizeLock().unlock();
                }
            }
        } catch (IOException | RuntimeException e) {
            if (progress.written == 0) {
                throw e;
            }
        }
        file.slowDown(progress.madeDirty);
        return progress.written;
    }

    long append(MemorySegment from) throws IOException {
        PageWriter.Progress progress = new PageWriter.Progress();
        long offset;
        file.sizeLock().lock();
        try {
            offset = file.size();
            if (offset > AddressSpace.SIZE_MAX - from.byteSize()) {
                throw new IllegalArgumentException("an append of %d bytes at %d".formatted(from.byteSize(), offset));
            }
            writeLocked(offset, from, false, progress);
        } finally {
            file.sizeLock().unlock();
        }
        file.slowDown(progress.madeDirty);
        return offset;
    }

    void resize(long newSize) throws IOException {
        file.sizeLock().lock();
        try {
            resizeLocked(newSize);
        } finally {
            file.sizeLock().unlock();
        }
    }

    void punchHole(long offset, long length) throws IOException {
        file.sizeLock().lock();
        try {
            long end = Math.min(offset + length, file.size());
            if (offset < end) {
                punchLocked(offset, end);
            }
        } finally {
            file.sizeLock().unlock();
        }
    }

    /** The size becomes what was written up to, also if the rest could not be. */
    private void writeLocked(long offset, MemorySegment from, boolean dropBehind, PageWriter.Progress progress)
            throws IOException {
        file.setGrowingTo(offset + from.byteSize());
        try {
            file.writer().write(offset, from, false, dropBehind, progress);
        } finally {
            if (progress.written > 0 && offset + progress.written > file.size()) {
                file.setSize(offset + progress.written);
            }
            file.setGrowingTo(0);
        }
    }

    private void resizeLocked(long newSize) throws IOException {
        long before = file.size();
        if (newSize >= before) {
            file.backing().resize(newSize);
            file.setSize(newSize);
            return;
        }
        file.setSize(newSize);
        long fromPage = newSize >>> PAGE_SHIFT;
        RangeLock.Held range = file.arrivals().lock(fromPage, PAGES_END, RangeLock.Mode.EXCLUSIVE);
        try {
            shrinkBacking(newSize, before);
            int inPage = (int) newSize & (PAGE_BYTES - 1);
            if (inPage != 0) {
                file.remover().zeroTail(fromPage, inPage);
            }
            long firstGone = (newSize + PAGE_BYTES - 1) >>> PAGE_SHIFT;
            file.remover().removeAll(firstGone, PAGES_END, RemovalReason.TRUNCATE);
        } finally {
            file.arrivals().unlock(range);
        }
    }

    /** If the backing cannot, nothing was cut off. */
    private void shrinkBacking(long newSize, long before) throws IOException {
        file.writeback().await(newSize >>> PAGE_SHIFT, PAGES_END); // from now on none begins beyond the new size
        boolean done = false;
        try {
            file.backing().resize(newSize);
            done = true;
        } finally {
            if (!done) {
                file.setSize(before);
            }
        }
    }

    private void punchLocked(long offset, long end) throws IOException {
        long firstWhole = (offset + PAGE_BYTES - 1) & -PAGE_BYTES;
        long endWhole = end == file.size() ? (end + PAGE_BYTES - 1) & -PAGE_BYTES : end & -PAGE_BYTES;
        if (firstWhole > endWhole) {
            zero(offset, end); // inside one page
            return;
        }
        zero(offset, firstWhole);
        zero(endWhole, end);
        if (firstWhole == endWhole) {
            return;
        }
        RangeLock.Held range =
                file.arrivals().lock(firstWhole >>> PAGE_SHIFT, endWhole >>> PAGE_SHIFT, RangeLock.Mode.EXCLUSIVE);
        try {
            file.remover().removeAll(firstWhole >>> PAGE_SHIFT, endWhole >>> PAGE_SHIFT, RemovalReason.TRUNCATE);
            file.backing().punch(firstWhole, endWhole - firstWhole);
        } finally {
            file.arrivals().unlock(range);
        }
    }

    /** Less than a page. */
    private void zero(long from, long end) throws IOException {
        if (from >= end) {
            return;
        }
        PageWriter.Progress progress = new PageWriter.Progress();
        file.writer().write(from, ZEROS.asSlice(0, end - from), false, false, progress);
    }
}

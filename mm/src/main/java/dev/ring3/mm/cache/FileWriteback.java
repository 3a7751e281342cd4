package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageWord.DIRTY;
import static dev.ring3.mm.cache.PageWord.WORD;
import static dev.ring3.mm.cache.PageWord.WRITEBACK;

import dev.ring3.mm.ReclaimScope;
import dev.ring3.mm.lock.AcquireMode;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes the dirty pages of one file back: neighbours are gathered into runs. A page goes from DIRTY to WRITEBACK under
 * its lock, is immutable then, and becomes clean, or dirty again if it could not be written. Several threads may be at
 * it; a page is one's own by its WRITEBACK bit.
 */
final class FileWriteback {
    /** What the validator knows of waits for writeback. */
    static final LockClass LOCK_CLASS = LockClass.named("writeback of the page cache");

    private final AddressSpace file;
    private final PageCache cache;
    private final AtomicLong dirtyPages = new AtomicLong();
    private final AtomicLong writebackPages = new AtomicLong();

    /** Both together, at each moment: a page that goes from the one to the other is never missed. */
    private final AtomicLong uncleanPages = new AtomicLong();

    /** Whether a flusher is going to look at the file. */
    final AtomicBoolean queued = new AtomicBoolean();

    private volatile @Nullable Throwable failure;
    private volatile int failuresInARow;
    private volatile long retryNanos; // System.nanoTime() before which the flusher lets it be, after failures

    private final int runPagesMax;

    /** How long a run may be: shorter after failures, so that what can be written is, beside what cannot. */
    private volatile int runPages; // of several threads any may be right

    FileWriteback(AddressSpace file, PageCache cache) {
        this.file = file;
        this.cache = cache;
        this.runPagesMax = cache.options().writebackBytesMax() / PageTable.PAGE_BYTES;
        this.runPages = runPagesMax;
    }

    long dirtyPages() {
        return dirtyPages.get();
    }

    /** Dirty or under writeback. */
    long uncleanPages() {
        return uncleanPages.get();
    }

    /** Why the last attempt failed; null if it did not. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    int failuresInARow() {
        return failuresInARow;
    }

    /** Whether the flusher may try it now. */
    boolean isDue() {
        return failuresInARow == 0 || System.nanoTime() - retryNanos >= 0;
    }

    /** Pages of a leaf, locked or about to arrive, become dirty; the frames have been acquired. */
    void becomeDirty(long[] leaf, int pages) {
        PageTable.countUnclean(leaf, pages);
        uncleanPages.addAndGet(pages);
        if (dirtyPages.getAndAdd(pages) == 0) {
            cache.flusher().note(file);
        }
    }

    /** A dirty page, locked, is given up. */
    void giveUp(long[] leaf) {
        PageTable.countUnclean(leaf, -1);
        dirtyPages.decrementAndGet();
        uncleanPages.decrementAndGet();
        cache.dirty().release(1);
        cache.counters().discardedDirtyPages.increment();
    }

    /**
     * Writes back what is dirty in a range of pages, but not what others are writing; see {@link #await}.
     *
     * @throws IOException if a run could not be written; the error is noted for {@link AddressSpace#sync}, and the other
     *     runs were tried
     */
    void write(long fromPage, long toPage) throws IOException {
        write(fromPage, toPage, toPage);
    }

    /** As {@link #write(long, long)}, where a run that begins in the range may go on up to {@code runEnd}. */
    void write(long fromPage, long toPage, long runEnd) throws IOException {
        IOException[] first = new IOException[1];
        RunGatherer gatherer = new RunGatherer(runEnd);
        file.table().visit(fromPage, toPage, (firstPage, leaf) -> {
            if (!PageTable.hasUnclean(leaf)) {
                return;
            }
            long end = Math.min(firstPage + PageTable.LEAF_PAGES, toPage);
            // A run that was tried is left behind, whether it could be written or not.
            for (long page = Math.max(firstPage, Math.max(fromPage, gatherer.end)); page < end; ) {
                if (PageWord.isDirty((long) WORD.getVolatile(leaf, PageTable.slot(page)))) {
                    try {
                        gatherer.writeFrom(page);
                    } catch (IOException e) {
                        first[0] = first[0] == null ? e : first[0];
                    }
                }
                page = Math.max(page + 1, gatherer.end);
            }
        });
        if (first[0] != null) {
            throw first[0];
        }
    }

    /** Waits until nothing of a range is under writeback that is now. */
    void await(long fromPage, long toPage) {
        ReclaimScope.mayWaitFor(LOCK_CLASS);
        if (writebackPages.get() == 0) {
            return;
        }
        file.table().visit(fromPage, toPage, (firstPage, leaf) -> {
            if (!PageTable.hasUnclean(leaf)) {
                return;
            }
            long end = Math.min(firstPage + PageTable.LEAF_PAGES, toPage);
            for (long page = Math.max(firstPage, fromPage); page < end; page++) {
                if (PageWord.isUnderWriteback((long) WORD.getVolatile(leaf, PageTable.slot(page)))) {
                    cache.locks().awaitClear(leaf, PageTable.slot(page), WRITEBACK);
                }
            }
        });
    }

    private void succeeded() {
        runPages = Math.min(runPages * 2, runPagesMax);
        failure = null;
        failuresInARow = 0;
    }

    private void failed(Throwable error) {
        cache.counters().writebackFailures.increment();
        runPages = Math.max(runPages / 4, 1);
        failure = error;
        int failures = failuresInARow + 1;
        failuresInARow = failures;
        retryNanos = System.nanoTime() + Flusher.backoffNanos(failures);
        file.errors().record(error);
    }

    /** A run, page by page. Its thread's own. */
    private final class RunGatherer {
        private final List<long[]> leaves = new ArrayList<>();
        private final List<Long> words = new ArrayList<>();
        private final long toPage;
        private long end; // after the last run

        private RunGatherer(long toPage) {
            this.toPage = toPage;
        }

        /** Writes the run of dirty pages that begins with this one, if it is still dirty. */
        private void writeFrom(long firstPage) throws IOException {
            leaves.clear();
            words.clear();
            int pagesMax = runPages;
            while (words.size() < pagesMax && firstPage + words.size() < toPage && take(firstPage + words.size())) {
                // the next one
            }
            end = firstPage + words.size();
            if (!words.isEmpty()) {
                // Looked at after the pages were taken: who makes the file shorter from now on waits for them.
                writeRun(firstPage, file.contentEnd());
            }
        }

        /** Makes a page immutable, if it is dirty. */
        private boolean take(long page) {
            long[] leaf = file.table().leaf(page);
            int slot = PageTable.slot(page);
            if (leaf == null || !PageWord.isDirty((long) WORD.getVolatile(leaf, slot))) {
                return false;
            }
            long locked = cache.locks().lockPresent(leaf, slot);
            // A page beyond the end is a write's that has not set the size yet, or about to be taken out.
            if (!PageWord.isDirty(locked) || (page << PageTable.PAGE_SHIFT) >= file.size()) {
                if (locked != 0) {
                    cache.locks().unlock(leaf, slot, locked, locked);
                }
                return false;
            }
            dirtyPages.decrementAndGet();
            writebackPages.incrementAndGet();
            cache.locks().unlock(leaf, slot, locked, (locked & ~DIRTY) | WRITEBACK);
            leaves.add(leaf);
            words.add(locked);
            return true;
        }

        private void writeRun(long firstPage, long size) throws IOException {
            int pages = words.size();
            cache.dirty().writebackBegins(pages);
            long start = System.nanoTime();
            int written = 0;
            Throwable error = null;
            LockValidator.acquire(LOCK_CLASS, AcquireMode.SHARED_RECURSIVE, null);
            try {
                while (written < pages) {
                    written += writeSome(firstPage, written, size);
                }
                succeeded();
            } catch (IOException | RuntimeException | Error e) {
                error = e;
            } finally {
                LockValidator.release(LOCK_CLASS, null);
            }
            long nanos = System.nanoTime() - start;
            cache.counters().writebackLatency.record(nanos);
            if (error != null) {
                failed(error); // before the pages are found dirty again: whoever waited for them has to learn of it
            }
            cache.dirty().writebackEnds(pages, error == null ? nanos : -1);
            end(firstPage, written);
            if (error != null) {
                rethrow(error, firstPage);
            }
        }

        private int writeSome(long firstPage, int from, long size) throws IOException {
            long offset = (firstPage + from) << PageTable.PAGE_SHIFT;
            long length = Math.min((long) (words.size() - from) << PageTable.PAGE_SHIFT, size - offset);
            long taken = file.backing().writeback(new WritebackBatch(offset, length, pieces(from, length), size));
            cache.counters().writebackBatches.increment();
            if (taken < 0 || taken > length) {
                throw new IOException("the backing wrote %d of %d bytes".formatted(taken, length));
            }
            int pages = taken == length ? words.size() - from : (int) (taken >>> PageTable.PAGE_SHIFT);
            if (pages == 0) {
                throw new IOException("the backing wrote %d of %d bytes, not one page".formatted(taken, length));
            }
            return pages;
        }

        /** The bytes, with frames that lie side by side in one piece. */
        private List<MemorySegment> pieces(int from, long length) {
            List<MemorySegment> pieces = new ArrayList<>();
            MemorySegment memory = cache.folios().memory;
            long left = length;
            for (int i = from; i < words.size() && left > 0; ) {
                long position = PageWord.positionOf(words.get(i));
                long bytes = 0;
                do {
                    bytes += PageTable.PAGE_BYTES;
                    i++;
                } while (i < words.size() && PageWord.positionOf(words.get(i)) == position + bytes);
                bytes = Math.min(bytes, left);
                pieces.add(memory.asSlice(position, bytes).asReadOnly());
                left -= bytes;
            }
            return pieces;
        }

        private void end(long firstPage, int written) {
            List<Folio> passed = new ArrayList<>();
            for (int i = 0; i < words.size(); i++) {
                boolean clean = i < written;
                long[] leaf = leaves.get(i);
                int slot = PageTable.slot(firstPage + i);
                long locked = cache.locks().lockPresent(leaf, slot); // present: nobody takes out what is being written
                Folio folio = cache.folios().of(locked);
                if (clean) {
                    PageTable.countUnclean(leaf, -1);
                    uncleanPages.decrementAndGet();
                } else {
                    if (dirtyPages.getAndIncrement() == 0) {
                        cache.flusher().note(file);
                    }
                }
                writebackPages.decrementAndGet();
                cache.locks().unlock(leaf, slot, locked, (locked & ~WRITEBACK) | (clean ? 0 : DIRTY));
                if (folio.dropBehind && (passed.isEmpty() || passed.getLast() != folio)) {
                    passed.add(folio);
                }
            }
            cache.dirty().release(written);
            cache.counters().writtenBackPages.add(written);
            for (Folio folio : passed) {
                file.remover().dropIfUsed(folio);
            }
        }

        private void rethrow(Throwable error, long firstPage) throws IOException {
            if (error instanceof Error fatal) {
                throw fatal;
            }
            throw new WritebackException(
                    "file %d could not be written back at %d".formatted(file.id(), firstPage << PageTable.PAGE_SHIFT),
                    error);
        }
    }
}

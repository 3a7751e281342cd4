package dev.ring3.mm.cache;

import dev.ring3.mm.ReclaimScope;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.ValidatedLock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The content of one file, cached: what the owner of the file reads and writes it through. Made by
 * {@link PageCache#open}. The package comment is the contract of reads, writes, sizes and errors. Thread-safe; no method
 * but {@link #close} and {@link #discard} minds what others do at the same time.
 */
public final class AddressSpace implements AutoCloseable {
    private static final LockClass SIZE_LOCK = LockClass.named("size of a cached file");
    private static final LockClass ARRIVALS = LockClass.named("arrivals of pages of a cached file");
    private static final LockClass ATOMIC_RANGES = LockClass.named("range of a cached file");

    /** The longest a file may be: 2^60 bytes, so that no sum of offsets overflows. */
    public static final long SIZE_MAX = 1L << 60;

    private final PageCache cache;
    private final long id;
    private final Backing backing;
    private final PageTable table;
    private final RangeLock arrivals = new RangeLock(ARRIVALS);
    private final RangeLock atomicRanges = new RangeLock(ATOMIC_RANGES);
    private final ErrorSequence errors = new ErrorSequence();
    private final AtomicLong residentPages = new AtomicLong();

    /** Held by whoever changes the size; before the range locks, and before a wait for room or for writeback. */
    private final ValidatedLock sizeLock = new ValidatedLock(SIZE_LOCK);

    private final FileWriteback writeback;
    private final PageRemover remover;
    private final FolioLoader loader;
    private final Readahead readahead;
    private final PageReader reader;
    private final PageWriter writer;
    private final FileResize resize;
    private final DirectIo direct;
    private final ViewPinner pinner;

    private volatile long size; // written under sizeLock
    private volatile long
            growingTo; // written under sizeLock: how far a write goes that has not set its size yet; else 0
    private volatile boolean closed; // written while all arrivals are excluded

    AddressSpace(PageCache cache, long id, Backing backing, long size) {
        this.cache = cache;
        this.id = id;
        this.backing = backing;
        this.size = size;
        this.table = new PageTable(cache.counters().leaves);
        this.writeback = new FileWriteback(this, cache);
        this.remover = new PageRemover(this, cache);
        this.loader = new FolioLoader(this, cache);
        this.readahead = new Readahead(this, cache);
        this.reader = new PageReader(this, cache);
        this.writer = new PageWriter(this, cache);
        this.resize = new FileResize(this);
        this.direct = new DirectIo(this);
        this.pinner = new ViewPinner(this, cache);
    }

    /** A number that no other file of this cache has or had. */
    public long id() {
        return id;
    }

    /** The file's size in bytes, what is only in the cache included. */
    public long size() {
        return size;
    }

    /**
     * Reads through the cache.
     *
     * @param offset where in the file, not negative
     * @param into how much is wanted, and where to
     * @return how many bytes were read; fewer than wanted at the end of the file (0 beyond it), or if reading failed
     *     after so many: then the next read throws. What lies behind them in {@code into} is not specified
     * @throws IOException what the backing threw
     * @throws dev.ring3.mm.OutOfFramesException if there is no memory for it
     */
    public long read(long offset, MemorySegment into) throws IOException {
        return reader.read(offset, into);
    }

    /** As {@link #read(long, MemorySegment)}, by one of three ways. */
    public long read(long offset, MemorySegment into, IoMode mode) throws IOException {
        requireRange(offset, into.byteSize());
        return switch (mode) {
            case BUFFERED -> reader.read(offset, into);
            case UNCACHED -> reader.readPages(offset, into, IoMode.UNCACHED);
            case DIRECT -> direct.read(offset, into);
        };
    }

    /**
     * Writes into the cache; the file becomes longer if need be.
     *
     * @return how many bytes were written; fewer than given only if writing failed after so many: then the next write
     *     throws
     * @throws WritebackException if there is no room for more dirty pages and this file cannot be written back
     * @throws IOException what the backing threw when a page of which only a part is written had to be read
     * @throws dev.ring3.mm.OutOfFramesException if there is no memory for it
     */
    public long write(long offset, MemorySegment from) throws IOException {
        ReclaimScope.mayWaitFor(FileWriteback.LOCK_CLASS); // a write may have to, whether this one does or not
        return writer.overwrite(offset, from) ? from.byteSize() : write(offset, from, IoMode.BUFFERED);
    }

    /** As {@link #write(long, MemorySegment)}, by one of three ways. */
    public long write(long offset, MemorySegment from, IoMode mode) throws IOException {
        requireRange(offset, from.byteSize());
        ReclaimScope.mayWaitFor(FileWriteback.LOCK_CLASS);
        return switch (mode) {
            case BUFFERED -> resize.write(offset, from, false);
            case UNCACHED -> cache.uncachedWriter().write(this, offset, from);
            case DIRECT -> direct.write(offset, from);
        };
    }

    /** Writes at the end of the file, wherever that is then; returns where that was. */
    public long append(MemorySegment from) throws IOException {
        return resize.append(from);
    }

    /** Sets the size. What is cut off is gone, what is added reads as zeros. */
    public void resize(long newSize) throws IOException {
        requireRange(0, newSize);
        resize.resize(newSize);
    }

    /** Makes a range read as zeros; the size stays. */
    public void punchHole(long offset, long length) throws IOException {
        requireRange(offset, length);
        resize.punchHole(offset, length);
    }

    /**
     * Pins a range for somebody who sends it on without another copy: the memory stays until the view is closed. What
     * is written to the file meanwhile may show in it or not.
     *
     * @return a view of the range, or of what of it lies inside the file
     */
    public FolioView pin(long offset, long length) throws IOException {
        requireRange(offset, length);
        return pinner.pin(offset, length);
    }

    /**
     * As {@link #pin}, in one piece: a read-only mapping for users in this process.
     *
     * @param length such that the range does not cross a multiple of 2 MiB
     * @throws IOException also if others hold parts of the range in other pieces, or there is no such run of frames
     */
    public FolioView map(long offset, long length) throws IOException {
        requireRange(offset, length);
        return pinner.map(offset, length);
    }

    /**
     * Excludes everybody else who calls this for an overlapping range, readers only if it is for a writer, until the
     * result is closed, by the same thread: for reads and writes that are to be atomic beyond 4 KiB. Not reentrant.
     */
    public RangeHold lockRange(long offset, long length, boolean forWriting) {
        requireRange(offset, length);
        RangeLock.Mode mode = forWriting ? RangeLock.Mode.EXCLUSIVE : RangeLock.Mode.SHARED;
        return new RangeHold(atomicRanges, atomicRanges.lock(offset, offset + length, mode));
    }

    /** What a cursor of {@link #sync} starts from: make one where the file is opened. */
    public ErrorCursor errorCursor() {
        return errors.cursor();
    }

    /**
     * Writes back all that was written before, waits for it, and tells of errors.
     *
     * @throws WritebackException if writeback, this one or any since the cursor's last sync, has failed: once for each
     *     failure and cursor. What could not be written stays dirty; a later sync that returns has written it
     */
    public void sync(ErrorCursor cursor) throws IOException {
        sync(cursor, 0, SIZE_MAX);
    }

    /** As {@link #sync(ErrorCursor)}, but writes only a range. */
    public void sync(ErrorCursor cursor, long offset, long length) throws IOException {
        requireRange(offset, length);
        try {
            writeBack(offset, length);
        } catch (WritebackException e) {
            // It is among the errors.
        }
        Throwable error = errors.advance(cursor);
        if (error != null) {
            throw new WritebackException("file %d could not be written back".formatted(id), error);
        }
    }

    /** Starts writeback and does not wait for it. */
    public void flush() {
        cache.flusher().wake();
    }

    /**
     * Drops what is clean and not pinned of a range from the cache; dirty pages stay.
     *
     * @return whether nothing of the range is in the cache any more
     */
    public boolean invalidate(long offset, long length) {
        requireRange(offset, length);
        return remover.removeClean(
                offset >>> PageTable.PAGE_SHIFT, pagesUpTo(offset + length), RemovalReason.INVALIDATE);
    }

    /**
     * Takes a range out of the cache because its owner has changed it there, and nothing of it is dirty: what is read
     * from now on comes from the backing as it is now. Waits for what is arriving.
     *
     * @throws IllegalStateException if something of it is dirty, and stays
     */
    public void forget(long offset, long length) {
        requireRange(offset, length);
        long from = offset >>> PageTable.PAGE_SHIFT;
        long to = pagesUpTo(offset + length);
        RangeLock.Held range = arrivals.lock(from, to, RangeLock.Mode.EXCLUSIVE);
        try {
            if (!remover.removeClean(from, to, RemovalReason.INVALIDATE)) {
                throw new IllegalStateException(
                        "dirty pages in a range of file %d that is to be forgotten".formatted(id));
            }
        } finally {
            arrivals.unlock(range);
        }
    }

    /** What of a range is in the cache, in order. A look at what others change meanwhile. */
    public List<ResidentRange> residency(long offset, long length) {
        requireRange(offset, length);
        return Residency.of(this, cache, offset >>> PageTable.PAGE_SHIFT, pagesUpTo(offset + length));
    }

    /** How many bytes of the file are in the cache. */
    public long residentBytes() {
        return residentPages.get() << PageTable.PAGE_SHIFT;
    }

    /**
     * How many bytes of the file are newer than the backing's, those under writeback included; a page that
     * {@link Backing#writeback} has been called for counts until some time after that has returned.
     */
    public long dirtyBytes() {
        return writeback.uncleanPages() << PageTable.PAGE_SHIFT;
    }

    /**
     * Writes back what is dirty and drops the file from the cache. Nobody may be using it any more.
     *
     * @throws IOException if something cannot be written back: the file is as before then
     */
    @Override
    public void close() throws IOException {
        while (!closed) {
            writeBack(0, SIZE_MAX);
            leave(false);
        }
    }

    /** Drops the file from the cache with what is dirty: for one that has been deleted. */
    public void discard() {
        leave(true);
    }

    private void leave(boolean dirtyToo) {
        RangeLock.Held all = arrivals.lock(0, Long.MAX_VALUE, RangeLock.Mode.EXCLUSIVE);
        try {
            if (dirtyToo) {
                remover.removeAll(0, pagesUpTo(SIZE_MAX), RemovalReason.INVALIDATE);
            } else if (!remover.removeClean(0, pagesUpTo(SIZE_MAX), RemovalReason.INVALIDATE)) {
                return;
            }
            closed = true;
            cache.left(this);
        } finally {
            arrivals.unlock(all);
        }
    }

    /** Writes a range back and waits, also if a part cannot be written, which is thrown then. */
    void writeBack(long offset, long length) throws IOException {
        long from = offset >>> PageTable.PAGE_SHIFT;
        long to = pagesUpTo(offset + length);
        try {
            writeback.write(from, to);
        } finally {
            writeback.await(from, to);
        }
    }

    /** Slows the caller down for the pages it made dirty. Holds no lock. */
    void slowDown(long pages) {
        cache.dirty().slowDown(pages);
    }

    private static long pagesUpTo(long end) {
        return (end + PageTable.PAGE_BYTES - 1) >>> PageTable.PAGE_SHIFT;
    }

    private static void requireRange(long offset, long length) {
        if (offset < 0 || length < 0 || offset > SIZE_MAX - length) {
            throw new IllegalArgumentException("a range of %d bytes at %d".formatted(length, offset));
        }
    }

    /** The frames of all files. */
    MemorySegment memory() {
        return cache.folios().memory;
    }

    FileResize resizer() {
        return resize;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("file %d has been closed".formatted(id));
        }
    }

    /** Under sizeLock. */
    void setSize(long newSize) {
        size = newSize;
    }

    /** Under sizeLock, before the first page of a write that goes on beyond the end; 0 when it has set the size. */
    void setGrowingTo(long end) {
        growingTo = end;
    }

    /** Up to where pages may have content: in that of the file's end also what a write on its way beyond has left. */
    long contentEnd() {
        long growing = growingTo; // first: when it is gone, the size is there
        return Math.max(growing, size);
    }

    void countResident(int pages) {
        residentPages.addAndGet(pages);
    }

    ValidatedLock sizeLock() {
        return sizeLock;
    }

    Backing backing() {
        return backing;
    }

    PageTable table() {
        return table;
    }

    RangeLock arrivals() {
        return arrivals;
    }

    ErrorSequence errors() {
        return errors;
    }

    FileWriteback writeback() {
        return writeback;
    }

    PageRemover remover() {
        return remover;
    }

    FolioLoader loader() {
        return loader;
    }

    Readahead readahead() {
        return readahead;
    }

    PageReader reader() {
        return reader;
    }

    PageWriter writer() {
        return writer;
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.FileView;
import dev.ring3.fs.FsException;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.extent.AllocatedBlocks;
import dev.ring3.fs.extent.Blocks;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.fs.extent.DirtyRange;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.extent.SpaceReservation;
import dev.ring3.fs.extent.StagedFile;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.linux.Errno;
import dev.ring3.mm.OutOfFramesException;
import dev.ring3.mm.ReclaimScope;
import dev.ring3.mm.cache.AddressSpace;
import dev.ring3.mm.cache.Backing;
import dev.ring3.mm.cache.ErrorCursor;
import dev.ring3.mm.cache.FileTag;
import dev.ring3.mm.cache.FolioView;
import dev.ring3.mm.cache.PageCache;
import dev.ring3.mm.cache.ResidentRange;
import dev.ring3.mm.cache.WritebackBatch;
import dev.ring3.mm.lock.LockClass;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The content of one regular file in memory. What is written goes to the page cache; writeback, by the cache's own
 * threads or for a sync, puts it where no record names it ({@link StagedFile}); {@link Writeback} then names all of it in
 * one transaction. The cache calls this with no lock of the volume, so writeback can go on while a writer waits for it.
 */
final class CachedFile implements Backing {
    private static final LockClass EXTENTS = LockClass.named("extents of a file");
    /** Reclaim for memory that is asked for in here must not wait for locks of the volume: the caller has some. */
    private static final ReclaimScope NO_FS = ReclaimScope.noFs("locks of an inode");

    /** From so many bytes on that were written one after the other, writeback begins. */
    private static final long STREAM_BYTES = 4 << 20;

    final LiveInode live;
    final StagedFile staged;

    /** Blocks with space; under the inode's lock, exclusively. */
    final AllocatedBlocks allocated = new AllocatedBlocks();

    /**
     * Held exclusively over the batch that changes the file's records, shared by who reads through them, until the data is
     * read: what the old records name may be somebody else's afterwards. Taken after inodes' locks; readers hold no others.
     */
    final ReentrantReadWriteLock extents;

    private final VolumeCore core;
    private final FileCache cache;
    private final AddressSpace space;
    private final ErrorCursor errors;

    /** At least a block for each page that is dirty and was not staged yet. */
    private final SpaceReservation room;

    private volatile boolean dirty; // written under the inode's lock: something waits to be named
    private long unstoredBytes; // under the inode's lock: what naming it will add to the allocation
    private long acceptedBytes; // under the inode's lock: what was written since it was last named
    private @Nullable Subvolume charged; // under the inode's lock: whose usage has that
    private long streamBytes; // under the inode's lock: written one after the other since writeback was last begun
    private long streamEnd; // under the inode's lock
    private volatile long smallBytesLeft; // how much of what is written back may go into records

    CachedFile(VolumeCore core, FileCache cache, PageCache pages, LiveInode live, long sizeBytes) {
        this.core = core;
        this.cache = cache;
        this.live = live;
        this.extents = FsLocks.readWriteLock(EXTENTS, live.id);
        this.staged = core.data()
                .staged(
                        live.id.ino(),
                        new SnapshotId(core.subvolumes()
                                .require(live.id.subvolume(), "open file")
                                .node()
                                .id));
        this.room = core.data().reserve(0);
        this.space = pages.open(this, sizeBytes);
        this.errors = space.errorCursor();
    }

    /** What is held while records of these inodes change, in the order in which it is taken. */
    static List<Lock> fences(Stream<LiveInode> inodes) {
        return inodes.map(live -> live.content.get())
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(file -> file.live.id))
                .map(file -> (Lock) file.extents.writeLock())
                .toList();
    }

    @Override
    public FileTag tag() {
        return new FileTag(live.id.subvolume().value(), live.id.ino().value());
    }

    @Override
    public long fill(long offset, MemorySegment into) throws IOException {
        extents.readLock().lock();
        try {
            View view = core.subvolumes().require(live.id.subvolume(), "read").view();
            staged.read(ExtentItems.forReading(view, live.id.ino().value()), offset, into);
            return into.byteSize();
        } catch (FsException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            extents.readLock().unlock();
        }
    }

    @Override
    public long writeback(WritebackBatch batch) throws IOException {
        try (FileCache.Gathered data = cache.gather(batch)) {
            List<DirtyRange> ranges = List.of(new DirtyRange(batch.offset(), data.bytes()));
            if (takeSmall(batch.length())) {
                staged.writeSmall(ranges, room);
            } else {
                staged.write(ranges, room, compression());
            }
            return batch.length();
        } catch (FsException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private CompressionMode compression() {
        Subvolume subvolume = core.subvolumes().find(live.id.subvolume());
        return subvolume == null ? CompressionMode.NONE : subvolume.record().compression();
    }

    private boolean takeSmall(long bytes) {
        long left = smallBytesLeft;
        if (bytes > left) {
            return false;
        }
        smallBytesLeft = left - bytes; // a race lets a little more through, which is no harm
        return true;
    }

    @Override
    public void writeDirect(long offset, MemorySegment from) {
        throw new UnsupportedOperationException("every write goes through the cache");
    }

    /** The transaction that does it comes before, under the inode's lock. */
    @Override
    public void resize(long size) {}

    @Override
    public void punch(long offset, long length) {
        throw new UnsupportedOperationException("holes are made by transactions");
    }

    /** Reads all of a range that lies inside the file. With the inode's lock. */
    void read(long offset, MemorySegment into) {
        long done = 0;
        while (done < into.byteSize()) {
            long at = done;
            long read = inScope(() -> space.read(offset + at, into.asSlice(at)));
            if (read == 0) {
                throw new IllegalStateException("%s ends at %d in memory".formatted(live.id, offset + at));
            }
            done += read;
        }
    }

    /** All of a range that lies inside the file, pinned; null if there is no memory for that. With the inode's lock. */
    @Nullable
    FileView view(long offset, long lengthBytes) {
        FolioView pinned;
        try {
            pinned = NO_FS.call(() -> space.pin(offset, lengthBytes));
        } catch (IOException e) {
            throw failure(e);
        } catch (OutOfFramesException e) {
            return null;
        }
        return new PinnedView(pinned);
    }

    private record PinnedView(FolioView pinned) implements FileView {
        @Override
        public List<MemorySegment> segments() {
            return pinned.segments();
        }

        @Override
        public void close() {
            pinned.close();
        }
    }

    /** Writes; fewer than all only if memory or a page that had to be read failed after so many. With the inode's lock. */
    long write(long offset, MemorySegment from) {
        long done = 0;
        long piece = cache.pieceBytes(); // what lies behind the end is not written back before the size is set
        while (done < from.byteSize()) {
            long at = done;
            long length = Math.min(from.byteSize() - at, piece - (offset + at) % piece);
            long written;
            try {
                written = inScope(() -> space.write(offset + at, from.asSlice(at, length)));
            } catch (FsException e) {
                if (done == 0) {
                    throw e;
                }
                return done;
            }
            done += written;
            if (written < length) {
                return done;
            }
        }
        return done;
    }

    /** Claims space for what is about to be written; returns by how much it will make the allocation grow. ENOSPC. */
    long claim(ExtentItems records, long offset, long length) {
        room.absorb(core.data().reserve(records, offset, length));
        return allocated.missing(records, Blocks.of(offset), Blocks.covering(offset + length)) * Reserved.BLOCK_BYTES;
    }

    /** So much was written; returns by how much it makes the allocation grow. */
    long written(ExtentItems records, long offset, long length) {
        return length == 0
                ? 0
                : allocated.add(records, Blocks.of(offset), Blocks.covering(offset + length)) * Reserved.BLOCK_BYTES;
    }

    /** Gives back what was claimed for pages that were dirty already. With the inode's lock, so that no more become so. */
    void releaseSurplus() {
        long pages = Blocks.of(space.dirtyBytes()); // first: what is written back meanwhile takes from the claims
        long surplus = room.blocks() - pages;
        if (surplus > 0) {
            room.release(surplus);
        }
    }

    /** After a write: something waits, and will add so much to the subvolume's usage, where it counts already. */
    void dirtied(Subvolume subvolume, long writtenBytes, long addedBytes) {
        acceptedBytes += writtenBytes;
        unstoredBytes += addedBytes;
        charged = subvolume;
        if (!dirty) {
            dirty = true;
            if (!live.pin()) {
                throw new IllegalStateException(live.id + " is written to and not pinned");
            }
            cache.dirtied(this);
        }
    }

    /** After a write that the file's size shows: a stream is written back as it comes, so that a sync finds little to do. */
    void continued(long offset, long writtenBytes) {
        streamBytes = offset == streamEnd ? streamBytes + writtenBytes : writtenBytes;
        streamEnd = offset + writtenBytes;
        if (streamBytes >= STREAM_BYTES) {
            streamBytes = 0;
            space.flush();
        }
    }

    /** How much was written since all was last named. With the inode's lock. */
    long acceptedBytes() {
        return acceptedBytes;
    }

    boolean isDirty() {
        return dirty;
    }

    /** Bytes that writeback has not begun with, or not ended. */
    long dirtyBytes() {
        return space.dirtyBytes();
    }

    CachedFileInfo info() {
        return new CachedFileInfo(live.id, space.size(), space.residentBytes(), space.dirtyBytes());
    }

    List<ResidentRange> residency() {
        return space.residency(0, space.size());
    }

    boolean isEmpty() {
        return !dirty && space.residentBytes() == 0;
    }

    /** Puts everything dirty where no record names it yet. EIO, ENOSPC: it stays dirty. */
    void writeBack() {
        try {
            inScope(() -> {
                space.sync(errors);
                return 0L;
            });
        } catch (FsException e) {
            if (space.dirtyBytes() > 0) {
                throw e;
            } // it tells of something that has been written since
        }
    }

    /** The same for what remains when the file is about to be named: with the inode's lock. */
    void writeBackRest() {
        boolean small = space.dirtyBytes() <= FileData.SMALL_BYTES_MAX;
        smallBytesLeft = small ? FileData.SMALL_BYTES_MAX : 0;
        try {
            writeBack();
        } finally {
            smallBytesLeft = 0;
        }
    }

    /** Everything is named and in the subvolume's usage. With the inode's lock. */
    void named() {
        unstoredBytes = 0;
        acceptedBytes = 0;
        allocated.committed();
        clean();
    }

    private void clean() {
        room.close();
        if (dirty) {
            dirty = false;
            cache.cleaned(this);
            live.unpin();
        }
    }

    /** After a transaction that changed records elsewhere than at the end; nothing is dirty. With the inode's lock. */
    void changed(long offset, long length) {
        allocated.forget();
        space.forget(offset, Math.min(length, AddressSpace.SIZE_MAX - offset));
    }

    /** After a transaction that set another size; nothing is dirty. With the inode's lock. */
    void resized(long sizeBytes) {
        allocated.forget();
        inScope(() -> {
            space.resize(sizeBytes);
            return 0L;
        });
    }

    /** Gives everything up that is in memory alone, and leaves the cache. With the inode's lock, or nobody using it. */
    void discard() {
        space.discard();
        staged.close();
        if (charged != null) {
            charged.stored(unstoredBytes);
            unstoredBytes = 0;
        }
        clean();
        cache.left(this);
    }

    private long inScope(ScopedValue.CallableOp<Long, IOException> action) {
        try {
            return NO_FS.call(action);
        } catch (IOException e) {
            throw failure(e);
        } catch (OutOfFramesException e) {
            throw new FsException(Errno.ENOMEM, "cache", live.id.toString(), e);
        }
    }

    private FsException failure(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FsException known) {
                return known;
            }
        }
        return new FsException(Errno.EIO, "cache", live.id + ": " + e.getMessage(), e);
    }
}

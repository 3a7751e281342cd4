package dev.ring3.fs.volume;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.WriteResult;
import dev.ring3.fs.extent.DirtyRange;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.extent.PreparedWrite;
import dev.ring3.fs.extent.SpaceReservation;
import dev.ring3.fs.extent.WriteBack;
import dev.ring3.linux.Errno;
import dev.ring3.mm.cache.AddressSpace;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;

/**
 * Data of regular files: what {@code dev.ring3.fs.extent} does to extents, inside of the volume's transactions. A file's
 * lock is held exclusively by writers, shared by readers.
 */
final class FileContent {
    private final VolumeCore core;
    private final Lookup lookup;

    FileContent(VolumeCore core, Lookup lookup) {
        this.core = core;
        this.lookup = lookup;
    }

    private FileData data() {
        return core.data();
    }

    long read(NodeId file, long offset, MemorySegment into) {
        return lookup.reading(file, "read", (subvolume, live) -> {
            InodeRecord inode = requireRegular(core.require(live).record, "read");
            FileLimits.requireOffset("read", offset);
            long length = Math.min(into.byteSize(), Math.max(0, inode.size() - offset));
            if (length > 0) {
                MemorySegment wanted = into.asSlice(0, length);
                CachedFile cached = core.cache().of(live, inode.size());
                if (cached == null) {
                    data().read(records(subvolume, live, inode), offset, wanted);
                } else {
                    cached.read(offset, wanted);
                }
            }
            return length;
        });
    }

    private static ExtentItems records(Subvolume subvolume, LiveInode live, InodeRecord inode) {
        return new ExtentItems(subvolume.view(), live.id.ino().value(), inode);
    }

    static InodeRecord requireRegular(InodeRecord inode, String operation) {
        if (inode.isDirectory()) {
            throw new FsException(Errno.EISDIR, operation, "a directory");
        }
        if (!inode.is(FileType.REGULAR)) {
            throw new FsException(Errno.EINVAL, operation, inode.type().toString());
        }
        return inode;
    }

    WriteResult write(NodeId file, long wantedOffset, MemorySegment from, WriteOptions options) {
        WriteResult result = writeOrMakeRoom(file, wantedOffset, from, options);
        if (options.sync() != WriteOptions.Sync.NONE) {
            sync(file);
        }
        return result;
    }

    /** What was written before may hold blocks that naming it sets free. */
    private WriteResult writeOrMakeRoom(NodeId file, long wantedOffset, MemorySegment from, WriteOptions options) {
        try {
            return writeOnce(file, wantedOffset, from, options);
        } catch (FsException full) {
            if (full.errno() != Errno.ENOSPC || !core.cache().hasDirty()) {
                throw full;
            }
        }
        core.writeback().flushAll();
        return writeOnce(file, wantedOffset, from, options);
    }

    private WriteResult writeOnce(NodeId file, long wantedOffset, MemorySegment from, WriteOptions options) {
        Subvolume subvolume = lookup.enter(file.subvolume(), "write");
        try (LockSet locks = new LockSet(core.inodes(), file)) {
            LiveInode live = locks.get(file);
            InodeRecord inode = requireRegular(core.require(live).record, "write");
            long offset = options.append() ? inode.size() : wantedOffset;
            FileLimits.requireOffset("write", offset);
            if (from.byteSize() == 0) {
                return new WriteResult(offset, 0, inode.size());
            }
            MemorySegment fitting = FileLimits.fitting(from, offset);
            long end = offset + fitting.byteSize();
            CachedFile cached = core.cache().of(live, Math.max(end, inode.size()));
            long written = fitting.byteSize();
            if (cached != null && end <= AddressSpace.SIZE_MAX) {
                written = writeCached(subvolume, live, cached, offset, fitting, options.clearSetId());
            } else {
                uncache(subvolume, live);
                writeThrough(subvolume, live, offset, fitting, options.clearSetId());
            }
            return new WriteResult(offset, written, core.require(live).record.size());
        } finally {
            subvolume.freeze.readLock().unlock();
        }
    }

    /** Makes an inode durable, and with it every change before. */
    void sync(NodeId file) {
        LiveInode live = core.inodes().pin(file);
        try {
            core.writeback().flush(live);
            core.store().durable(new TransactionId(live.transaction));
        } finally {
            live.unpin();
        }
    }

    /** Into memory: space and quota are checked now, the rest is for {@link Writeback}. */
    private long writeCached(
            Subvolume subvolume,
            LiveInode live,
            CachedFile cached,
            long offset,
            MemorySegment from,
            boolean clearSetId) {
        LiveInode.State before = core.require(live);
        ExtentItems records = records(subvolume, live, before.record);
        long written = 0;
        long added = 0;
        boolean superseded = false;
        try {
            long claimed = cached.claim(records, offset, from.byteSize());
            subvolume.accept(claimed);
            added = claimed;
            superseded = before.supersedeUnseen();
            written = cached.write(offset, from);
            added = cached.written(records, offset, written);
            subvolume.accept(added - claimed); // less, if memory gave out
        } finally {
            if (written == 0) {
                subvolume.accept(-added);
                if (superseded) {
                    live.state = LiveInode.State.unseen(before.record);
                }
                cached.releaseSurplus();
            }
        }
        InodeRecord now = before.record.copy();
        now.growUnstored(offset + written, added);
        now.modifyTime = core.now();
        now.changeTime = now.modifyTime;
        if (clearSetId) {
            Attributes.clearSetId(now);
        }
        if (!superseded) {
            now.change = core.nextChange();
        }
        cached.dirtied(subvolume, written, added);
        live.state = LiveInode.State.unseen(now);
        cached.releaseSurplus();
        cached.continued(offset, written);
        return written;
    }

    /** Nothing of the file is in memory alone, or in memory at all, any more. Its lock is held exclusively. */
    private void uncache(Subvolume subvolume, LiveInode live) {
        core.writeback().flushLocked(subvolume, live);
        FileCache.drop(live);
    }

    /** Data first, to where nothing names it; then one transaction that does. */
    private void writeThrough(
            Subvolume subvolume, LiveInode live, long offset, MemorySegment from, boolean clearSetId) {
        ExtentItems before = records(subvolume, live, core.require(live).record);
        DirtyRange whole = data().merged(before, offset, from);
        WriteBack how = new WriteBack(
                WriteBack.Placement.LOG_IF_SMALL, subvolume.record().compression());
        try (SpaceReservation room = data().reserve(before, offset, from.byteSize());
                PreparedWrite prepared = data().stage(List.of(whole), room, how);
                Transaction change = new Transaction(core, subvolume)) {
            InodeRecord draft = contentChanged(change, live, clearSetId);
            ExtentItems records = new ExtentItems(change.view(), live.id.ino().value(), draft);
            long blocks = data().apply(change.data(), records, prepared);
            records.flush(change);
            count(change, draft, from.byteSize(), blocks);
            draft.sizeBytes = Math.max(draft.sizeBytes, offset + from.byteSize());
            change.commit();
        }
    }

    private static InodeRecord contentChanged(Transaction change, LiveInode live, boolean clearSetId) {
        InodeRecord draft = change.changed(live);
        draft.modifyTime = change.now();
        if (clearSetId) {
            Attributes.clearSetId(draft);
        }
        return draft;
    }

    private static void count(Transaction change, InodeRecord draft, long written, long blocks) {
        long bytes = blocks * Reserved.BLOCK_BYTES;
        draft.allocatedBytes += bytes;
        change.countBytes(written, bytes);
    }

    void allocate(NodeId file, AllocateMode mode, long offset, long length, boolean clearSetId) {
        if (length <= 0) {
            throw new FsException(Errno.EINVAL, "allocate", length + " bytes");
        }
        long end = FileLimits.end("allocate", offset, length);
        Subvolume subvolume = lookup.enter(file.subvolume(), "allocate");
        try (LockSet locks = new LockSet(core.inodes(), file)) {
            LiveInode live = locks.get(file);
            if (!core.require(live).record.is(FileType.REGULAR)) {
                throw new FsException(
                        Errno.ENODEV,
                        "allocate",
                        core.require(live).record.type().toString());
            }
            core.writeback().flushLocked(subvolume, live);
            FileLimits.requireRange(mode, core.require(live).record.sizeBytes, offset, length);
            try (Transaction change = new Transaction(core, subvolume)) {
                InodeRecord draft = contentChanged(change, live, clearSetId);
                ExtentItems records = new ExtentItems(change.view(), file.ino().value(), draft);
                long blocks = allocate(change, records, mode, offset, length);
                records.flush(change);
                count(change, draft, 0, blocks);
                draft.sizeBytes = switch (mode) {
                    case ALLOCATE, ZERO_RANGE -> Math.max(draft.sizeBytes, end);
                    case ALLOCATE_KEEP_SIZE, PUNCH_HOLE, ZERO_RANGE_KEEP_SIZE -> draft.sizeBytes;
                    case COLLAPSE_RANGE -> draft.sizeBytes - length;
                    case INSERT_RANGE -> draft.sizeBytes + length;
                };
                change.commit();
            }
            boolean shifts = mode == AllocateMode.COLLAPSE_RANGE || mode == AllocateMode.INSERT_RANGE;
            changed(live, offset, shifts ? Long.MAX_VALUE - offset : length);
        } finally {
            subvolume.freeze.readLock().unlock();
        }
    }

    /** After a transaction on the records of a range, and perhaps the size. The file's lock is held exclusively. */
    private void changed(LiveInode live, long offset, long length) {
        CachedFile cached = live.content.get();
        long size = core.require(live).record.size();
        if (cached == null) {
            return;
        }
        if (size > AddressSpace.SIZE_MAX || offset > AddressSpace.SIZE_MAX) {
            FileCache.drop(live);
        } else {
            cached.changed(offset, length);
            cached.resized(size);
        }
    }

    private long allocate(Transaction change, ExtentItems records, AllocateMode mode, long offset, long length) {
        if (mode == AllocateMode.PUNCH_HOLE || mode == AllocateMode.COLLAPSE_RANGE) {
            change.batch().fromReserve();
        }
        return switch (mode) {
            case ALLOCATE, ALLOCATE_KEEP_SIZE -> data().allocate(change.data(), records, offset, length);
            case PUNCH_HOLE -> data().punch(change.data(), records, offset, length);
            case ZERO_RANGE, ZERO_RANGE_KEEP_SIZE -> data().zero(change.data(), records, offset, length);
            case COLLAPSE_RANGE -> data().collapse(change.data(), records, offset, length);
            case INSERT_RANGE -> data().insert(change.data(), records, offset, length);
        };
    }

    /** What was written is named first, so that the records say it all. */
    long seek(NodeId file, long offset, boolean toData) {
        while (true) {
            OptionalLong found = lookup.reading(file, "seek", (subvolume, live) -> {
                CachedFile cached = live.content.get();
                return cached != null && cached.isDirty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(seek(subvolume, live, offset, toData));
            });
            if (found.isPresent()) {
                return found.getAsLong();
            }
            LiveInode live = core.inodes().pin(file);
            try {
                core.writeback().flush(live);
            } finally {
                live.unpin();
            }
        }
    }

    private long seek(Subvolume subvolume, LiveInode live, long offset, boolean toData) {
        InodeRecord inode = requireRegular(core.require(live).record, "seek");
        if (offset < 0 || offset >= inode.sizeBytes) {
            throw new FsException(Errno.ENXIO, "seek", "offset " + offset);
        }
        ExtentItems records = records(subvolume, live, inode);
        OptionalLong found = toData
                ? data().seekData(records, offset, inode.sizeBytes)
                : data().seekHole(records, offset, inode.sizeBytes);
        return found.orElseThrow(() -> new FsException(Errno.ENXIO, "seek", "offset " + offset));
    }

    /** Both files' subvolumes are frozen shared, in the order of their numbers, and both files are locked. */
    void cloneRange(
            NodeId source, long sourceOffset, NodeId target, long targetOffset, long length, boolean clearSetId) {
        FileLimits.requireSource("clone", sourceOffset, length);
        FileLimits.end("clone", targetOffset, length);
        Subvolume from = core.subvolumes().require(source.subvolume(), "clone");
        Subvolume to = core.subvolumes().require(target.subvolume(), "clone");
        boolean fromFirst = from.id.compareTo(to.id) <= 0;
        Lock first = (fromFirst ? from : to).freeze.readLock();
        Lock second = (fromFirst ? to : from).freeze.readLock();
        first.lock();
        second.lock();
        try (LockSet locks = new LockSet(core.inodes(), source, target)) {
            lookup.enter(to.id, "clone").freeze.readLock().unlock(); // it is what it was, and may be written to
            cloneLocked(from, locks.get(source), sourceOffset, to, locks.get(target), targetOffset, length, clearSetId);
        } finally {
            second.unlock();
            first.unlock();
        }
    }

    private void cloneLocked(
            Subvolume from,
            LiveInode source,
            long sourceOffset,
            Subvolume to,
            LiveInode target,
            long targetOffset,
            long length,
            boolean clearSetId) {
        requireRegular(core.require(source).record, "clone");
        requireRegular(core.require(target).record, "clone");
        core.writeback().flushLocked(from, source);
        core.writeback().flushLocked(to, target);
        InodeRecord read = core.require(source).record;
        long end = sourceOffset + length;
        long rest = -length & (Reserved.BLOCK_BYTES - 1);
        if (end > read.sizeBytes || (rest != 0 && end != read.sizeBytes)) {
            throw new FsException(Errno.EINVAL, "clone", "%d bytes from %d".formatted(length, sourceOffset));
        }
        if (length == 0) {
            return;
        }
        try (Transaction change = new Transaction(core, to)) {
            InodeRecord draft = contentChanged(change, target, clearSetId);
            ExtentItems into = new ExtentItems(change.view(), target.id.ino().value(), draft);
            ExtentItems shared = source == target ? into : records(from, source, read);
            long blocks = data().cloneRange(change.data(), shared, sourceOffset, into, targetOffset, length);
            into.flush(change);
            count(change, draft, 0, blocks);
            draft.sizeBytes = Math.max(draft.sizeBytes, targetOffset + length);
            change.commit();
        }
        changed(target, targetOffset, length + rest);
    }
}

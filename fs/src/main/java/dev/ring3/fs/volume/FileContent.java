package dev.ring3.fs.volume;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.WriteResult;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.fs.extent.DirtyRange;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.extent.PreparedWrite;
import dev.ring3.fs.extent.SpaceReservation;
import dev.ring3.fs.extent.WriteBack;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;

/**
 * Data of regular files: what {@code dev.ring3.fs.extent} does to extents, inside of the volume's transactions. A file's
 * lock is held exclusively by writers, shared by readers.
 */
final class FileContent {
    private static final WriteBack WRITE_BACK = new WriteBack(WriteBack.Placement.LOG_IF_SMALL, CompressionMode.NONE);

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
            requireOffset("read", offset);
            long length = Math.min(into.byteSize(), Math.max(0, inode.sizeBytes - offset));
            if (length > 0) {
                data().read(records(subvolume, live, inode), offset, into.asSlice(0, length));
            }
            return length;
        });
    }

    private static ExtentItems records(Subvolume subvolume, LiveInode live, InodeRecord inode) {
        return new ExtentItems(subvolume.view(), live.id.ino().value(), inode);
    }

    private static InodeRecord requireRegular(InodeRecord inode, String operation) {
        if (inode.isDirectory()) {
            throw new FsException(Errno.EISDIR, operation, "a directory");
        }
        if (!inode.is(FileType.REGULAR)) {
            throw new FsException(Errno.EINVAL, operation, inode.type().toString());
        }
        return inode;
    }

    private static void requireOffset(String operation, long offset) {
        if (offset < 0) {
            throw new FsException(Errno.EINVAL, operation, "offset " + offset);
        }
    }

    private static long end(String operation, long offset, long length) {
        requireOffset(operation, offset);
        if (length > Long.MAX_VALUE - Reserved.BLOCK_BYTES - offset) {
            throw new FsException(Errno.EFBIG, operation, "%d bytes at %d".formatted(length, offset));
        }
        return offset + length;
    }

    WriteResult write(NodeId file, long wantedOffset, MemorySegment from, WriteOptions options) {
        Subvolume subvolume = lookup.enter(file.subvolume(), "write");
        long transaction;
        WriteResult result;
        try (LockSet locks = new LockSet(core.inodes(), file)) {
            LiveInode live = locks.get(file);
            InodeRecord inode = requireRegular(core.require(live).record, "write");
            long offset = options.append() ? inode.sizeBytes : wantedOffset;
            long end = end("write", offset, from.byteSize());
            if (from.byteSize() == 0) {
                return new WriteResult(offset, 0, inode.sizeBytes);
            }
            write(subvolume, live, inode, offset, from, options.clearSetId());
            transaction = live.transaction;
            result = new WriteResult(offset, from.byteSize(), Math.max(end, inode.sizeBytes));
        } finally {
            subvolume.freeze.readLock().unlock();
        }
        if (options.sync() != WriteOptions.Sync.NONE) {
            core.store().durable(new TransactionId(transaction));
        }
        return result;
    }

    /** Data first, to where nothing names it; then one transaction that does. */
    private void write(
            Subvolume subvolume,
            LiveInode live,
            InodeRecord inode,
            long offset,
            MemorySegment from,
            boolean clearSetId) {
        ExtentItems before = records(subvolume, live, inode);
        DirtyRange whole = data().merged(before, offset, from);
        try (SpaceReservation room = data().reserve(before, offset, from.byteSize());
                PreparedWrite prepared = data().stage(List.of(whole), room, WRITE_BACK);
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
        long end = end("allocate", offset, length);
        Subvolume subvolume = lookup.enter(file.subvolume(), "allocate");
        try (LockSet locks = new LockSet(core.inodes(), file);
                Transaction change = new Transaction(core, subvolume)) {
            LiveInode live = locks.get(file);
            InodeRecord inode = core.require(live).record;
            if (!inode.is(FileType.REGULAR)) {
                throw new FsException(Errno.ENODEV, "allocate", inode.type().toString());
            }
            requireRange(mode, inode.sizeBytes, offset, length);
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
        } finally {
            subvolume.freeze.readLock().unlock();
        }
    }

    private static void requireRange(AllocateMode mode, long size, long offset, long length) {
        boolean shifts = mode == AllocateMode.COLLAPSE_RANGE || mode == AllocateMode.INSERT_RANGE;
        boolean aligned = offset % Reserved.BLOCK_BYTES == 0 && length % Reserved.BLOCK_BYTES == 0;
        boolean inside = mode == AllocateMode.COLLAPSE_RANGE ? offset + length < size : offset < size;
        if (shifts && (!aligned || !inside)) {
            throw new FsException(Errno.EINVAL, "allocate", "%s of %d at %d".formatted(mode, length, offset));
        }
        if (mode == AllocateMode.INSERT_RANGE) {
            end("allocate", size, length);
        }
    }

    private long allocate(Transaction change, ExtentItems records, AllocateMode mode, long offset, long length) {
        return switch (mode) {
            case ALLOCATE, ALLOCATE_KEEP_SIZE -> data().allocate(change.data(), records, offset, length);
            case PUNCH_HOLE -> data().punch(change.data(), records, offset, length);
            case ZERO_RANGE, ZERO_RANGE_KEEP_SIZE -> data().zero(change.data(), records, offset, length);
            case COLLAPSE_RANGE -> data().collapse(change.data(), records, offset, length);
            case INSERT_RANGE -> data().insert(change.data(), records, offset, length);
        };
    }

    long seek(NodeId file, long offset, boolean toData) {
        return lookup.reading(file, "seek", (subvolume, live) -> {
            InodeRecord inode = requireRegular(core.require(live).record, "seek");
            if (offset < 0 || offset >= inode.sizeBytes) {
                throw new FsException(Errno.ENXIO, "seek", "offset " + offset);
            }
            ExtentItems records = records(subvolume, live, inode);
            OptionalLong found = toData
                    ? data().seekData(records, offset, inode.sizeBytes)
                    : data().seekHole(records, offset, inode.sizeBytes);
            return found.orElseThrow(() -> new FsException(Errno.ENXIO, "seek", "offset " + offset));
        });
    }

    /** Both files' subvolumes are frozen shared, in the order of their numbers, and both files are locked. */
    void cloneRange(
            NodeId source, long sourceOffset, NodeId target, long targetOffset, long length, boolean clearSetId) {
        end("clone", sourceOffset, length);
        end("clone", targetOffset, length);
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
        InodeRecord read = requireRegular(core.require(source).record, "clone");
        InodeRecord written = requireRegular(core.require(target).record, "clone");
        long end = sourceOffset + length;
        boolean whole = length % Reserved.BLOCK_BYTES == 0
                || (end == read.sizeBytes && targetOffset + length >= written.sizeBytes);
        if (end > read.sizeBytes || !whole) {
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
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.linux.Errno;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds inodes and tells their state. What is in memory costs no lock: a state is immutable, and an entry is replaced
 * before the state of its directory.
 */
final class Lookup {
    /** How often a name is looked up again whose inode went away meanwhile. */
    private static final int RETRIES_MAX = 1000;

    private final VolumeCore core;
    private final Directories directories;
    private final @Nullable Subvolume receiving;

    Lookup(VolumeCore core, Directories directories) {
        this(core, directories, null);
    }

    /** For who receives the content of a subvolume, which nobody else may write to meanwhile. */
    Lookup(VolumeCore core, Directories directories, @Nullable Subvolume receiving) {
        this.core = core;
        this.directories = directories;
        this.receiving = receiving;
    }

    static void requireOrdinary(Name name, String operation) {
        if (name.isDotOrDotDot()) {
            throw new FsException(Errno.EINVAL, operation, name.toString());
        }
    }

    /** A subvolume that may be written to, its freeze held shared: the caller lets go of it. */
    Subvolume enter(SubvolumeId id, String operation) {
        Subvolume subvolume = core.subvolumes().require(id, operation);
        subvolume.freeze.readLock().lock();
        try {
            core.requireOpen(operation);
            requireCurrent(subvolume, operation);
            if (subvolume != receiving) {
                subvolume.requireWritable(operation);
            }
            return subvolume;
        } catch (RuntimeException e) {
            subvolume.freeze.readLock().unlock();
            throw e;
        }
    }

    /** It may have been deleted while we waited for it. */
    private void requireCurrent(Subvolume subvolume, String operation) {
        if (core.subvolumes().find(subvolume.id) != subvolume) {
            throw new FsException(Errno.ESTALE, operation, subvolume.id.toString());
        }
    }

    /** Reads something of an inode, with the subvolume's freeze and the inode's lock held shared, and its state loaded. */
    <T extends @Nullable Object> T reading(NodeId id, String operation, BiFunction<Subvolume, LiveInode, T> action) {
        Subvolume subvolume = core.subvolumes().require(id.subvolume(), operation);
        subvolume.freeze.readLock().lock();
        LiveInode live = core.inodes().pin(id);
        try {
            core.requireOpen(operation);
            requireCurrent(subvolume, operation);
            return shared(live, () -> {
                core.require(live);
                return action.apply(subvolume, live);
            });
        } finally {
            live.unpin();
            subvolume.freeze.readLock().unlock();
        }
    }

    private <T extends @Nullable Object> T shared(LiveInode live, Supplier<T> action) {
        while (true) {
            core.load(live); // under the exclusive lock, so not inside of the shared one
            live.lock.readLock().lock();
            try {
                if (live.state != null) {
                    return action.get();
                }
            } finally {
                live.lock.readLock().unlock();
            }
        }
    }

    Stat stat(NodeId id, int mask) {
        core.requireOpen("stat");
        Subvolume subvolume = core.subvolumes().find(id.subvolume());
        LiveInode live = subvolume == null ? null : core.inodes().peek(id);
        LiveInode.State state = live == null ? null : live.state;
        if (subvolume == null || state == null || state.gone) {
            return slowStat(id, mask);
        }
        boolean look = (mask & StatMask.CHANGE) != 0;
        return !look || state.markSeen() ? core.stat(id, subvolume, state.record, mask) : slowStat(id, mask);
    }

    private Stat slowStat(NodeId id, int mask) {
        return reading(id, "stat", (subvolume, live) -> {
            LiveInode.State state = core.require(live);
            if ((mask & StatMask.CHANGE) != 0 && !state.markSeen()) {
                throw new IllegalStateException("superseded under a shared lock: " + id);
            }
            return core.stat(id, subvolume, state.record, mask);
        });
    }

    /** The state of an inode whose lock is held exclusively, with its change attribute. */
    Stat seen(LiveInode live, Subvolume subvolume) {
        LiveInode.State state = core.load(live);
        if (!state.markSeen()) {
            throw new IllegalStateException("superseded under an exclusive lock: " + live.id);
        }
        return core.stat(live.id, subvolume, state.record, StatMask.ALL);
    }

    /** What the name leads to, or null. */
    @Nullable
    NodeId find(NodeId directory, Name name) {
        core.requireOpen("lookup");
        Subvolume subvolume = core.subvolumes().find(directory.subvolume());
        LiveInode live = subvolume == null ? null : core.inodes().peek(directory);
        LiveInode.Entry entry = live == null ? null : live.entries.get(name);
        if (subvolume == null || entry == null) {
            return reading(directory, "lookup", (found, above) -> {
                Dirent dirent = entryShared(found, above, name, "lookup").dirent();
                return dirent == null ? null : target(found, dirent);
            });
        }
        Dirent dirent = entry.dirent();
        return dirent == null ? null : target(subvolume, dirent);
    }

    /** The state of what the name leads to, or null. */
    @Nullable
    Stat find(NodeId directory, Name name, int mask) {
        for (int retry = 0; ; retry++) {
            NodeId id = find(directory, name);
            if (id == null) {
                return null;
            }
            try {
                return id.ino().value() == Reserved.PLACEHOLDER
                        ? SnapshotsFolder.placeholder(
                                core, core.subvolumes().require(id.subvolume(), "lookup"), record(directory))
                        : stat(id, mask);
            } catch (FsException e) {
                if (e.errno() != Errno.ESTALE || retry == RETRIES_MAX) {
                    throw e;
                }
            }
        }
    }

    /** The record of an inode, as of now. */
    InodeRecord record(NodeId id) {
        LiveInode live = core.inodes().peek(id);
        LiveInode.State state = live == null ? null : live.state;
        return state != null && !state.gone
                ? state.record
                : reading(id, "read inode", (subvolume, loaded) -> core.require(loaded).record);
    }

    /** What a name leads to, for an operation that will lock it and look again; ENOENT. The freeze is held. */
    Dirent requireEntry(NodeId directory, Subvolume subvolume, Name name, String operation) {
        LiveInode above = core.inodes().pin(directory);
        try {
            LiveInode.Entry known = above.entries.get(name);
            LiveInode.Entry entry =
                    known != null ? known : shared(above, () -> entryShared(subvolume, above, name, operation));
            Dirent dirent = entry.dirent();
            if (dirent == null) {
                throw new FsException(Errno.ENOENT, operation, name.toString());
            }
            return dirent;
        } finally {
            above.unpin();
        }
    }

    private LiveInode.Entry entryShared(Subvolume subvolume, LiveInode above, Name name, String operation) {
        InodeRecord directory = core.requireDirectory(above, operation);
        LiveInode.Entry known = above.entries.get(name);
        if (known != null) {
            return known;
        }
        Directories.Place place =
                directories.locate(subvolume.view(), above.id.ino().value(), directory, name);
        Dirent found = place.found();
        LiveInode.Entry entry = found == null ? LiveInode.Entry.ABSENT : new LiveInode.Entry(found, place.cookie());
        above.remember(name, entry);
        return entry;
    }

    /** Which inode an entry of a directory of this subvolume names. */
    NodeId target(Subvolume subvolume, Dirent entry) {
        if (!entry.isSubvolume()) {
            return new NodeId(subvolume.id, new Ino(entry.target()));
        }
        return entry.parent() == subvolume.id.value()
                ? NodeId.rootOf(new SubvolumeId(entry.target()))
                : new NodeId(subvolume.id, new Ino(Reserved.PLACEHOLDER));
    }

    /** The directory above; the root's is itself. */
    NodeId parent(NodeId directory) {
        if (directory.ino().value() == Reserved.ROOT) {
            SubvolumeRecord record =
                    core.subvolumes().require(directory.subvolume(), "lookup").record();
            if (record.parent() == 0) {
                return directory;
            }
            long above = record.directory() == 0 ? Reserved.SNAPSHOTS : record.directory();
            return new NodeId(new SubvolumeId(record.parent()), new Ino(above));
        }
        InodeRecord record = record(directory);
        if (!record.isDirectory()) {
            throw new FsException(Errno.ENOTDIR, "lookup", directory.toString());
        }
        if (record.parent == 0) {
            throw new FsException(Errno.ENOENT, "lookup", "above a directory that was removed");
        }
        return new NodeId(directory.subvolume(), new Ino(record.parent));
    }

    byte[] readlink(NodeId node) {
        InodeRecord record = record(node);
        if (!record.is(FileType.SYMLINK)) {
            throw new FsException(Errno.EINVAL, "readlink", node.toString());
        }
        return record.target.clone();
    }
}

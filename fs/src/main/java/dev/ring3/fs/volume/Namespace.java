package dev.ring3.fs.volume;

import dev.ring3.fs.ChangeInfo;
import dev.ring3.fs.FileTree.Entered;
import dev.ring3.fs.FileTree.Removed;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Owner;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.linux.Errno;
import org.jspecify.annotations.Nullable;

/**
 * Names that come and go. Each operation is one transaction: it holds the subvolume's freeze shared and the inodes
 * it changes exclusively, asks its guard, changes, commits.
 */
final class Namespace {
    private final VolumeCore core;
    private final Directories directories;
    private final Lookup lookup;
    private final NewInodes newInodes;
    private final Reaper reaper;

    Namespace(VolumeCore core, Directories directories, Lookup lookup, NewInodes newInodes, Reaper reaper) {
        this.core = core;
        this.directories = directories;
        this.lookup = lookup;
        this.newInodes = newInodes;
        this.reaper = reaper;
    }

    Entered create(NodeId directory, Name name, NewNode node, Guard guard) {
        Lookup.requireOrdinary(name, "create");
        Subvolume subvolume = lookup.enter(directory.subvolume(), "create");
        try {
            NodeId id = new NodeId(directory.subvolume(), new Ino(core.newIno()));
            try (LockSet locks = new LockSet(core.inodes(), directory, id);
                    Transaction change = new Transaction(core, subvolume)) {
                LiveInode above = locks.get(directory);
                InodeRecord before = requireLiving(above, "create");
                Directories.Place place =
                        directories.locate(change.view(), directory.ino().value(), before, name);
                if (place.found() != null) {
                    throw new FsException(Errno.EEXIST, "create", name.toString());
                }
                guard.check(core.stat(directory, subvolume, before, StatMask.QUIET), null);
                ChangeBefore counted = new ChangeBefore(core, subvolume, before);
                InodeRecord inode = newInodes.create(change, locks.get(id), node, above, before);
                inode.links = inode.isDirectory() ? 2 : 1;
                inode.parent = directory.ino().value();
                inode.parentCookie = place.cookie();
                Dirent entry = new Dirent(name, false, node.type(), id.ino().value(), 0, 0);
                enter(change, above, place, entry);
                change.commit();
                return new Entered(core.stat(id, subvolume, inode, StatMask.ALL), counted.after(above));
            }
        } finally {
            subvolume.freeze.readLock().unlock();
        }
    }

    /** The entry of a new inode that says that its name is not there. */
    Dirent whiteout(
            Transaction change, LiveInode live, LiveInode above, Directories.Place place, Name name, Owner owner) {
        NewNode shape = NewNode.of(FileType.CHARACTER_DEVICE, 0, 0, owner.uid(), owner.gid());
        InodeRecord inode = newInodes.create(change, live, shape, above, core.require(above).record);
        inode.links = 1;
        inode.parent = above.id.ino().value();
        inode.parentCookie = place.cookie();
        return new Dirent(name, false, shape.type(), live.id.ino().value(), 0, 0);
    }

    /** Puts an entry in, with all that it means for the directory. */
    void enter(Transaction change, LiveInode above, Directories.Place place, Dirent entry) {
        InodeRecord directory = change.entriesChanged(above);
        directories.insert(change, above.id.ino().value(), directory, place, entry);
        directory.entries++;
        if (entry.type() == FileType.DIRECTORY) {
            directory.links++;
        }
        change.onWritten(() -> remember(above, entry, place.cookie()));
    }

    /** Takes an entry out, with all that it means for the directory. */
    void leave(Transaction change, LiveInode above, Directories.Place place, Dirent entry) {
        InodeRecord directory = change.entriesChanged(above);
        directories.remove(change, above.id.ino().value(), directory, place);
        directory.entries--;
        if (entry.type() == FileType.DIRECTORY) {
            directory.links--;
        }
        Name name = entry.name();
        if (name != null) {
            change.onWritten(() -> above.remember(name, LiveInode.Entry.ABSENT));
        }
    }

    static void remember(LiveInode above, Dirent entry, long cookie) {
        Name name = entry.name();
        if (name != null) {
            above.remember(name, new LiveInode.Entry(entry, cookie));
        }
    }

    Entered link(NodeId node, NodeId directory, Name name, Guard guard) {
        Lookup.requireOrdinary(name, "link");
        if (!node.subvolume().equals(directory.subvolume())) {
            throw new FsException(Errno.EXDEV, "link", node + " into " + directory.subvolume());
        }
        Subvolume subvolume = lookup.enter(directory.subvolume(), "link");
        try (LockSet locks = new LockSet(core.inodes(), node, directory);
                Transaction change = new Transaction(core, subvolume)) {
            LiveInode above = locks.get(directory);
            LiveInode live = locks.get(node);
            InodeRecord before = requireLiving(above, "link");
            InodeRecord inode = core.require(live).record;
            Directories.Place place =
                    directories.locate(change.view(), directory.ino().value(), before, name);
            if (place.found() != null) {
                throw new FsException(Errno.EEXIST, "link", name.toString());
            }
            guard.check(
                    core.stat(directory, subvolume, before, StatMask.QUIET),
                    core.stat(node, subvolume, inode, StatMask.QUIET));
            requireLinkable(inode, name);
            ChangeBefore counted = new ChangeBefore(core, subvolume, before);
            InodeRecord linked = addLink(change, live, directory.ino().value(), place.cookie());
            Dirent entry = new Dirent(name, false, inode.type(), node.ino().value(), 0, linked.nextLink - 1);
            enter(change, above, place, entry);
            change.commit();
            return new Entered(lookup.seen(live, subvolume), counted.after(above));
        } finally {
            subvolume.freeze.readLock().unlock();
        }
    }

    private static void requireLinkable(InodeRecord inode, Name name) {
        if (inode.isDirectory()) {
            throw new FsException(Errno.EPERM, "link", name + " to a directory");
        }
        if (inode.links == 0 && !inode.has(InodeRecord.NAMELESS)) {
            throw new FsException(Errno.ENOENT, "link", name + " to an inode that has no name left");
        }
        if (inode.links >= Reserved.LINKS_MAX) {
            throw new FsException(Errno.EMLINK, "link", name.toString());
        }
    }

    private InodeRecord addLink(Transaction change, LiveInode live, long directory, long cookie) {
        InodeRecord linked = change.changed(live);
        if (linked.has(InodeRecord.NAMELESS)) {
            linked.setFlag(InodeRecord.NAMELESS, false);
            change.batch().delete(KeyLayout.orphan(change.node(), live.id.ino().value()));
        }
        linked.links++;
        Links.add(change, live.id.ino().value(), linked, linked.nextLink++, directory, cookie);
        return linked;
    }

    Removed unlink(NodeId directory, Name name, Guard guard) {
        return remove(directory, name, guard, false);
    }

    Removed rmdir(NodeId directory, Name name, Guard guard) {
        return remove(directory, name, guard, true);
    }

    private Removed remove(NodeId directory, Name name, Guard guard, boolean ofDirectory) {
        String operation = ofDirectory ? "rmdir" : "unlink";
        Lookup.requireOrdinary(name, operation);
        Subvolume subvolume = lookup.enter(directory.subvolume(), operation);
        try {
            while (true) {
                Dirent expected = lookup.requireEntry(directory, subvolume, name, operation);
                NodeId id = lookup.target(subvolume, expected);
                requireKind(expected, subvolume, name, ofDirectory);
                if (expected.isSubvolume()) {
                    return removePlaceholder(subvolume, directory, name, guard);
                }
                try (LockSet locks = new LockSet(core.inodes(), directory, id);
                        Transaction change = new Transaction(core, subvolume)) {
                    Removed removed = removeLocked(change, subvolume, locks, directory, id, name, guard);
                    if (removed != null) {
                        return removed;
                    } // another inode has the name by now
                }
            }
        } finally {
            subvolume.freeze.readLock().unlock();
        }
    }

    private static void requireKind(Dirent entry, Subvolume subvolume, Name name, boolean ofDirectory) {
        boolean isDirectory = entry.type() == FileType.DIRECTORY;
        if (isDirectory && !ofDirectory) {
            throw new FsException(Errno.EISDIR, "unlink", name.toString());
        }
        if (!isDirectory && ofDirectory) {
            throw new FsException(Errno.ENOTDIR, "rmdir", name.toString());
        }
        if (entry.parent() == subvolume.id.value()) {
            throw new FsException(Errno.EBUSY, "rmdir", name + ", a subvolume");
        }
    }

    private @Nullable Removed removeLocked(
            Transaction change,
            Subvolume subvolume,
            LockSet locks,
            NodeId directory,
            NodeId id,
            Name name,
            Guard guard) {
        LiveInode above = locks.get(directory);
        LiveInode live = locks.get(id);
        InodeRecord before = core.requireDirectory(above, "unlink");
        Directories.Place place =
                directories.locate(change.view(), directory.ino().value(), before, name);
        Dirent entry = place.found();
        if (entry == null || entry.isSubvolume() || entry.target() != id.ino().value()) {
            return null;
        }
        InodeRecord victim = core.require(live).record;
        guard.check(
                core.stat(directory, subvolume, before, StatMask.QUIET),
                core.stat(id, subvolume, victim, StatMask.QUIET));
        if (victim.isDirectory() && victim.entries > 0) {
            throw new FsException(Errno.ENOTEMPTY, "rmdir", name.toString());
        }
        ChangeBefore counted = new ChangeBefore(core, subvolume, before);
        change.batch().fromReserve();
        leave(change, above, place, entry);
        InodeRecord left = dropLink(change, live, entry);
        boolean reap = left.links == 0 && reaper.dropNameless(change, live);
        change.commit();
        if (reap) {
            reaper.later(id);
        }
        return new Removed(core.stat(id, subvolume, left, StatMask.QUIET), counted.after(above));
    }

    /** The inode loses the name that this entry gave it. */
    InodeRecord dropLink(Transaction change, LiveInode live, Dirent entry) {
        InodeRecord left = change.changed(live);
        left.links = left.isDirectory() ? 0 : left.links - 1;
        Links.remove(change, live.id.ino().value(), left, entry.link());
        return left;
    }

    private Removed removePlaceholder(Subvolume subvolume, NodeId directory, Name name, Guard guard) {
        try (LockSet locks = new LockSet(core.inodes(), directory);
                Transaction change = new Transaction(core, subvolume)) {
            LiveInode above = locks.get(directory);
            InodeRecord before = core.requireDirectory(above, "rmdir");
            Directories.Place place =
                    directories.locate(change.view(), directory.ino().value(), before, name);
            Dirent entry = place.found();
            if (entry == null) {
                throw new FsException(Errno.ENOENT, "rmdir", name.toString());
            }
            if (!entry.isSubvolume() || entry.parent() == subvolume.id.value()) {
                throw new FsException(Errno.EBUSY, "rmdir", name.toString());
            }
            Stat victim = SnapshotsFolder.placeholder(core, subvolume, before);
            guard.check(core.stat(directory, subvolume, before, StatMask.QUIET), victim);
            ChangeBefore counted = new ChangeBefore(core, subvolume, before);
            leave(change, above, place, entry);
            change.commit();
            return new Removed(victim, counted.after(above));
        }
    }

    /** A directory that has a name: in one that was removed nothing is made (POSIX). */
    InodeRecord requireLiving(LiveInode above, String operation) {
        InodeRecord record = core.requireDirectory(above, operation);
        if (record.links == 0) {
            throw new FsException(Errno.ENOENT, operation, "a directory that was removed");
        }
        return record;
    }

    /** A directory's change attribute before an operation. */
    record ChangeBefore(VolumeCore core, Subvolume subvolume, long before) {
        ChangeBefore(VolumeCore core, Subvolume subvolume, InodeRecord record) {
            this(core, subvolume, core.shown(subvolume, record.change));
        }

        /** Both, after the commit, with the directory's lock still held. */
        ChangeInfo after(LiveInode above) {
            return new ChangeInfo(before, core.shown(subvolume, core.load(above).record.change));
        }
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.ChangeInfo;
import dev.ring3.fs.FileTree.Renamed;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameGuard;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rename: over nothing, over something, in exchange; with a whiteout left behind. */
final class Renames {
    private final VolumeCore core;
    private final Directories directories;
    private final Lookup lookup;
    private final Namespace namespace;
    private final Reaper reaper;

    Renames(VolumeCore core, Directories directories, Lookup lookup, Namespace namespace, Reaper reaper) {
        this.core = core;
        this.directories = directories;
        this.lookup = lookup;
        this.namespace = namespace;
        this.reaper = reaper;
    }

    /**
     * What is asked for.
     *
     * @param whiteout the new inode that gets the old name, if it is to get one
     */
    private record Request(
            Subvolume subvolume,
            NodeId from,
            Name name,
            NodeId to,
            Name newName,
            RenameMode mode,
            RenameGuard guard,
            @Nullable NodeId whiteout) {}

    /** One of the two names, with everything locked. A subvolume in it has no inode to be locked here. */
    private record End(
            LiveInode above,
            InodeRecord directory,
            Directories.Place place,
            @Nullable LiveInode live) {
        @Nullable
        Dirent entry() {
            return place.found();
        }

        long directoryIno() {
            return above.id.ino().value();
        }
    }

    Renamed rename(NodeId from, Name name, NodeId to, Name newName, RenameMode mode, RenameGuard guard) {
        Lookup.requireOrdinary(name, "rename");
        Lookup.requireOrdinary(newName, "rename");
        if (!from.subvolume().equals(to.subvolume())) {
            throw new FsException(Errno.EXDEV, "rename", from + " to " + to);
        }
        Subvolume subvolume = lookup.enter(from.subvolume(), "rename");
        boolean across = !from.equals(to);
        try {
            if (across) {
                subvolume.moving.lock();
            }
            NodeId whiteout = mode.leavesWhiteout() ? new NodeId(from.subvolume(), new Ino(core.newIno())) : null;
            return rename(new Request(subvolume, from, name, to, newName, mode, guard, whiteout));
        } finally {
            if (across) {
                subvolume.moving.unlock();
            }
            subvolume.freeze.readLock().unlock();
        }
    }

    private Renamed rename(Request request) {
        while (true) {
            Dirent source = lookup.requireEntry(request.from, request.subvolume, request.name, "rename");
            NodeId there = lookup.find(request.to, request.newName);
            List<NodeId> ids = new ArrayList<>(List.of(request.from, request.to));
            NodeId sourceId = lockable(request.subvolume, source);
            NodeId targetId = there == null || !there.subvolume().equals(request.subvolume.id) ? null : there;
            if (sourceId != null) {
                ids.add(sourceId);
            }
            if (targetId != null && targetId.ino().value() != Reserved.PLACEHOLDER) {
                ids.add(targetId);
            }
            if (request.whiteout != null) {
                ids.add(request.whiteout);
            }
            try (LockSet locks = new LockSet(core.inodes(), ids.toArray(NodeId[]::new));
                    Transaction change = new Transaction(core, request.subvolume)) {
                End old = end(change, locks, request.from, request.name, ids);
                End next = end(change, locks, request.to, request.newName, ids);
                if (old != null && next != null) {
                    LiveInode whiteout = request.whiteout == null ? null : locks.get(request.whiteout);
                    return renameLocked(change, request, old, next, whiteout);
                } // somebody was quicker: look again
            }
        }
    }

    /** The inode of an entry, null for a subvolume or what stands for one. */
    private static @Nullable NodeId lockable(Subvolume subvolume, @Nullable Dirent entry) {
        return entry == null || entry.isSubvolume() ? null : new NodeId(subvolume.id, new Ino(entry.target()));
    }

    /** One name as it is now; null if it leads to an inode that was not locked. */
    private @Nullable End end(Transaction change, LockSet locks, NodeId directory, Name name, List<NodeId> locked) {
        LiveInode above = locks.get(directory);
        InodeRecord record = core.requireDirectory(above, "rename");
        Directories.Place place =
                directories.locate(change.view(), directory.ino().value(), record, name);
        Dirent entry = place.found();
        if (entry == null || entry.isSubvolume()) {
            return new End(above, record, place, null);
        }
        NodeId id = new NodeId(directory.subvolume(), new Ino(entry.target()));
        return locked.contains(id) ? new End(above, record, place, locks.get(id)) : null;
    }

    private Renamed renameLocked(Transaction change, Request request, End old, End next, @Nullable LiveInode whiteout) {
        Subvolume subvolume = request.subvolume;
        Dirent source = old.entry();
        Dirent target = next.entry();
        if (source == null) {
            throw new FsException(Errno.ENOENT, "rename", request.name.toString());
        }
        namespace.requireLiving(next.above, "rename");
        if (request.mode == RenameMode.EXCHANGE && target == null) {
            throw new FsException(Errno.ENOENT, "rename", request.newName.toString());
        }
        if (!request.mode.mayReplace() && target != null) {
            throw new FsException(Errno.EEXIST, "rename", request.newName.toString());
        }
        requireNoCycle(request, old, next);
        Stat moved = quiet(subvolume, old, source);
        Stat replaced = target == null ? null : quiet(subvolume, next, target);
        request.guard.check(
                core.stat(old.above.id, subvolume, old.directory, StatMask.QUIET),
                moved,
                core.stat(next.above.id, subvolume, next.directory, StatMask.QUIET),
                replaced);
        Namespace.ChangeBefore fromBefore = new Namespace.ChangeBefore(core, subvolume, old.directory);
        Namespace.ChangeBefore toBefore = new Namespace.ChangeBefore(core, subvolume, next.directory);
        if (target != null && sameInode(source, target)) {
            ChangeInfo from = new ChangeInfo(fromBefore.before(), fromBefore.before());
            return new Renamed(moved, replaced, from, new ChangeInfo(toBefore.before(), toBefore.before()));
        }
        if (target != null) { // what takes a name over is whole, also after a crash
            commitContent(subvolume, old.live);
            commitContent(subvolume, request.mode == RenameMode.EXCHANGE ? next.live : null);
        }
        boolean reap = false;
        if (request.mode == RenameMode.EXCHANGE && target != null) {
            exchange(change, request, old, source, next, target);
        } else {
            reap = move(change, request, old, source, next, target);
            vacate(change, request, old, next, whiteout);
        }
        change.commit();
        LiveInode victim = next.live;
        if (reap && victim != null) {
            reaper.later(victim.id);
        }
        return new Renamed(
                after(subvolume, old.live, moved),
                replaced == null ? null : after(subvolume, victim, replaced),
                fromBefore.after(old.above),
                toBefore.after(next.above));
    }

    private void commitContent(Subvolume subvolume, @Nullable LiveInode live) {
        if (live != null) {
            core.writeback().flushLocked(subvolume, live);
        }
    }

    private static boolean sameInode(Dirent a, Dirent b) {
        return a.target() == b.target() && a.parent() == b.parent() && !a.isSubvolume();
    }

    private Stat quiet(Subvolume subvolume, End end, Dirent entry) {
        LiveInode live = end.live;
        if (live != null) {
            return core.stat(live.id, subvolume, core.require(live).record, StatMask.QUIET);
        }
        if (entry.parent() != subvolume.id.value()) {
            return SnapshotsFolder.placeholder(core, subvolume, end.directory);
        }
        return lookup.stat(NodeId.rootOf(new SubvolumeId(entry.target())), StatMask.QUIET);
    }

    private Stat after(Subvolume subvolume, @Nullable LiveInode live, Stat before) {
        if (live == null) {
            return before;
        }
        InodeRecord record = core.load(live).record;
        return core.stat(live.id, subvolume, record, StatMask.QUIET);
    }

    /** No directory gets below itself (nor, replaced, could it be empty if the source is below it). */
    private void requireNoCycle(Request request, End old, End next) {
        if (old.above == next.above) {
            return;
        }
        LiveInode source = old.live;
        LiveInode target = next.live;
        if (source != null && isAbove(request.subvolume, source, next.above)) {
            throw new FsException(Errno.EINVAL, "rename", request.name + " to below itself");
        }
        if (target != null && isAbove(request.subvolume, target, old.above)) {
            Errno errno = request.mode == RenameMode.EXCHANGE ? Errno.EINVAL : Errno.ENOTEMPTY;
            throw new FsException(errno, "rename", request.name + " to above itself");
        }
    }

    /** Whether a directory is another, or above it. Nobody moves directories meanwhile. */
    private boolean isAbove(Subvolume subvolume, LiveInode candidate, LiveInode directory) {
        NodeId up = directory.id;
        while (!up.equals(candidate.id)) {
            long parent = parent(subvolume, up);
            if (parent == 0) {
                return false;
            }
            up = new NodeId(up.subvolume(), new Ino(parent));
        }
        return true;
    }

    /** Takes no lock: inodes are locked already that come after those above, and who moves directories waits for us. */
    private long parent(Subvolume subvolume, NodeId directory) {
        LiveInode live = core.inodes().peek(directory);
        LiveInode.State state = live == null ? null : live.state;
        if (state != null && !state.gone) {
            return state.record.parent;
        }
        byte[] stored = subvolume.view().value(Item.inode(directory.ino().value()));
        if (stored == null) {
            throw new FsException(Errno.ESTALE, "rename", directory.toString());
        }
        return InodeLayout.decode(stored).parent;
    }

    private boolean move(
            Transaction change, Request request, End old, Dirent source, End next, @Nullable Dirent target) {
        boolean reap = false;
        if (target != null) {
            requireReplaceable(request, source, next, target);
            LiveInode victim = next.live;
            if (victim != null) {
                InodeRecord left = namespace.dropLink(change, victim, target);
                reap = left.links == 0 && reaper.dropNameless(change, victim);
            }
            count(change.entriesChanged(next.above), target, -1);
        }
        Dirent entry = renamed(change, request, source, request.newName, old.live, next);
        InodeRecord to = change.entriesChanged(next.above);
        directories.insert(change, next.directoryIno(), to, next.place, entry);
        count(to, entry, 1);
        count(change.entriesChanged(old.above), source, -1);
        change.onWritten(() -> Namespace.remember(next.above, entry, next.place.cookie()));
        return reap;
    }

    /** Takes the old name out, or gives it to a whiteout. */
    private void vacate(Transaction change, Request request, End old, End next, @Nullable LiveInode whiteout) {
        InodeRecord from = change.entriesChanged(old.above);
        Directories.Place place = chainedIfPassed(old, next);
        if (whiteout == null) {
            directories.remove(change, old.directoryIno(), from, place);
            change.onWritten(() -> old.above.remember(request.name, LiveInode.Entry.ABSENT));
        } else {
            Dirent hides = namespace.whiteout(change, whiteout, old.above, place, request.name, request.guard.owner());
            directories.insert(change, old.directoryIno(), from, place, hides);
            count(from, hides, 1);
            change.onWritten(() -> Namespace.remember(old.above, hides, place.cookie()));
        }
    }

    /** If the new entry was put behind the old one, the old one leaves a hole. */
    private static Directories.Place chainedIfPassed(End old, End next) {
        Directories.Place place = old.place;
        Dirent dirent = place.dirent();
        boolean passed = old.above == next.above
                && next.place.passed().stream().anyMatch(each -> each.cookie() == place.cookie());
        return passed && dirent != null
                ? new Directories.Place(place.cookie(), dirent.withChained(), place.version(), place.passed())
                : place;
    }

    private static void count(InodeRecord directory, Dirent entry, int by) {
        directory.entries += by;
        if (entry.type() == FileType.DIRECTORY) {
            directory.links += by;
        }
    }

    private void requireReplaceable(Request request, Dirent source, End next, Dirent target) {
        boolean sourceIsDirectory = source.type() == FileType.DIRECTORY;
        boolean targetIsDirectory = target.type() == FileType.DIRECTORY;
        if (sourceIsDirectory && !targetIsDirectory) {
            throw new FsException(Errno.ENOTDIR, "rename", request.newName.toString());
        }
        if (!sourceIsDirectory && targetIsDirectory) {
            throw new FsException(Errno.EISDIR, "rename", request.newName.toString());
        }
        if (target.parent() == request.subvolume.id.value()) {
            throw new FsException(Errno.EBUSY, "rename", request.newName + ", a subvolume");
        }
        LiveInode victim = next.live;
        if (victim != null && targetIsDirectory && core.require(victim).record.entries > 0) {
            throw new FsException(Errno.ENOTEMPTY, "rename", request.newName.toString());
        }
    }

    /** The entry under its new name; the inode knows where it is. */
    private Dirent renamed(
            Transaction change, Request request, Dirent source, Name name, @Nullable LiveInode live, End to) {
        if (live != null) {
            InodeRecord inode = change.changed(live);
            Links.move(change, live.id.ino().value(), inode, source.link(), to.directoryIno(), to.place.cookie());
        } else if (source.parent() == request.subvolume.id.value()) {
            SubvolumeId id = new SubvolumeId(source.target());
            core.subvolumes().movePlace(change, id, request.subvolume.id.value(), to.directoryIno(), name);
        }
        return new Dirent(name, false, source.type(), source.target(), source.parent(), source.link());
    }

    private void exchange(Transaction change, Request request, End old, Dirent source, End next, Dirent target) {
        Dirent atNew = renamed(change, request, source, request.newName, old.live, next);
        Dirent atOld = renamed(change, request, target, request.name, next.live, old);
        InodeRecord to = change.entriesChanged(next.above);
        directories.insert(change, next.directoryIno(), to, next.place, atNew);
        count(to, atNew, 1);
        count(to, target, -1);
        InodeRecord from = change.entriesChanged(old.above);
        directories.insert(change, old.directoryIno(), from, old.place, atOld);
        count(from, atOld, 1);
        count(from, source, -1);
        change.onWritten(() -> {
            Namespace.remember(next.above, atNew, next.place.cookie());
            Namespace.remember(old.above, atOld, old.place.cookie());
        });
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.store.FrozenStore;
import dev.ring3.fs.transfer.TransferFrame;
import dev.ring3.linux.Errno;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Names of a subvolume that is being received, and the counts that go with them. For one thread. */
final class ReceivedNames {
    private final VolumeCore core;
    private final Subvolume into;
    private final Directories directories;
    private final boolean again; // whether a frame may have been applied before

    ReceivedNames(VolumeCore core, Subvolume into, Directories directories, boolean again) {
        this.core = core;
        this.into = into;
        this.directories = directories;
        this.again = again;
    }

    private NodeId id(long ino) {
        return new NodeId(into.id, new Ino(ino));
    }

    private interface Action {
        /** Changes a directory and what it names; false for nothing to do. */
        boolean run(Transaction change, LiveInode directory, LiveInode target);
    }

    private void change(long directory, long target, Action action) {
        if (directory == target) {
            throw Receiver.damaged("directory %d names itself".formatted(directory));
        }
        into.freeze.readLock().lock();
        try (LockSet locks = new LockSet(core.inodes(), id(directory), id(target));
                Transaction change = new Transaction(core, into)) {
            core.requireOpen("receive");
            if (action.run(change, locks.get(id(directory)), locks.get(id(target)))) {
                change.commit();
            }
        } finally {
            into.freeze.readLock().unlock();
        }
    }

    /** What a frame finds that does not fit: known, if frames are heard again, else an error. */
    private boolean unfit(String how) {
        if (again) {
            return false;
        }
        throw new FsException(Errno.EINVAL, "receive", how + ": the stream builds on something else");
    }

    void unlink(TransferFrame.Unlink frame) {
        change(frame.directory(), frame.target(), (change, above, live) -> {
            LiveInode.State state = core.load(above);
            if (state.gone || !state.record.isDirectory() || core.load(live).gone) {
                return unfit("directory %d or ino %d is not there".formatted(frame.directory(), frame.target()));
            }
            Directories.Place place = directories.locate(change.view(), frame.directory(), state.record, frame.name());
            Dirent entry = place.found();
            if (entry == null || entry.isSubvolume() || entry.target() != frame.target()) {
                return unfit("\"%s\" in directory %d is not there".formatted(frame.name(), frame.directory()));
            }
            InodeRecord directory = ReceivedInodes.quiet(change, above);
            directories.remove(change, frame.directory(), directory, place);
            directory.entries--;
            InodeRecord target = ReceivedInodes.quiet(change, live);
            if (target.isDirectory()) {
                directory.links--;
                target.links -= 2;
            } else {
                target.links--;
            }
            Links.remove(change, frame.target(), target, entry.link());
            change.onWritten(() -> above.remember(frame.name(), LiveInode.Entry.ABSENT));
            return true;
        });
    }

    void enter(TransferFrame.Entry frame) {
        boolean reserved = frame.directory() == Reserved.ROOT && SnapshotsFolder.NAME.equals(frame.name());
        if (frame.target() == Reserved.ROOT || reserved) {
            throw Receiver.damaged("the name \"%s\" in directory %d".formatted(frame.name(), frame.directory()));
        }
        change(frame.directory(), frame.target(), (change, above, live) -> {
            LiveInode.State state = core.load(above);
            LiveInode.State named = core.load(live);
            boolean fits =
                    !state.gone && state.record.isDirectory() && !named.gone && named.record.type() == frame.type();
            if (!fits) {
                throw Receiver.damaged(
                        "\"%s\" in directory %d leads nowhere".formatted(frame.name(), frame.directory()));
            }
            Directories.Place place = directories.locate(change.view(), frame.directory(), state.record, frame.name());
            Dirent found = place.found();
            if (found != null) {
                return unfit("\"%s\" in directory %d is there already".formatted(frame.name(), frame.directory()));
            }
            enter(change, above, live, place, frame.name());
            return true;
        });
    }

    private void enter(Transaction change, LiveInode above, LiveInode live, Directories.Place place, Name name) {
        long directoryIno = above.id.ino().value();
        long ino = live.id.ino().value();
        InodeRecord directory = ReceivedInodes.quiet(change, above);
        InodeRecord target = ReceivedInodes.quiet(change, live);
        boolean first = target.parent == 0;
        if (target.isDirectory()) {
            if (!first) {
                throw Receiver.damaged("directory %d gets a second name".formatted(ino));
            }
            directory.links++;
            target.links += 2;
        } else {
            if (target.links >= Reserved.LINKS_MAX) {
                throw new FsException(Errno.EMLINK, "receive", "ino " + ino);
            }
            target.links++;
        }
        long link = first ? 0 : target.nextLink++;
        if (first) {
            target.parent = directoryIno;
            target.parentCookie = place.cookie();
        } else {
            Links.add(change, ino, target, link, directoryIno, place.cookie());
        }
        Dirent entry = new Dirent(name, false, target.type(), ino, 0, link);
        directories.insert(change, directoryIno, directory, place, entry);
        directory.entries++;
        change.onWritten(() -> Namespace.remember(above, entry, place.cookie()));
    }

    /**
     * Holds what has changed against what a tree must be: everything has a name, and directories lead up to the root.
     *
     * @throws FsException EBADMSG
     */
    void requireTree() {
        try (FrozenStore store = new FrozenStore(core.store())) {
            View view = new View(store, into.view().lineage());
            Set<Long> known = new HashSet<>(Set.of(Reserved.ROOT)); // directories that lead to the root
            ChangedInodes changed = new ChangedInodes(store, List.of(view.node()), 0);
            while (changed.next()) {
                byte[] value = view.value(Item.inode(changed.ino()));
                InodeRecord record = value == null ? null : InodeLayout.decode(value);
                if (record == null || (record.links == 0 && view.isOrphan(changed.ino()))) {
                    continue;
                }
                if (record.links == 0) {
                    throw Receiver.damaged("ino %d has no name".formatted(changed.ino()));
                }
                if (record.isDirectory()) {
                    requireBelowRoot(view, changed.ino(), known);
                }
            }
        }
    }

    private static void requireBelowRoot(View view, long directory, Set<Long> known) {
        Set<Long> passed = new LinkedHashSet<>();
        long at = directory;
        while (!known.contains(at)) {
            byte[] value = passed.add(at) ? view.value(Item.inode(at)) : null;
            long above = value == null ? 0 : InodeLayout.decode(value).parent;
            if (above == 0) {
                throw Receiver.damaged("directory %d is not below the root".formatted(directory));
            }
            at = above;
        }
        known.addAll(passed);
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.ChangeListener;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.fs.store.Batch;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.function.UnaryOperator;

/**
 * Subvolumes that come, change and go. Each operation is one transaction and holds {@link Subvolumes#lock}; what
 * replaces a head also holds that subvolume's freeze exclusively, so that a snapshot is a cut: all that was acknowledged
 * before, nothing after. Lock order: Subvolumes, freezes by number, inodes, records, accounting, mount state.
 */
final class SubvolumeOperations {
    private final VolumeCore core;
    private final Directories directories;
    private final Lookup lookup;
    private final Namespace namespace;
    private final Reaper reaper;
    private final NodeCleaner cleaner;
    private final NewSubvolumes made;

    SubvolumeOperations(
            VolumeCore core,
            Directories directories,
            Lookup lookup,
            Namespace namespace,
            Reaper reaper,
            NodeCleaner cleaner,
            NewSubvolumes made) {
        this.core = core;
        this.directories = directories;
        this.lookup = lookup;
        this.namespace = namespace;
        this.reaper = reaper;
        this.cleaner = cleaner;
        this.made = made;
    }

    private Subvolumes subvolumes() {
        return core.subvolumes();
    }

    private static byte[] key(long subvolume) {
        return KeyLayout.numbered(KeyLayout.SUBVOLUME, subvolume);
    }

    /**
     * What subvolumes show at this moment, each under its {@code .snapshots} by the same name, in one transaction. Durable.
     *
     * @param withNested those below this one too, but no snapshots in {@code .snapshots} folders
     * @param readOnly else they are subvolumes of their own, that may be written to
     */
    List<SubvolumeId> snapshot(SubvolumeId source, Name name, boolean readOnly, boolean withNested) {
        Lookup.requireOrdinary(name, "snapshot");
        subvolumes().lock.lock();
        try {
            List<Subvolume> sources = withNested
                    ? subvolumes().withNested(subvolumes().require(source, "snapshot"))
                    : List.of(subvolumes().require(source, "snapshot"));
            for (Subvolume each : sources) {
                each.requireWhole("snapshot");
                requireNoSnapshot(each.id, name);
            }
            flush(sources); // most of it, while others go on
            List<SubvolumeRecord> records = snapshotFrozen(sources, name, readOnly);
            core.store().durable(core.store().lastWritten());
            List<SubvolumeId> ids = new ArrayList<>();
            for (SubvolumeRecord record : records) {
                SubvolumeId id = new SubvolumeId(record.id());
                ids.add(id);
                if (!readOnly) {
                    reaper.resume(subvolumes().require(id, "snapshot"));
                }
            }
            return ids;
        } finally {
            subvolumes().lock.unlock();
        }
    }

    private void flush(List<Subvolume> sources) {
        for (Subvolume each : sources) {
            core.writeback().flush(each.id);
        }
    }

    /** Loops rather than streams here: the first snapshot of a process would mostly load what those are made of. */
    private List<SubvolumeRecord> snapshotFrozen(List<Subvolume> sources, Name name, boolean readOnly) {
        SortedMap<SubvolumeId, Subvolume> inOrder = new TreeMap<>();
        for (Subvolume each : sources) {
            inOrder.put(each.id, each);
        }
        for (Subvolume each : inOrder.values()) {
            each.freeze.writeLock().lock();
        }
        try {
            flush(sources);
            return snapshotLocked(sources, name, readOnly);
        } finally {
            for (Subvolume each : inOrder.values()) {
                each.freeze.writeLock().unlock();
            }
        }
    }

    private List<SubvolumeRecord> snapshotLocked(List<Subvolume> sources, Name name, boolean readOnly) {
        try (HeadChange change = new HeadChange(core)) {
            List<SubvolumeRecord> records = new ArrayList<>();
            for (Subvolume source : sources) {
                TreeNode base = change.freeze(source);
                TreeNode shown = readOnly ? base : change.child(base);
                long id = change.newSubvolume();
                long of = source.id.value();
                CompressionMode compression = source.record().compression();
                SubvolumeRecord record = made.record(id, shown.id, of, readOnly, of, 0, name, compression);
                change.batch().put(key(id), record.encode());
                records.add(record);
            }
            change.commit();
            for (SubvolumeRecord record : records) {
                made.appear(record);
            }
            return records;
        }
    }

    /**
     * Lets a subvolume show what a snapshot shows, at once. Its number, place and quota stay.
     *
     * @param keptAs under which the content until now is kept as a snapshot; empty for not at all
     */
    void rollback(SubvolumeId id, SubvolumeId target, Optional<Name> keptAs) {
        subvolumes().lock.lock();
        try {
            Subvolume subvolume = subvolumes().require(id, "rollback");
            Subvolume to = subvolumes().require(target, "rollback");
            subvolume.requireWritable("rollback");
            to.requireWhole("rollback");
            if (subvolume == to) {
                throw new FsException(Errno.EINVAL, "rollback", id + " to itself");
            }
            keptAs.ifPresent(name -> requireNoSnapshot(id, name));
            long floor = core.clock().newEpoch();
            core.writeback().flush(id);
            core.writeback().flush(target);
            Lock first = (id.compareTo(target) < 0 ? subvolume : to).freeze.writeLock();
            Lock second = (id.compareTo(target) < 0 ? to : subvolume).freeze.writeLock();
            first.lock();
            second.lock();
            try {
                core.writeback().flush(id);
                core.writeback().flush(target);
                rollbackFrozen(subvolume, to, keptAs, floor);
            } finally {
                second.unlock();
                first.unlock();
            }
            core.store().durable(core.store().lastWritten());
        } finally {
            subvolumes().lock.unlock();
        }
        cleaner.wake();
        core.tell(NodeId.rootOf(id), ChangeListener.What.SUBVOLUME);
    }

    private void requireNoSnapshot(SubvolumeId id, Name name) {
        if (subvolumes().snapshotsOf(id).containsKey(name)) {
            throw new FsException(Errno.EEXIST, "snapshot", name.toString());
        }
    }

    private void rollbackFrozen(Subvolume subvolume, Subvolume to, Optional<Name> keptAs, long floor) {
        try (HeadChange change = new HeadChange(core)) {
            TreeNode base = change.freeze(to);
            TreeNode old = subvolume.node();
            TreeNode head = change.child(base);
            change.hold(subvolume.recordLock);
            SubvolumeRecord before = subvolume.record();
            SubvolumeRecord after = before.withNode(head.id).withChangeFloor(floor);
            change.batch().put(key(before.id()), after.encode());
            SubvolumeRecord kept = null;
            if (keptAs.isPresent()) {
                long keptId = change.newSubvolume();
                kept = made.record(
                        keptId, old.id, before.id(), true, before.id(), 0, keptAs.get(), before.compression());
                change.batch().put(key(keptId), kept.encode());
            }
            change.commit();
            subvolume.replace(Subvolumes.head(core.store(), core.tree(), after));
            if (kept != null) {
                made.appear(kept);
            }
        }
        forgetInodes(subvolume.id); // their locks come before that of a record
    }

    /** What is in memory of a subvolume's inodes is out of date; nobody is inside, its freeze is held exclusively. */
    private void forgetInodes(SubvolumeId id) {
        core.inodes().forEach(id, live -> {
            live.lock.writeLock().lock();
            try {
                live.state = null;
                live.entries.clear();
                FileCache.drop(live);
            } finally {
                live.lock.writeLock().unlock();
            }
        });
    }

    /** Takes a subvolume away at once; what it alone has goes in the background. */
    void delete(SubvolumeId id) {
        subvolumes().lock.lock();
        try {
            Subvolume subvolume = subvolumes().require(id, "delete subvolume");
            requireDeletable(subvolume);
            SubvolumeRecord record = subvolume.record();
            if (record.directory() == 0) {
                deleteFrozen(subvolume);
            } else {
                Subvolume parent = lookup.enter(new SubvolumeId(record.parent()), "delete subvolume");
                try {
                    deleteFrozen(subvolume);
                } finally {
                    parent.freeze.readLock().unlock();
                }
            }
            subvolumes().changed(core.nextChange());
        } finally {
            subvolumes().lock.unlock();
        }
        cleaner.wake();
        core.tell(NodeId.rootOf(id), ChangeListener.What.SUBVOLUME);
    }

    private void requireDeletable(Subvolume subvolume) {
        subvolume.requireUnused("delete subvolume");
        SubvolumeRecord record = subvolume.record();
        long id = record.id();
        if (id == SubvolumeId.FIRST.value() || core.mount().defaultSubvolume() == id || record.holds() > 0) {
            throw new FsException(Errno.EBUSY, "delete subvolume", subvolume.id.toString());
        }
        boolean hasBelow =
                subvolumes().all().stream().anyMatch(each -> each.record().parent() == id);
        if (hasBelow) {
            throw new FsException(Errno.ENOTEMPTY, "delete subvolume", subvolume.id.toString());
        }
    }

    private void deleteFrozen(Subvolume subvolume) {
        subvolume.freeze.writeLock().lock();
        try {
            SubvolumeRecord record = subvolume.record();
            if (record.directory() == 0) {
                try (HeadChange change = new HeadChange(core)) {
                    change.batch()
                            .delete(key(record.id()))
                            .delete(KeyLayout.numbered(KeyLayout.RECEIVED, record.id()))
                            .fromReserve();
                    change.commit();
                }
            } else {
                leavePlace(record);
            }
            subvolumes().remove(subvolume);
            forgetInodes(subvolume.id);
        } finally {
            subvolume.freeze.writeLock().unlock();
        }
    }

    private void leavePlace(SubvolumeRecord record) {
        Subvolume parent = subvolumes().require(new SubvolumeId(record.parent()), "delete subvolume");
        NodeId directory = new NodeId(parent.id, new Ino(record.directory()));
        try (LockSet locks = new LockSet(core.inodes(), directory);
                Transaction change = new Transaction(core, parent)) {
            LiveInode above = locks.get(directory);
            InodeRecord before = core.requireDirectory(above, "delete subvolume");
            Directories.Place place = directories.locate(change.view(), record.directory(), before, record.name());
            Dirent entry = place.found();
            if (entry == null || entry.target() != record.id()) {
                throw new FsException(Errno.EUCLEAN, "delete subvolume", "its place is not there");
            }
            namespace.leave(change, above, place, entry);
            change.batch()
                    .delete(key(record.id()))
                    .delete(KeyLayout.numbered(KeyLayout.RECEIVED, record.id()))
                    .fromReserve();
            change.commit();
        }
    }

    /**
     * Lets nobody write to a subvolume from now on, or again. What is written to goes its own way: it takes a node of its
     * own if others build on its one, and is by no identity what it was before.
     */
    void setReadOnly(SubvolumeId id, boolean readOnly) {
        subvolumes().lock.lock();
        try {
            Subvolume subvolume = subvolumes().require(id, "set subvolume");
            subvolume.requireUnused("set subvolume");
            subvolume.requireWhole("set subvolume");
            if (subvolume.record().readOnly() == readOnly) {
                return;
            }
            core.writeback().flush(id);
            subvolume.freeze.writeLock().lock();
            try (HeadChange change = new HeadChange(core)) {
                core.writeback().flush(id);
                setReadOnlyFrozen(change, subvolume, readOnly);
                core.store().durable(core.store().lastWritten());
            } finally {
                subvolume.freeze.writeLock().unlock();
            }
            if (!readOnly) {
                reaper.resume(subvolume);
            }
        } finally {
            subvolumes().lock.unlock();
        }
        core.tell(NodeId.rootOf(id), ChangeListener.What.SUBVOLUME);
    }

    private void setReadOnlyFrozen(HeadChange change, Subvolume subvolume, boolean readOnly) {
        change.hold(subvolume.recordLock);
        TreeNode node = subvolume.node();
        SubvolumeRecord record = subvolume.record().withReadOnly(readOnly);
        if (!readOnly) {
            boolean shared = subvolumes().shownBy(node) > 1
                    || !core.tree().children(node).isEmpty();
            record = record.withUuid(UUID.randomUUID()).withNode(shared ? change.child(node).id : node.id);
            change.batch().delete(KeyLayout.numbered(KeyLayout.RECEIVED, record.id()));
        }
        change.batch().put(key(record.id()), record.encode());
        change.commit();
        subvolume.setReceived(readOnly ? subvolume.received() : null);
        subvolume.replace(Subvolumes.head(core.store(), core.tree(), record));
    }

    /** Changes settings of a subvolume. */
    void update(SubvolumeId id, UnaryOperator<SubvolumeRecord> change) {
        subvolumes().lock.lock();
        try {
            Subvolume subvolume = subvolumes().require(id, "set subvolume");
            try (HeadChange written = new HeadChange(core)) {
                written.hold(subvolume.recordLock);
                SubvolumeRecord before = subvolume.record();
                SubvolumeRecord after = change.apply(before);
                written.batch().put(key(before.id()), after.encode());
                written.commit();
                subvolume.replace(after);
                subvolumes().moved(subvolume, before);
            }
        } finally {
            subvolumes().lock.unlock();
        }
    }

    /** Another name for a snapshot in its folder. */
    void rename(SubvolumeId id, Name name) {
        Lookup.requireOrdinary(name, "rename subvolume");
        subvolumes().lock.lock();
        try {
            SubvolumeRecord record =
                    subvolumes().require(id, "rename subvolume").record();
            if (!record.isInSnapshotsFolder()) {
                throw new FsException(Errno.EINVAL, "rename subvolume", id + " has its place in a directory");
            }
            requireNoSnapshot(new SubvolumeId(record.parent()), name);
            update(id, before -> before.withPlace(before.parent(), 0, name));
            subvolumes().changed(core.nextChange());
        } finally {
            subvolumes().lock.unlock();
        }
    }

    void setDefault(SubvolumeId id) {
        subvolumes().lock.lock();
        try {
            subvolumes().require(id, "set default subvolume");
            core.updateMount(new Batch(), state -> state.withDefaultSubvolume(id.value()), true);
        } finally {
            subvolumes().lock.unlock();
        }
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.store.Cursor;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets inodes go that have no name left and that nobody holds: small ones in the transaction that took the last name, the
 * rest in bounded steps behind an orphan key, which a restart finds.
 */
final class Reaper {
    /** Extents that go in the transaction of an unlink. */
    private static final int AT_ONCE_MAX = 64;

    /** Extents that go in one step. */
    private static final int STEP_MAX = 1024;

    private final VolumeCore core;
    private final Xattrs xattrs;
    private final Background background;

    Reaper(VolumeCore core, Xattrs xattrs, Background background) {
        this.core = core;
        this.xattrs = xattrs;
        this.background = background;
    }

    /**
     * Part of a transaction that takes the last name of an inode.
     *
     * @return whether something is left, for {@link #later}
     */
    boolean dropNameless(Transaction change, LiveInode live) {
        if (!live.isOpen() && drop(change, live, AT_ONCE_MAX)) {
            return false;
        }
        change.batch().put(KeyLayout.orphan(change.node(), live.id.ino().value()), new byte[] {1});
        return !live.isOpen();
    }

    /** Lets an inode go; false if there is more than this many extents. */
    private boolean drop(Transaction change, LiveInode live, int extentsMax) {
        InodeRecord inode = change.edit(live);
        long ino = live.id.ino().value();
        boolean hasData = inode.is(FileType.REGULAR) && (inode.sizeBytes > 0 || inode.allocatedBytes > 0);
        if (hasData && !cut(change, ino, inode, 0, extentsMax)) {
            return false;
        }
        xattrs.dropAll(change, ino, inode);
        if (inode.has(InodeRecord.HAS_HOLES)) {
            Xattrs.dropItems(change, Kind.DIRENT, ino, inode);
        }
        change.delete(live);
        change.batch().delete(KeyLayout.orphan(change.node(), ino));
        return true;
    }

    /** Frees what is behind a size; false if there is more. */
    boolean cut(Transaction change, long ino, InodeRecord inode, long sizeBytes, int extentsMax) {
        ExtentItems records = new ExtentItems(change.view(), ino, inode);
        FileData.Truncation truncation = core.data().truncate(change.data(), records, sizeBytes, extentsMax);
        records.flush(change);
        long bytes = truncation.allocatedBlocks() * Reserved.BLOCK_BYTES;
        inode.allocatedBytes += bytes;
        change.countBytes(0, bytes);
        return truncation.goOnAt().isEmpty();
    }

    /** Lets this inode go soon, if nobody holds it then. */
    void later(NodeId id) {
        background.later(() -> reap(id));
    }

    /** Lets an inode go that has no name, unless somebody holds it. */
    void reap(NodeId id) {
        Subvolume subvolume = core.subvolumes().find(id.subvolume());
        if (subvolume == null) {
            return;
        }
        boolean more = true;
        while (more) {
            subvolume.freeze.readLock().lock();
            try (LockSet locks = new LockSet(core.inodes(), id)) {
                more = reapStep(subvolume, locks.get(id));
            } finally {
                subvolume.freeze.readLock().unlock();
            }
        }
    }

    private boolean reapStep(Subvolume subvolume, LiveInode live) {
        if (core.subvolumes().find(subvolume.id) != subvolume
                || subvolume.record().readOnly()) {
            return false;
        }
        LiveInode.State state = core.load(live);
        if (state.gone || state.record.links > 0 || live.isOpen()) {
            return false;
        }
        try (Transaction change = new Transaction(core, subvolume)) {
            change.batch().fromReserve();
            boolean done = drop(change, live, STEP_MAX);
            change.commit();
            return !done;
        }
    }

    /** Finishes what was begun when this subvolume was last written to: after a start, and in a new writable snapshot. */
    void resume(Subvolume subvolume) {
        for (long node : subvolume.view().lineage()) {
            for (long ino : inodes(KeyLayout.ORPHAN, node)) {
                later(new NodeId(subvolume.id, new Ino(ino)));
            }
        }
        for (long ino : inodes(KeyLayout.CUT, subvolume.view().node())) {
            background.later(() -> finishCut(new NodeId(subvolume.id, new Ino(ino))));
        }
    }

    private List<Long> inodes(byte table, long node) {
        List<Long> found = new ArrayList<>();
        byte[] end = KeyLayout.ofInode(table, node, -1);
        try (Cursor cursor = core.store().scan(KeyLayout.ofInode(table, node, 0), end)) {
            while (cursor.next()) {
                found.add(KeyLayout.inoOfInode(cursor.key()));
            }
        }
        return found;
    }

    private void finishCut(NodeId id) {
        Subvolume subvolume = core.subvolumes().find(id.subvolume());
        if (subvolume == null) {
            return;
        }
        subvolume.freeze.readLock().lock();
        try (LockSet locks = new LockSet(core.inodes(), id)) {
            LiveInode live = locks.get(id);
            if (!core.load(live).gone) {
                finishCutLocked(subvolume, live);
            }
        } finally {
            subvolume.freeze.readLock().unlock();
        }
    }

    /** Steps until nothing is behind the file's end; the file's lock is held from before the first step. */
    void finishCutLocked(Subvolume subvolume, LiveInode live) {
        boolean done = false;
        while (!done) {
            try (Transaction change = new Transaction(core, subvolume)) {
                change.batch().fromReserve();
                InodeRecord inode = change.edit(live);
                long ino = live.id.ino().value();
                done = cut(change, ino, inode, inode.sizeBytes, STEP_MAX);
                if (done) {
                    change.batch().delete(KeyLayout.cut(change.node(), ino));
                }
                change.commit();
            }
        }
    }

    /** The first step of cutting a file, in the transaction that sets its size; true if more must follow. */
    boolean beginCut(Transaction change, LiveInode live, InodeRecord inode, long sizeBytes) {
        long ino = live.id.ino().value();
        boolean more = !cut(change, ino, inode, sizeBytes, STEP_MAX);
        if (more) {
            change.batch().put(KeyLayout.cut(change.node(), ino), new byte[] {1});
        }
        return more;
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Ino;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.TransactionId;
import dev.ring3.linux.Errno;

/** Inodes held open, and the handles that name them outside. */
final class OpenInodes {
    private final VolumeCore core;
    private final Lookup lookup;
    private final NewInodes newInodes;
    private final Reaper reaper;
    private final Handles handles;

    OpenInodes(VolumeCore core, Lookup lookup, NewInodes newInodes, Reaper reaper) {
        this.core = core;
        this.lookup = lookup;
        this.newInodes = newInodes;
        this.reaper = reaper;
        this.handles = new Handles(core.header().handleKey(), core.header().uuid());
    }

    OpenNode open(NodeId node) {
        if (SnapshotsFolder.isVirtual(node)) {
            return new OpenInode(new LiveInode(node), live -> {});
        }
        LiveInode pinned = core.inodes().pin(node);
        try {
            lookup.reading(node, "open", (subvolume, live) -> {
                live.opened();
                return live;
            });
        } catch (RuntimeException e) {
            pinned.unpin();
            throw e;
        }
        return new OpenInode(pinned, this::closed);
    }

    private void closed(LiveInode live) {
        LiveInode.State state = live.state;
        boolean nameless = state == null || (!state.gone && state.record.links == 0);
        if (nameless && !core.isStopped()) { // else the next start finds it
            reaper.reap(live.id);
        }
        dropEmpty(live);
    }

    /** A file of which nothing is in memory needs no place in the cache. */
    private static void dropEmpty(LiveInode live) {
        CachedFile file = live.content.get();
        if (file != null && file.isEmpty() && live.lock.writeLock().tryLock()) {
            try {
                if (file.isEmpty()) {
                    FileCache.drop(live);
                }
            } finally {
                live.lock.writeLock().unlock();
            }
        }
    }

    OpenNode createNameless(NodeId directory, NewNode node, Guard guard) {
        if (node.type() != FileType.REGULAR) {
            throw new FsException(Errno.EINVAL, "create", node.type() + " without a name");
        }
        Subvolume subvolume = lookup.enter(directory.subvolume(), "create");
        NodeId id = new NodeId(directory.subvolume(), new Ino(core.newIno()));
        LiveInode pinned = core.inodes().pin(id);
        try (LockSet locks = new LockSet(core.inodes(), directory, id);
                Transaction change = new Transaction(core, subvolume)) {
            LiveInode above = locks.get(directory);
            InodeRecord record = core.requireDirectory(above, "create");
            if (record.links == 0) {
                throw new FsException(Errno.ENOENT, "create", "in a directory that was removed");
            }
            guard.check(core.stat(directory, subvolume, record, StatMask.QUIET), null);
            InodeRecord inode = newInodes.create(change, locks.get(id), node, above, record);
            inode.links = 0;
            inode.setFlag(InodeRecord.NAMELESS, true);
            change.batch().put(KeyLayout.orphan(change.node(), id.ino().value()), new byte[] {1});
            change.commit();
            pinned.opened();
            return new OpenInode(pinned, this::closed);
        } catch (RuntimeException e) {
            pinned.unpin();
            throw e;
        } finally {
            subvolume.freeze.readLock().unlock();
        }
    }

    /** Waits for the latest transaction that changed the inode. */
    void sync(OpenNode file) {
        core.requireOpen("sync");
        if (file instanceof OpenInode open) {
            core.writeback().flush(open.live);
            core.store().durable(new TransactionId(open.live.transaction));
        } else {
            core.store().durable(core.store().lastWritten());
        }
    }

    byte[] encode(NodeId node) {
        return handles.encode(node);
    }

    NodeId decode(byte[] handle) {
        return handles.decode(handle);
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Errno;
import dev.ring3.mm.cache.AddressSpace;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Changes of one inode: attributes, extended attributes, ACLs. */
final class Attributes {
    private static final int SET_UID = 04000;
    private static final int SET_GID = 02000;
    private static final int GROUP_EXECUTE = 0010;

    /** An access time older than this is renewed in any case. */
    private static final Duration RELATIME = Duration.ofDays(1);

    private final VolumeCore core;
    private final Lookup lookup;
    private final Xattrs xattrs;
    private final Reaper reaper;

    Attributes(VolumeCore core, Lookup lookup, Xattrs xattrs, Reaper reaper) {
        this.core = core;
        this.lookup = lookup;
        this.xattrs = xattrs;
        this.reaper = reaper;
    }

    /** One transaction on one inode, after its guard has agreed. */
    private Stat change(NodeId node, String operation, Guard guard, Consumer<Edit> action) {
        return change(node, operation, guard, null, action);
    }

    /** @param newSize what it sets the size to, if it does */
    private Stat change(NodeId node, String operation, Guard guard, @Nullable Long newSize, Consumer<Edit> action) {
        Subvolume subvolume = lookup.enter(node.subvolume(), operation);
        try (LockSet locks = new LockSet(core.inodes(), node)) {
            LiveInode live = locks.get(node);
            InodeRecord before = core.require(live).record;
            guard.check(core.stat(node, subvolume, before, StatMask.QUIET), null);
            if (newSize != null && newSize > 0) { // of a file that is emptied nothing has to be kept
                core.writeback().flushLocked(subvolume, live);
            }
            Edit edit;
            try (Transaction change = new Transaction(core, subvolume)) {
                edit = new Edit(change, live, core.require(live).record);
                action.accept(edit);
                if (edit.changes) {
                    change.commit();
                }
            }
            if (newSize != null && edit.changes) {
                resized(live, newSize);
            }
            if (edit.cutMore) {
                reaper.finishCutLocked(subvolume, live);
            }
            return lookup.seen(live, subvolume);
        } finally {
            subvolume.freeze.readLock().unlock();
        }
    }

    /** What is in memory of a file's content has another size. */
    private static void resized(LiveInode live, long size) {
        CachedFile cached = live.content.get();
        if (cached == null) {
            return;
        }
        if (size == 0 || size > AddressSpace.SIZE_MAX) {
            FileCache.drop(live);
        } else {
            cached.resized(size);
        }
    }

    /** What one transaction does to one inode. */
    private static final class Edit {
        private final Transaction change;
        private final LiveInode live;
        private final InodeRecord before;
        private boolean changes;
        private boolean cutMore;

        Edit(Transaction change, LiveInode live, InodeRecord before) {
            this.change = change;
            this.live = live;
            this.before = before;
        }

        /** The record to change; from here on the inode is changed. */
        InodeRecord draft() {
            changes = true;
            return change.changed(live);
        }

        long ino() {
            return live.id.ino().value();
        }
    }

    Stat set(NodeId node, AttrChange wanted, Guard guard) {
        return change(node, "set attributes", guard, wanted.sizeBytes(), edit -> {
            if (!wanted.equals(AttrChange.NONE)) {
                set(edit, wanted);
            }
        });
    }

    private void set(Edit edit, AttrChange wanted) {
        Long size = wanted.sizeBytes();
        if (size != null) {
            requireSize(edit.before, size);
        }
        InodeRecord draft = edit.draft();
        Integer permissions = wanted.permissions();
        if (permissions != null) {
            setPermissions(edit, draft, permissions & Stat.PERMISSIONS);
        }
        Integer uid = wanted.uid();
        Integer gid = wanted.gid();
        draft.uid = uid == null ? draft.uid : uid;
        draft.gid = gid == null ? draft.gid : gid;
        Integer flags = wanted.flags();
        if (flags != null) {
            draft.flags = (draft.flags & ~StatFlags.SETTABLE) | (flags & StatFlags.SETTABLE);
        }
        if (wanted.clearSetId()) {
            clearSetId(draft);
        }
        if (size != null) {
            setSize(edit, draft, size);
        }
        Instant now = edit.change.now();
        draft.accessTime = time(wanted.accessTime(), now, draft.accessTime);
        draft.modifyTime = time(wanted.modifyTime(), now, draft.modifyTime);
    }

    private static void requireSize(InodeRecord inode, long size) {
        if (inode.isDirectory()) {
            throw new FsException(Errno.EISDIR, "truncate", "a directory");
        }
        if (!inode.is(FileType.REGULAR)) {
            throw new FsException(Errno.EINVAL, "truncate", inode.type().toString());
        }
        FileLimits.requireSize(size);
    }

    private void setSize(Edit edit, InodeRecord draft, long size) {
        if (size <= draft.sizeBytes) {
            edit.change.batch().fromReserve();
        }
        if (size < draft.sizeBytes || draft.allocatedBytes > 0) { // allocated: there may be space behind the end
            edit.cutMore = reaper.beginCut(edit.change, edit.live, draft, size);
        }
        draft.sizeBytes = size;
        draft.forgetUnstored();
        draft.modifyTime = edit.change.now();
    }

    private void setPermissions(Edit edit, InodeRecord draft, int permissions) {
        draft.mode = (draft.mode & FileType.MODE_MASK) | permissions;
        PosixAcl acl = xattrs.acl(edit.change.view(), edit.ino(), draft, Xattrs.AclKind.ACCESS);
        if (acl != null) {
            xattrs.putAcl(edit.change, edit.ino(), draft, Xattrs.AclKind.ACCESS, acl.withMode(permissions));
        }
    }

    /** As the kernel's {@code setattr_should_drop_suidgid}: without execution by the group, the bit means locking. */
    static void clearSetId(InodeRecord draft) {
        if (!draft.isDirectory()) {
            draft.mode &= ~SET_UID;
            if ((draft.mode & GROUP_EXECUTE) != 0) {
                draft.mode &= ~SET_GID;
            }
        }
    }

    private static Instant time(AttrChange.@Nullable TimeChange wanted, Instant now, Instant before) {
        return switch (wanted) {
            case null -> before;
            case AttrChange.Now() -> now;
            case AttrChange.At(Instant at) -> at;
        };
    }

    /**
     * Stores a later access time, if the old one says too little; not a change. In what is read-only, nothing; and nothing
     * if there is no space, for which no reader has asked.
     */
    void touchAccessTime(NodeId node) {
        Subvolume found = core.subvolumes().find(node.subvolume());
        if (found == null || found.isReadOnly() || !isDue(lookup.record(node), core.now())) {
            return;
        }
        Subvolume subvolume = lookup.enter(node.subvolume(), "read");
        try (LockSet locks = new LockSet(core.inodes(), node);
                Transaction change = new Transaction(core, subvolume)) {
            InodeRecord draft = change.edit(locks.get(node));
            if (isDue(draft, change.now())) {
                draft.accessTime = change.now();
                change.commit();
            }
        } catch (FsException e) {
            if (e.errno() != Errno.ENOSPC) {
                throw e;
            }
        } finally {
            subvolume.freeze.readLock().unlock();
        }
    }

    /** As {@code relatime} has it ({@code relatime_need_update} of the kernel): read after the last change, or of late. */
    private static boolean isDue(InodeRecord inode, Instant now) {
        Instant seen = inode.accessTime;
        boolean afterChanges = seen.isAfter(inode.modifyTime) && seen.isAfter(inode.changeTime);
        return !now.equals(seen)
                && (!afterChanges || Duration.between(seen, now).compareTo(RELATIME) >= 0);
    }

    void setXattr(NodeId node, XattrName name, byte[] value, XattrMode mode, Guard guard) {
        change(node, "set xattr", guard, edit -> {
            InodeRecord draft = edit.draft();
            xattrs.set(edit.change, edit.ino(), draft, name, value, mode);
        });
    }

    void removeXattr(NodeId node, XattrName name, Guard guard) {
        change(node, "remove xattr", guard, edit -> {
            InodeRecord draft = edit.draft();
            edit.change.batch().fromReserve();
            xattrs.remove(edit.change, edit.ino(), draft, name);
        });
    }

    void setAccessAcl(NodeId node, @Nullable PosixAcl acl, boolean clearSetGid, Guard guard) {
        change(node, "set acl", guard, edit -> {
            if (edit.before.is(FileType.SYMLINK)) {
                throw new FsException(Errno.EOPNOTSUPP, "set acl", "a symbolic link");
            }
            InodeRecord draft = edit.draft();
            if (acl != null) {
                draft.mode = (draft.mode & ~0777) | acl.mode();
            }
            if (clearSetGid) {
                draft.mode &= ~SET_GID;
            }
            putOrRemove(edit, draft, Xattrs.AclKind.ACCESS, acl != null && acl.isMinimal() ? null : acl);
        });
    }

    void setDefaultAcl(NodeId node, @Nullable PosixAcl acl, Guard guard) {
        change(node, "set acl", guard, edit -> {
            if (!edit.before.isDirectory()) {
                throw new FsException(Errno.EACCES, "set acl", "a default ACL of what is no directory");
            }
            putOrRemove(edit, edit.draft(), Xattrs.AclKind.DEFAULT, acl);
        });
    }

    private void putOrRemove(Edit edit, InodeRecord draft, Xattrs.AclKind which, @Nullable PosixAcl acl) {
        if (acl == null) {
            xattrs.removeAcl(edit.change, edit.ino(), draft, which);
        } else {
            xattrs.putAcl(edit.change, edit.ino(), draft, which, acl);
        }
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.transfer.TransferFrame;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Inodes of a subvolume that is being received. They have no name until {@link ReceivedNames} gives them one, and nobody
 * lets them go meanwhile. For one thread.
 */
final class ReceivedInodes {
    /** As FUSE tells numbers apart: more bits than these are the subvolume's. */
    private static final long INO_MAX = (1L << 40) - 1;

    /** Extended attributes that one transaction sets. */
    private static final long XATTR_BYTES_MAX = 1 << 20;

    private final VolumeCore core;
    private final Subvolume into;
    private final FileContent content;
    private final Attributes attributes;
    private final Reaper reaper;
    private final List<TransferFrame.Xattr> xattrs = new ArrayList<>(); // to be set
    private long xattrBytes;
    private TransferFrame.@Nullable Inode inode; // that frames are about
    private boolean skipped; // it is there already

    ReceivedInodes(VolumeCore core, Subvolume into, FileContent content, Attributes attributes, Reaper reaper) {
        this.core = core;
        this.into = into;
        this.content = content;
        this.attributes = attributes;
        this.reaper = reaper;
    }

    private NodeId id(long ino) {
        return new NodeId(into.id, new Ino(ino));
    }

    private TransferFrame.Inode requireInode() {
        TransferFrame.Inode now = inode;
        if (now == null) {
            throw Receiver.damaged("content of no inode");
        }
        return now;
    }

    /** The number of the inode that frames are about. */
    long current() {
        return requireInode().ino();
    }

    void requireFinished() {
        if (inode != null) {
            throw Receiver.damaged("ino %d is not finished".formatted(inode.ino()));
        }
    }

    /** A transaction on one inode. */
    private void change(long ino, BiConsumer<Transaction, LiveInode> action) {
        into.freeze.readLock().lock();
        try (LockSet locks = new LockSet(core.inodes(), id(ino));
                Transaction change = new Transaction(core, into)) {
            core.requireOpen("receive");
            action.accept(change, locks.get(id(ino)));
            change.commit();
        } finally {
            into.freeze.readLock().unlock();
        }
    }

    /** An inode that changes, with a change time that stays what was said. */
    static InodeRecord quiet(Transaction change, LiveInode live) {
        InodeRecord draft = change.edit(live);
        Instant said = draft.changeTime;
        change.changed(live);
        draft.changeTime = said;
        return draft;
    }

    /** @param isThere whether all of it was received before: then what is said of it goes by */
    void begin(TransferFrame.Inode frame, boolean isThere) {
        inode = frame;
        skipped = isThere;
        if (isThere) {
            return;
        }
        long ino = frame.ino();
        if ((ino < Reserved.FIRST_INO && ino != Reserved.ROOT) || ino > INO_MAX) {
            throw Receiver.damaged("the inode's number %d".formatted(ino));
        }
        core.claimIno(ino);
        change(ino, (change, live) -> begin(change, live, frame));
        if (FileType.ofMode(frame.mode()) == FileType.REGULAR) {
            attributes.set(id(ino), AttrChange.NONE.withSize(frame.sizeBytes()), Guard.NONE);
        }
    }

    private void begin(Transaction change, LiveInode live, TransferFrame.Inode frame) {
        LiveInode.State state = core.load(live);
        InodeRecord draft;
        if (state.gone) {
            Version before = change.view().find(Item.inode(frame.ino()));
            draft = before == null ? change.create(live, frame.mode()) : change.createAgain(live, frame.mode(), before);
        } else if (state.record.type() == FileType.ofMode(frame.mode())) {
            draft = quiet(change, live);
        } else {
            throw Receiver.damaged("ino %d becomes something else".formatted(frame.ino()));
        }
        draft.mode = frame.mode();
        draft.uid = frame.uid();
        draft.gid = frame.gid();
        draft.deviceMajor = frame.deviceMajor();
        draft.deviceMinor = frame.deviceMinor();
        draft.birthTime = frame.birthTime();
        if (draft.is(FileType.SYMLINK)) {
            draft.target = frame.target();
            draft.sizeBytes = frame.target().length;
        }
        if (frame.xattrs()) {
            if (!state.gone) {
                Xattrs.dropItems(change, Kind.XATTR, frame.ino(), draft);
            }
            draft.setFlag(InodeRecord.HAS_XATTRS | InodeRecord.HAS_ACL | InodeRecord.HAS_DEFAULT_ACL, false);
            draft.xattrBytes = 0;
            draft.accessAcl = null;
        }
    }

    /** Adds to what is set with the next frame of another kind. */
    void xattr(TransferFrame.Xattr frame) {
        if (!requireInode().xattrs()) {
            throw Receiver.damaged("an extended attribute where none was said to come");
        }
        if (!skipped) {
            xattrs.add(frame);
            xattrBytes += frame.value().length;
            if (xattrBytes > XATTR_BYTES_MAX) {
                flush();
            }
        }
    }

    /** Sets the extended attributes that came. */
    void flush() {
        if (xattrs.isEmpty()) {
            return;
        }
        long ino = current();
        change(ino, (change, live) -> {
            InodeRecord draft = quiet(change, live);
            for (TransferFrame.Xattr xattr : xattrs) {
                set(change, ino, draft, xattr);
            }
        });
        xattrs.clear();
        xattrBytes = 0;
    }

    private void set(Transaction change, long ino, InodeRecord draft, TransferFrame.Xattr xattr) {
        if (xattr.space() == TransferFrame.Xattr.ACL) {
            core.xattrs().putAcl(change, ino, draft, aclKind(xattr.name()), acl(xattr.value()));
            return;
        }
        XattrName.Namespace space = XattrName.Namespace.values()[xattr.space()];
        XattrName name = new XattrName(space, Name.of(xattr.name()));
        core.xattrs().set(change, ino, draft, name, xattr.value(), XattrMode.ANY);
    }

    private static Xattrs.AclKind aclKind(byte[] name) {
        for (Xattrs.AclKind kind : Xattrs.AclKind.values()) {
            if (kind.isStoredAs(name)) {
                return kind;
            }
        }
        throw Receiver.damaged("an ACL of no kind");
    }

    private static PosixAcl acl(byte[] value) {
        try {
            return PosixAcl.decode(value);
        } catch (FsException e) {
            throw Receiver.damaged("an ACL: " + e.object());
        }
    }

    private NodeId file() {
        flush();
        return id(current());
    }

    private void requireInside(long offset, long length) {
        if (offset + length > requireInode().sizeBytes()) {
            throw Receiver.damaged("ino %d: data behind its end".formatted(current()));
        }
    }

    void data(TransferFrame.Data frame) {
        requireInside(frame.offsetBytes(), frame.bytes().length);
        content.write(file(), frame.offsetBytes(), MemorySegment.ofArray(frame.bytes()), WriteOptions.PLAIN);
    }

    void hole(long offset, long length) {
        content.allocate(file(), AllocateMode.PUNCH_HOLE, offset, length, false);
    }

    void promised(long offset, long length) {
        content.allocate(file(), AllocateMode.ZERO_RANGE_KEEP_SIZE, offset, length, false);
    }

    void shared(TransferFrame.Shared frame) {
        requireInside(frame.offsetBytes(), frame.lengthBytes());
        NodeId source = id(frame.sourceIno());
        content.cloneRange(source, frame.sourceOffsetBytes(), file(), frame.offsetBytes(), frame.lengthBytes(), false);
    }

    void finish(TransferFrame.Finish frame) {
        if (frame.ino() != current()) {
            throw Receiver.damaged("ino %d is finished, and not ino %d".formatted(frame.ino(), current()));
        }
        flush();
        if (!skipped) {
            change(frame.ino(), (change, live) -> {
                InodeRecord draft = change.changed(live);
                draft.flags = (draft.flags & ~StatFlags.SETTABLE) | (frame.flags() & StatFlags.SETTABLE);
                draft.accessTime = frame.accessTime();
                draft.modifyTime = frame.modifyTime();
                draft.changeTime = frame.changeTime();
            });
        }
        inode = null;
    }

    /** Lets an inode go that lost its names; at once, unless somebody has it open. */
    void remove(long ino) {
        change(ino, (change, live) -> {
            LiveInode.State state = core.load(live);
            if (!state.gone && state.record.links > 0) {
                throw Receiver.damaged("ino %d goes, and has a name".formatted(ino));
            }
            if (!state.gone) {
                change.batch().put(KeyLayout.orphan(change.node(), ino), new byte[] {1});
            }
        });
        reaper.reap(id(ino));
    }
}

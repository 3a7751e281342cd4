package dev.ring3.fs.volume;

import dev.ring3.fs.ChangeListener;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What all parts of an open volume share. */
final class VolumeCore {
    private static final LockClass MOUNT_STATE = LockClass.named("mount state");
    /** Inode numbers that are made durable ahead of their use, so that a crash loses numbers and never repeats one. */
    private static final long INO_CHUNK = 1 << 20;

    private final OrderedStore store;
    private final FileData data;
    private final VolumeHeader header;
    private final InstantSource time;
    private final SnapshotTree tree;
    private final Subvolumes subvolumes;
    private final InodeCache inodes;
    private final ChangeClock clock;
    private final Xattrs xattrs;
    private final FileCache cache;
    private final Writeback writeback = new Writeback(this);
    private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();

    /** Taken last of all. */
    private final ReentrantLock mountLock = FsLocks.lock(MOUNT_STATE);

    private volatile MountState mount; // written under mountLock
    private final AtomicLong nextIno;
    private volatile boolean stopped; // nobody new comes in
    private volatile boolean sealed; // nothing is written any more

    /** @param mount as it is stored, durable, with this mount's epoch */
    VolumeCore(
            OrderedStore store,
            FileData data,
            VolumeHeader header,
            MountState mount,
            VolumeOptions options,
            SnapshotTree tree) {
        this.store = store;
        this.data = data;
        this.header = header;
        this.mount = mount;
        this.time = options.time();
        this.tree = tree;
        this.subvolumes = Subvolumes.load(store, tree);
        this.inodes = new InodeCache(options.cachedInodes());
        this.clock = new ChangeClock(
                mount.epoch(), epoch -> updateMount(new Batch().fromReserve(), state -> state.withEpoch(epoch), true));
        this.nextIno = new AtomicLong(mount.inoLimit());
        SipHash hash = new SipHash(header.nameKey());
        this.xattrs = new Xattrs(name -> hash.hash(name, 1));
        this.cache = new FileCache(this, options.memoryBytes(), Math.max(16, options.cachedInodes() / 4));
    }

    OrderedStore store() {
        return store;
    }

    FileData data() {
        return data;
    }

    VolumeHeader header() {
        return header;
    }

    SnapshotTree tree() {
        return tree;
    }

    Subvolumes subvolumes() {
        return subvolumes;
    }

    InodeCache inodes() {
        return inodes;
    }

    ChangeClock clock() {
        return clock;
    }

    Xattrs xattrs() {
        return xattrs;
    }

    FileCache cache() {
        return cache;
    }

    Writeback writeback() {
        return writeback;
    }

    MountState mount() {
        return mount;
    }

    List<ChangeListener> listeners() {
        return listeners;
    }

    Instant now() {
        return time.instant();
    }

    long nextChange() {
        return clock.next();
    }

    /** After this nobody new comes in. */
    void stop() {
        stopped = true;
    }

    /** After this nothing is written but the stop itself. */
    void seal() {
        sealed = true;
    }

    boolean isStopped() {
        return stopped;
    }

    void requireOpen(String operation) {
        if (stopped) {
            throw new FsException(Errno.ESHUTDOWN, operation, "a closed volume");
        }
    }

    TransactionId write(Batch batch) {
        if (sealed) {
            throw new FsException(Errno.ESHUTDOWN, "write", "a closed volume");
        }
        if (!batch.mayUseReserve()) {
            data.admit(batch.bytes());
        }
        try {
            return store.write(batch);
        } catch (FsException e) {
            boolean helped = e.errno() == Errno.ENOSPC && data.hostIsFull();
            if (!helped || !batch.mayUseReserve()) {
                throw e;
            }
        }
        return store.write(batch); // what frees space, or was promised some, in the space of the reserve
    }

    /** Writes a batch with a new mount state in it, so that both are there or neither. */
    TransactionId updateMount(Batch batch, UnaryOperator<MountState> change, boolean durable) {
        mountLock.lock();
        try {
            MountState next = change.apply(mount);
            TransactionId transaction = write(batch.put(KeyLayout.mount(), next.encode()));
            mount = next;
            if (durable) {
                store.durable(transaction);
            }
            return transaction;
        } finally {
            mountLock.unlock();
        }
    }

    /** A number that no inode of this volume ever had. */
    long newIno() {
        while (true) {
            long ino = nextIno.get();
            if (ino < mount.inoLimit()) {
                if (nextIno.compareAndSet(ino, ino + 1)) {
                    return ino;
                }
            } else {
                long limit = ino + INO_CHUNK;
                updateMount(new Batch(), state -> state.withInoLimit(Math.max(state.inoLimit(), limit)), true);
            }
        }
    }

    /** Takes a number that came from elsewhere: no inode that is made here has it from now on. */
    void claimIno(long ino) {
        if (ino >= mount.inoLimit()) {
            updateMount(new Batch(), state -> state.withInoLimit(Math.max(state.inoLimit(), ino + INO_CHUNK)), false);
        }
        nextIno.accumulateAndGet(ino + 1, Math::max);
    }

    /** All numbers below this may have been used. */
    long inosUsed() {
        return Math.min(nextIno.get(), mount.inoLimit());
    }

    /** What an inode that somebody has pinned is now; loaded if need be. The subvolume's freeze is held. */
    LiveInode.State load(LiveInode live) {
        LiveInode.State state = live.state;
        if (state != null) {
            return state;
        }
        boolean exclusive = live.lock.isWriteLockedByCurrentThread();
        if (!exclusive && live.lock.getReadHoldCount() > 0) {
            throw new IllegalStateException("a shared lock before the inode is loaded: " + live.id);
        }
        live.lock.writeLock().lock();
        try {
            state = live.state;
            if (state == null) {
                state = read(live.id);
                live.state = state;
            }
            return state;
        } finally {
            live.lock.writeLock().unlock();
        }
    }

    private LiveInode.State read(NodeId id) {
        View view = subvolumes.require(id.subvolume(), "read inode").view();
        Version version = view.find(Item.inode(id.ino().value()));
        if (version == null || version.isWhiteout()) {
            return LiveInode.State.gone(new InodeRecord(0, Instant.EPOCH));
        }
        InodeRecord record = InodeLayout.decode(version.value());
        record.storedIn = version.node();
        if (record.has(InodeRecord.HAS_ACL)) {
            record.accessAcl = xattrs.acl(view, id.ino().value(), record, Xattrs.AclKind.ACCESS);
        }
        return LiveInode.State.loaded(record);
    }

    /** The state of an inode that must be there; ESTALE. */
    LiveInode.State require(LiveInode live) {
        LiveInode.State state = load(live);
        if (state.gone) {
            throw new FsException(Errno.ESTALE, "find inode", live.id.toString());
        }
        return state;
    }

    /** The state of an inode that must be a directory; ENOTDIR. */
    InodeRecord requireDirectory(LiveInode live, String operation) {
        InodeRecord record = require(live).record;
        if (!record.isDirectory()) {
            throw new FsException(Errno.ENOTDIR, operation, live.id.toString());
        }
        return record;
    }

    /** The least change attribute that is shown in a subvolume. */
    long changeFloor(Subvolume subvolume) {
        return Math.max(mount.changeFloor(), subvolume.record().changeFloor());
    }

    /** The change attribute as it is shown. */
    long shown(Subvolume subvolume, long change) {
        return Math.max(change, changeFloor(subvolume));
    }

    /** A state as a query shows it. Whoever asks for the change attribute has marked the state as seen. */
    Stat stat(NodeId id, Subvolume subvolume, InodeRecord inode, int mask) {
        boolean change = (mask & StatMask.CHANGE) != 0;
        SubvolumeRecord record = subvolume.record();
        int flags = inode.flags & StatFlags.SETTABLE;
        if (id.ino().value() == Reserved.ROOT) {
            flags |= StatFlags.SUBVOLUME_ROOT | StatFlags.INO_NOT_UNIQUE;
        } else if (inode.bornIn != subvolume.node().id || record.isSnapshot() || subvolumes.hasReceived()) {
            flags |= StatFlags.INO_NOT_UNIQUE;
        }
        if (subvolume.isReadOnly()) {
            flags |= StatFlags.READ_ONLY;
        }
        if (inode.has(InodeRecord.HAS_ACL)) {
            flags |= StatFlags.HAS_ACL;
        }
        boolean regular = inode.is(FileType.REGULAR);
        return new Stat(
                id,
                mask & StatMask.ALL,
                inode.mode,
                inode.links,
                inode.uid,
                inode.gid,
                inode.isDirectory() ? inode.entries * Reserved.DIRECTORY_ENTRY_BYTES : inode.size(),
                inode.allocated(),
                inode.accessTime,
                inode.modifyTime,
                inode.changeTime,
                inode.birthTime,
                change ? shown(subvolume, inode.change) : 0,
                inode.deviceMajor,
                inode.deviceMinor,
                flags,
                regular ? Reserved.BLOCK_BYTES : 0,
                regular ? Reserved.BLOCK_BYTES : 0,
                inode.accessAcl);
    }

    /** Tells listeners; with no lock held. */
    void tell(NodeId node, ChangeListener.What what) {
        tell(node, what, null);
    }

    /** Tells listeners of an entry of a directory; with no lock held. */
    void tell(NodeId node, ChangeListener.What what, @Nullable Name name) {
        for (ChangeListener listener : listeners) {
            listener.changed(node, what, name);
        }
    }
}

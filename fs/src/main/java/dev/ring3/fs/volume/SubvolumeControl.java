package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.fs.extent.SpaceStatus;
import dev.ring3.linux.Errno;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Subvolumes and snapshots of a volume: made, listed, changed, deleted. Nothing here walks over files. */
public final class SubvolumeControl {
    private final VolumeCore core;
    private final SubvolumeOperations operations;
    private static final int USAGES_MAX = 1000;

    private final NewSubvolumes made;
    private final Transfers transfers;
    private final NodeCleaner cleaner;
    private final Background background;
    private final Map<SubvolumeId, ExclusiveUsage> usages = new ConcurrentHashMap<>();

    SubvolumeControl(
            VolumeCore core,
            SubvolumeOperations operations,
            NewSubvolumes made,
            Transfers transfers,
            NodeCleaner cleaner,
            Background background) {
        this.core = core;
        this.operations = operations;
        this.made = made;
        this.transfers = transfers;
        this.cleaner = cleaner;
        this.background = background;
    }

    /** What names the volume. */
    public UUID uuid() {
        return core.header().uuid();
    }

    /**
     * Makes an empty subvolume in a directory. Durable.
     *
     * @param root what its root directory shall be
     * @throws FsException EEXIST, ENOENT, ENOTDIR, EROFS
     */
    public SubvolumeId create(NodeId directory, Name name, NewNode root, Guard guard) {
        return made.create(directory, name, root, guard);
    }

    /**
     * Takes a snapshot, found under {@code .snapshots} of its source. It shows everything that was acknowledged before,
     * nothing after; costs the same however much there is. Durable.
     *
     * @param readOnly else it can be written to, and goes its own way
     * @throws FsException EEXIST
     */
    public SubvolumeId snapshot(SubvolumeId source, Name name, boolean readOnly) {
        return operations.snapshot(source, name, readOnly, false).getFirst();
    }

    /**
     * Takes snapshots of a subvolume and of all that have their place below it, at one moment: what was acknowledged
     * before is in them, wherever it was done, and nothing after. Each is found by the same name under {@code .snapshots}
     * of its source. Durable, all or none.
     *
     * @return them, the first of the subvolume itself
     * @throws FsException EEXIST if one has a snapshot of this name already
     */
    public List<SubvolumeId> snapshotTree(SubvolumeId top, Name name, boolean readOnly) {
        return operations.snapshot(top, name, readOnly, true);
    }

    /** A subvolume and all that have their place below it, but those in {@code .snapshots}; parents first. */
    public List<SubvolumeId> withNested(SubvolumeId top) {
        return core.subvolumes().withNested(core.subvolumes().require(top, "list subvolumes")).stream()
                .map(each -> each.id)
                .toList();
    }

    /**
     * Lets a subvolume show what a snapshot shows, at once and durably. Its number, place and quota stay; its later
     * snapshots too. Inodes that the target has show its content, others are gone (ESTALE); no change attribute that was
     * seen before comes again.
     *
     * @param keptAs the name of a snapshot that keeps the content until now; empty if it may go
     * @throws FsException EROFS for a read-only subvolume; EEXIST for the name; EINVAL for itself
     */
    public void rollback(SubvolumeId subvolume, SubvolumeId target, Optional<Name> keptAs) {
        operations.rollback(subvolume, target, keptAs);
        background.drain();
    }

    /**
     * Deletes a subvolume: it is gone at once, and its space comes back in the background, at a cost that goes with
     * what it alone has ({@link #pendingKeys}).
     *
     * @throws FsException EBUSY while it is held, for the default and for the first; ENOTEMPTY while there are
     *     snapshots of it under its {@code .snapshots}, or subvolumes in it
     */
    public void delete(SubvolumeId subvolume) {
        operations.delete(subvolume);
        background.drain();
    }

    /** How many keys are still to be looked at for what was deleted; 0 when all is done. */
    public long pendingKeys() {
        return cleaner.pendingKeys();
    }

    /** Gives a snapshot another name in its folder. Others are renamed as directories are. */
    public void rename(SubvolumeId snapshot, Name name) {
        operations.rename(snapshot, name);
    }

    /** What {@link Volume#root} is from now on. */
    public void setDefault(SubvolumeId subvolume) {
        operations.setDefault(subvolume);
    }

    /** What {@link Volume#root} is. */
    public SubvolumeId defaultSubvolume() {
        return new SubvolumeId(core.mount().defaultSubvolume());
    }

    /**
     * Bounds what a subvolume may reference; -1 for no limit. What is there already stays, above the limit too.
     */
    public void setQuota(SubvolumeId subvolume, long bytes, long inodes) {
        if (bytes < -1 || inodes < -1) {
            throw new FsException(Errno.EINVAL, "set quota", "%d bytes, %d inodes".formatted(bytes, inodes));
        }
        operations.update(subvolume, record -> record.withQuota(bytes, inodes));
    }

    /**
     * Lets nobody write to a subvolume from now on, or again, durably. One that may be written to again is another from
     * then on: it has a new identity, so no stream builds on it that was made for what it was.
     *
     * @throws FsException EBUSY while it is sent, or while it was received in part
     */
    public void setReadOnly(SubvolumeId subvolume, boolean readOnly) {
        operations.setReadOnly(subvolume, readOnly);
    }

    /** How data is stored that is written to a subvolume from now on; what is there stays as it is. */
    public void setCompression(SubvolumeId subvolume, CompressionMode mode) {
        operations.update(subvolume, record -> record.withCompression(mode));
    }

    /** Keeps a subvolume from being deleted, until {@link #release} was called as often. */
    public void hold(SubvolumeId subvolume) {
        operations.update(subvolume, record -> record.withHolds(record.holds() + 1));
    }

    /** Takes a hold back; EINVAL if there is none. */
    public void release(SubvolumeId subvolume) {
        operations.update(subvolume, record -> {
            if (record.holds() == 0) {
                throw new FsException(Errno.EINVAL, "release", subvolume + ", which is not held");
            }
            return record.withHolds(record.holds() - 1);
        });
    }

    /** All subvolumes, by number. */
    public List<SubvolumeInfo> list() {
        return core.subvolumes().all().stream()
                .map(this::info)
                .sorted(Comparator.comparing(SubvolumeInfo::id))
                .toList();
    }

    /** One subvolume; ESTALE if it is gone. */
    public SubvolumeInfo info(SubvolumeId id) {
        return info(core.subvolumes().require(id, "show subvolume"));
    }

    private SubvolumeInfo info(Subvolume subvolume) {
        Subvolume.Head head = subvolume.head();
        SubvolumeRecord record = head.record();
        NodeUsage usage = subvolume.usage();
        return new SubvolumeInfo(
                subvolume.id,
                record.uuid(),
                new SnapshotId(record.node()),
                record.origin() == 0 ? null : new SubvolumeId(record.origin()),
                place(record),
                record.name(),
                subvolume.isReadOnly(),
                record.created(),
                usage.referencedBytes(),
                usage.referencedInodes(),
                usage.writtenBytes(),
                record.quotaBytes(),
                record.quotaInodes(),
                record.holds(),
                record.compression(),
                subvolume.received());
    }

    private static @Nullable NodeId place(SubvolumeRecord record) {
        if (record.parent() == 0) {
            return null;
        }
        long directory = record.directory() == 0 ? Reserved.SNAPSHOTS : record.directory();
        return new NodeId(new SubvolumeId(record.parent()), new Ino(directory));
    }

    /**
     * One path of an inode, from the root of the first subvolume; empty if it is gone or has no name. Takes as many steps
     * as the path has.
     */
    public Optional<List<Name>> path(NodeId node) {
        return new Paths(core.subvolumes()).fromTop(node);
    }

    /**
     * How what the second shows differs from what the first does, by inode. Costs what differs, not what is there; of one
     * moment, also where both are written to.
     *
     * @throws FsException EINVAL if they have no common origin
     */
    public void difference(SubvolumeId from, SubvolumeId to, Consumer<SnapshotDifference> sink) {
        core.writeback().flush(from);
        core.writeback().flush(to);
        DifferenceScan.run(core.store(), from, to, sink);
    }

    /**
     * Writes what a read-only subvolume shows, or how it differs from an earlier one, as a stream that {@link #receive}
     * reads: {@code docs/send-format.md}. Whatever was written to the volume meanwhile, it says one moment. The subvolumes
     * cannot be deleted until this returns; places of other subvolumes are not in it.
     *
     * @throws FsException EINVAL for one that can be written to, and for two without a common origin; EBUSY for one that
     *     was received in part
     * @throws java.io.UncheckedIOException if the stream cannot be written
     */
    public void send(SendRequest request, OutputStream out) {
        transfers.send(request, out);
    }

    /** Fails as {@link #send} would at its beginning, and writes nothing. */
    public void requireSendable(SendRequest request) {
        transfers.requireSendable(request);
    }

    /**
     * Makes a read-only subvolume of a stream, or goes on with one that is there in part. Until all has come, nobody can
     * write to it, and it shows what has come. What has come before a failure stays ({@link #received}); deleting
     * the subvolume gives it up. Reads no further than the stream's end.
     *
     * @param directory in which it is made, or is
     * @throws FsException EBADMSG for a damaged stream or one that ends too soon; EOPNOTSUPP for one of a newer Ring3; EINVAL
     *     for one whose parent is not here, or that does not go on where this ends; EEXIST; ENOENT, ENOTDIR, EROFS of the
     *     directory; EBUSY if somebody else receives it
     * @throws java.io.UncheckedIOException if the stream cannot be read
     */
    public SubvolumeId receive(NodeId directory, Name name, Guard guard, InputStream in) {
        SubvolumeId id = transfers.receive(directory, name, guard, in);
        background.drain();
        return id;
    }

    /** Where the content of a subvolume came from, if it was received. */
    public Optional<ReceivedState> received(SubvolumeId subvolume) {
        return Optional.ofNullable(
                core.subvolumes().require(subvolume, "show subvolume").received());
    }

    /** The snapshot tree, from older to younger nodes. */
    public List<SnapshotNodeInfo> tree() {
        core.subvolumes().lock.lock();
        try {
            return core.tree().all().stream()
                    .sorted((a, b) -> Long.compare(b.id, a.id))
                    .map(this::nodeInfo)
                    .toList();
        } finally {
            core.subvolumes().lock.unlock();
        }
    }

    private SnapshotNodeInfo nodeInfo(TreeNode node) {
        TreeNode parent = core.tree().parent(node);
        NodeUsage usage = node.usage();
        List<SubvolumeId> shownBy = core.subvolumes().all().stream()
                .filter(each -> each.record().node() == node.id)
                .map(each -> each.id)
                .sorted()
                .toList();
        return new SnapshotNodeInfo(
                new SnapshotId(node.id),
                parent == null ? null : new SnapshotId(parent.id),
                usage.keys(),
                usage.writtenBytes(),
                shownBy);
    }

    /**
     * What a subvolume alone holds, and what it shares, of one moment. Walks over all its extents; the last answer is
     * kept until something is written.
     *
     * @param progress hears of extents, and may throw to end it
     */
    public ExclusiveUsage exclusiveUsage(SubvolumeId subvolume, VolumeReport.Progress progress) {
        core.subvolumes().require(subvolume, "count usage");
        core.writeback().flushAll();
        ExclusiveUsage last = usages.get(subvolume);
        if (last == null || !last.asOf().equals(core.store().lastWritten())) {
            last = ExclusiveScan.run(core, subvolume, progress);
            if (usages.size() >= USAGES_MAX) {
                usages.clear();
            }
            usages.put(subvolume, last);
        }
        return last;
    }

    VolumeSpace space(SubvolumeId id) {
        Subvolume subvolume = core.subvolumes().require(id, "statfs");
        SubvolumeRecord record = subvolume.record();
        NodeUsage usage = subvolume.usage();
        SpaceStatus space = core.data().space();
        long total = space.totalBytes();
        long available = space.availableBytes();
        if (record.quotaBytes() >= 0) {
            total = Math.min(total, record.quotaBytes());
            available = Math.min(available, Math.max(0, record.quotaBytes() - usage.referencedBytes()));
        }
        long inodes = record.quotaInodes() >= 0 ? record.quotaInodes() : Integer.MAX_VALUE;
        return new VolumeSpace(
                total,
                available,
                available,
                inodes,
                Math.max(0, inodes - usage.referencedInodes()),
                Reserved.BLOCK_BYTES);
    }
}

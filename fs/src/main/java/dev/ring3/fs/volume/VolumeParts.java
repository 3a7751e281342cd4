package dev.ring3.fs.volume;

import dev.ring3.fs.ChangeListener;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Owner;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** An open volume, put together: opening, closing, and what holds its parts. */
final class VolumeParts {
    private static final byte[] MARK = {1};

    private final VolumeCore core;
    private final Background background;
    private final Directories directories;
    private final SnapshotsFolder snapshots;
    private final Xattrs xattrs;
    private final Lookup lookup;
    private final Namespace namespace;
    private final Renames renames;
    private final Attributes attributes;
    private final FileContent content;
    private final FileViews views;
    private final Listing listing;
    private final OpenInodes handles;
    private final SubvolumeControl control;
    private final AtomicBoolean closed = new AtomicBoolean();

    private VolumeParts(VolumeCore core, VolumeOptions options, VolumeSeams seams) {
        this.core = core;
        SipHash hash = new SipHash(core.header().nameKey());
        ToLongFunction<byte[]> nameHash = seams.nameHash();
        this.directories = new Directories(nameHash != null ? nameHash : name -> hash.hash(name, 0));
        this.background = new Background(options.commitInterval(), new Upkeep(core, options.trimInterval()));
        this.snapshots = new SnapshotsFolder(core);
        this.xattrs = core.xattrs();
        this.lookup = new Lookup(core, directories);
        Reaper reaper = new Reaper(core, xattrs, background);
        NewInodes newInodes = new NewInodes(xattrs);
        this.namespace = new Namespace(core, directories, lookup, newInodes, reaper);
        this.renames = new Renames(core, directories, lookup, namespace, reaper);
        this.attributes = new Attributes(core, lookup, xattrs, reaper);
        this.content = new FileContent(core, lookup);
        this.views = new FileViews(core, lookup);
        this.listing = new Listing(core, lookup);
        this.handles = new OpenInodes(core, lookup, newInodes, reaper);
        NodeCleaner cleaner = new NodeCleaner(core, background, seams.cleanerKeysMax());
        NewSubvolumes made = new NewSubvolumes(core, directories, lookup, namespace);
        SubvolumeOperations operations =
                new SubvolumeOperations(core, directories, lookup, namespace, reaper, cleaner, made);
        Transfers transfers = new Transfers(core, directories, lookup, reaper, made);
        this.control = new SubvolumeControl(core, operations, made, transfers, cleaner, background);
        for (Subvolume subvolume : core.subvolumes().all()) {
            if (!subvolume.record().readOnly()) {
                reaper.resume(subvolume);
            }
        }
        cleaner.wake();
        background.drain();
    }

    static VolumeParts open(OrderedStore store, BlockDevice device, VolumeOptions options, VolumeSeams seams) {
        byte[] stored = store.get(KeyLayout.header());
        if (stored == null) {
            format(store, options.time().instant(), options.owner());
        }
        VolumeHeader header = VolumeHeader.decode(require(store, KeyLayout.header()));
        MountState last = MountState.decode(require(store, KeyLayout.mount()));
        // Durable before the first change attribute of this mount is shown; and what the last mount may have shown is
        // below the floor, unless it has stored all of it.
        long epoch = last.epoch() + 1;
        long floor = last.clean() ? last.changeFloor() : ChangeClock.floorOf(epoch);
        MountState mount = last.withClean(false).withEpoch(epoch).withChangeFloor(floor);
        store.durable(store.write(new Batch().put(KeyLayout.mount(), mount.encode())));
        FileData data = FileData.open(store, device, options.data());
        VolumeCore core = new VolumeCore(store, data, header, mount, options, SnapshotTree.load(store));
        boolean done = false;
        try {
            VolumeParts parts = new VolumeParts(core, options, seams);
            done = true;
            return parts;
        } finally {
            if (!done) {
                core.cache().close();
            }
        }
    }

    private static byte[] require(OrderedStore store, byte[] key) {
        byte[] value = store.get(key);
        if (value == null) {
            throw new FsException(Errno.EUCLEAN, "open volume", "a part of the superblock is missing");
        }
        return value;
    }

    private static void format(OrderedStore store, Instant now, Owner owner) {
        long node = SnapshotId.FIRST.value();
        long id = SubvolumeId.FIRST.value();
        InodeRecord root = new InodeRecord(FileType.DIRECTORY.modeBits() | 0755, now);
        root.links = 2;
        root.uid = owner.uid();
        root.gid = owner.gid();
        root.bornIn = node;
        SubvolumeRecord first = new SubvolumeRecord(
                id, UUID.randomUUID(), node, 0, false, 0, 0, Name.of("main"), now, 0, -1, -1, 0, CompressionMode.NONE);
        MountState mount = new MountState(true, 0, 0, Reserved.FIRST_INO, id + 1, node - 1, id);
        store.durable(store.write(new Batch()
                .put(
                        KeyLayout.header(),
                        VolumeHeader.create(now, new SecureRandom()).encode())
                .put(KeyLayout.mount(), mount.encode())
                .put(KeyLayout.numbered(KeyLayout.SUBVOLUME, id), first.encode())
                .put(KeyLayout.numbered(KeyLayout.NODE, node), TreeNode.encode(0))
                .put(KeyLayout.numbered(KeyLayout.USAGE, node), new NodeUsage(1, 0, 0, 1).encode())
                .put(KeyLayout.version(Item.inode(Reserved.ROOT), node), InodeLayout.encode(root))
                .put(KeyLayout.born(node, Reserved.ROOT), MARK)));
    }

    VolumeCore core() {
        return core;
    }

    Directories directories() {
        return directories;
    }

    SnapshotsFolder snapshots() {
        return snapshots;
    }

    Xattrs xattrs() {
        return xattrs;
    }

    Lookup lookup() {
        return lookup;
    }

    Namespace namespace() {
        return namespace;
    }

    Renames renames() {
        return renames;
    }

    Attributes attributes() {
        return attributes;
    }

    FileContent content() {
        return content;
    }

    FileViews views() {
        return views;
    }

    Listing listing() {
        return listing;
    }

    OpenInodes handles() {
        return handles;
    }

    SubvolumeControl control() {
        return control;
    }

    /** Refuses what is stored nowhere. */
    void requireStored(NodeId node, String operation) {
        if (SnapshotsFolder.isVirtual(node)) {
            throw SnapshotsFolder.refuse(operation, node);
        }
    }

    /** Refuses directories that are stored nowhere, and the reserved name with the given error. */
    void requireOrdinary(NodeId directory, Name name, String operation, Errno ofReserved) {
        requireStored(directory, operation);
        if (SnapshotsFolder.isReserved(directory, name)) {
            throw new FsException(ofReserved, operation, name + ", which is reserved");
        }
    }

    /** Reads something of an inode's extended attributes; null for what is stored nowhere. */
    <T> @Nullable T readXattr(NodeId node, BiFunction<View, InodeRecord, @Nullable T> action) {
        if (SnapshotsFolder.isVirtual(node)) {
            return null;
        }
        return lookup.reading(
                node, "read xattr", (subvolume, live) -> action.apply(subvolume.view(), core.require(live).record));
    }

    /** After an operation, with no lock held. */
    void done(NodeId node, ChangeListener.What what) {
        done(node, what, null);
    }

    /** After an operation on an entry of a directory, with no lock held. */
    void done(NodeId node, ChangeListener.What what, @Nullable Name name) {
        if (core.cache().isCrowded()) {
            background.later(core.writeback()::flushAll);
        }
        background.drain();
        core.tell(node, what, name);
    }

    /** Names what is in memory, and gives the memory up; what it could not. */
    private @Nullable FsException flushLast() {
        try (FileCache _ = core.cache()) {
            core.writeback().flushAll();
            return null;
        } catch (FsException e) {
            return e;
        } finally {
            core.seal();
        }
    }

    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        core.stop();
        background.close();
        core.subvolumes().all().forEach(Subvolume::awaitQuiet);
        OrderedStore store = core.store();
        try (store) {
            FsException lost = flushLast();
            core.data().close();
            if (lost != null) {
                throw lost; // and the volume was not stopped in good order
            }
            MountState clean = core.mount().withClean(true).withInoLimit(core.inosUsed());
            store.durable(store.write(
                    new Batch().put(KeyLayout.mount(), clean.encode()).fromReserve()));
        }
    }
}

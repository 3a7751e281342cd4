package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.linux.Errno;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Subvolumes that come with a place in a directory: empty ones, and those that content is received into. */
final class NewSubvolumes {
    private static final byte[] MARK = {1};
    private static final NewNode RECEIVED_ROOT = NewNode.of(FileType.DIRECTORY, 0700, 0, 0, 0);

    private final VolumeCore core;
    private final Directories directories;
    private final Lookup lookup;
    private final Namespace namespace;

    NewSubvolumes(VolumeCore core, Directories directories, Lookup lookup, Namespace namespace) {
        this.core = core;
        this.directories = directories;
        this.lookup = lookup;
        this.namespace = namespace;
    }

    /** What a new one shows: an empty root, or with a base what that one shows. */
    private record Content(
            NewNode root,
            @Nullable Subvolume base,
            @Nullable ReceivedState received) {}

    SubvolumeRecord record(
            long id,
            long node,
            long origin,
            boolean readOnly,
            long parent,
            long directory,
            Name name,
            CompressionMode compression) {
        UUID uuid = UUID.randomUUID();
        return new SubvolumeRecord(
                id, uuid, node, origin, readOnly, parent, directory, name, core.now(), 0, -1, -1, 0, compression);
    }

    /** Lets a subvolume be found whose record is written. */
    void appear(SubvolumeRecord record) {
        appear(record, null);
    }

    private void appear(SubvolumeRecord record, @Nullable ReceivedState received) {
        Subvolume subvolume =
                new Subvolume(new SubvolumeId(record.id()), Subvolumes.head(core.store(), core.tree(), record));
        subvolume.setReceived(received);
        core.subvolumes().add(subvolume);
        core.subvolumes().changed(core.nextChange());
    }

    /** An empty one. */
    SubvolumeId create(NodeId directory, Name name, NewNode root, Guard guard) {
        if (root.type() != FileType.DIRECTORY) {
            throw new FsException(Errno.EINVAL, "create subvolume", "a root that is no directory");
        }
        return create(directory, name, new Content(root, null, null), guard);
    }

    /**
     * One for content that is about to come.
     *
     * @param base a read-only subvolume that it builds on, or null
     */
    SubvolumeId receiving(NodeId directory, Name name, @Nullable Subvolume base, ReceivedState received, Guard guard) {
        return create(directory, name, new Content(RECEIVED_ROOT, base, received), guard);
    }

    private SubvolumeId create(NodeId directory, Name name, Content content, Guard guard) {
        Lookup.requireOrdinary(name, "create subvolume");
        core.subvolumes().lock.lock();
        try {
            Subvolume parent = lookup.enter(directory.subvolume(), "create subvolume");
            try (LockSet locks = new LockSet(core.inodes(), directory);
                    Transaction change = new Transaction(core, parent)) {
                LiveInode above = locks.get(directory);
                InodeRecord before = namespace.requireLiving(above, "create subvolume");
                Directories.Place place = requireFree(change, directory, before, name);
                guard.check(core.stat(directory, parent, before, StatMask.QUIET), null);
                MountState mount = core.mount();
                long id = Reserved.requireSubvolume(mount.nextSubvolume());
                long node = Reserved.requireNode(mount.nextNode());
                change.mount(state -> state.withNextSubvolume(id + 1).withNextNode(node - 1));
                Subvolume base = content.base;
                long origin = base == null ? 0 : base.id.value();
                SubvolumeRecord record = record(
                        id,
                        node,
                        origin,
                        false,
                        parent.id.value(),
                        directory.ino().value(),
                        name,
                        parent.record().compression());
                put(change, record, content, before);
                Dirent entry = new Dirent(name, false, FileType.DIRECTORY, id, parent.id.value(), 0);
                namespace.enter(change, above, place, entry);
                core.store().durable(change.commit());
                return new SubvolumeId(id);
            } finally {
                parent.freeze.readLock().unlock();
            }
        } finally {
            core.subvolumes().lock.unlock();
        }
    }

    /** All that is stored of it but its place. An empty root takes from the directory above what a directory would. */
    private void put(Transaction change, SubvolumeRecord record, Content content, InodeRecord above) {
        Subvolume base = content.base;
        ReceivedState received = content.received;
        NodeUsage usage =
                base == null ? new NodeUsage(1, 0, 0, 1) : base.node().usage().ofNewChild();
        long parent = base == null ? 0 : base.node().id;
        change.batch()
                .put(KeyLayout.numbered(KeyLayout.SUBVOLUME, record.id()), record.encode())
                .put(KeyLayout.numbered(KeyLayout.NODE, record.node()), TreeNode.encode(parent))
                .put(KeyLayout.numbered(KeyLayout.USAGE, record.node()), usage.encode());
        if (received != null) {
            change.batch().put(KeyLayout.numbered(KeyLayout.RECEIVED, record.id()), received.encode());
        }
        if (base == null) {
            InodeRecord root = NewInodes.root(change, core, content.root, above, record.node());
            change.batch()
                    .put(KeyLayout.version(Item.inode(Reserved.ROOT), record.node()), InodeLayout.encode(root))
                    .put(KeyLayout.born(record.node(), Reserved.ROOT), MARK);
        }
        change.onWritten(() -> {
            core.tree().add(record.node(), parent, usage);
            appear(record, received);
        });
    }

    private Directories.Place requireFree(Transaction change, NodeId directory, InodeRecord record, Name name) {
        Directories.Place place =
                directories.locate(change.view(), directory.ino().value(), record, name);
        if (place.found() != null) {
            throw new FsException(Errno.EEXIST, "create subvolume", name.toString());
        }
        return place;
    }
}

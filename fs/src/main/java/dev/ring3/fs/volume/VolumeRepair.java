package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.DataAudit;
import dev.ring3.fs.extent.DataOptions;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.Cursor;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Repairs what can be rebuilt of a volume that nobody has open: the index of changes and keys of nodes that are gone; what
 * each subvolume shows ({@link TreeRepair}), older nodes before younger ones, since these see what is done there; then what
 * nodes hold, and the references to blocks, which are counted anew. It writes in steps; one that was cut is done again.
 * The next mount is an unclean start, so no change attribute that was seen before comes again for something else.
 */
public final class VolumeRepair {
    private static final int BATCH_BYTES = 1 << 20;
    private static final byte[] MARK = {1};

    private final OrderedStore store;
    private final Directories directories;

    private VolumeRepair(OrderedStore store, Directories directories) {
        this.store = store;
        this.directories = directories;
    }

    static byte[] require(OrderedStore store, byte[] key) {
        byte[] value = store.get(key);
        if (value == null) {
            throw new FsException(Errno.EUCLEAN, "repair", "a part of the superblock is missing");
        }
        return value;
    }

    /**
     * Repairs a volume.
     *
     * @param store of a volume that is not open; the caller closes it
     * @param device opens the device for each look at the data; it is closed after it
     * @throws FsException EUCLEAN if its superblock is damaged; EOPNOTSUPP if it is of a newer Ring3
     */
    public static RepairReport run(
            OrderedStore store, Supplier<BlockDevice> device, DataOptions options, VolumeReport.Progress progress) {
        VolumeHeader header = VolumeHeader.decode(require(store, KeyLayout.header()));
        SipHash hash = new SipHash(header.nameKey());
        Directories directories = new Directories(name -> hash.hash(name, 0));
        List<VolumeFinding> before = check(store, device, options, directories, progress);
        if (before.isEmpty()) {
            return new RepairReport(before, before);
        }
        new VolumeRepair(store, directories).run();
        return new RepairReport(before, check(store, device, options, directories, progress));
    }

    private static List<VolumeFinding> check(
            OrderedStore store,
            Supplier<BlockDevice> device,
            DataOptions options,
            Directories directories,
            VolumeReport.Progress progress) {
        try (FileData data = FileData.open(store, device.get(), options)) {
            return VolumeCheck.run(data, directories, progress).findings();
        } catch (FsException e) {
            if (e.errno() != Errno.EUCLEAN) {
                throw e;
            }
            return List.of(new VolumeFinding(VolumeFinding.Kind.DATA, String.valueOf(e.getMessage())));
        }
    }

    private void run() {
        MountState mount = MountState.decode(require(store, KeyLayout.mount()));
        store.write(new Batch().put(KeyLayout.mount(), mount.withClean(false).encode()));
        SnapshotTree tree = SnapshotTree.load(store);
        index(tree);
        Subvolumes subvolumes = Subvolumes.load(store, tree);
        Set<Long> done = new HashSet<>();
        subvolumes.all().stream()
                .filter(each -> !each.isReceiving())
                .sorted(Comparator.comparingLong((Subvolume each) -> -each.node().id)
                        .thenComparing(each -> each.id))
                .filter(each -> done.add(each.node().id))
                .forEach(each -> new TreeRepair(store, each.view(), each.id.value(), directories).run());
        usage(tree);
        DataAudit.repair(store, VolumeCheck::extentName, new byte[] {Kind.EXTENT.letter()});
        store.durable(store.lastWritten());
    }

    /** Every key of a node that is there is named; those of others go, and inodes that cannot be read. */
    private void index(SnapshotTree tree) {
        for (Kind kind : Kind.values()) {
            Batch batch = new Batch();
            try (Cursor cursor = store.scan(new byte[] {kind.letter()}, KeyLayout.afterTable(kind.letter()))) {
                while (cursor.next()) {
                    byte[] key = cursor.key();
                    boolean known = key.length == KeyLayout.VERSION_BYTES && tree.find(KeyLayout.node(key)) != null;
                    if (!known || (kind == Kind.INODE && TreeRepair.isDamaged(cursor.value()))) {
                        batch.delete(key);
                    } else if (store.get(KeyLayout.born(
                                    KeyLayout.node(key), KeyLayout.item(key).ino()))
                            == null) {
                        batch.put(KeyLayout.changed(KeyLayout.node(key), KeyLayout.item(key)), MARK);
                    }
                    if (batch.bytes() > BATCH_BYTES) {
                        store.write(batch);
                        batch = new Batch();
                    }
                }
            }
            if (batch.bytes() > 0) {
                store.write(batch);
            }
        }
    }

    /** Counts keys of all nodes, and what each sees. */
    private void usage(SnapshotTree tree) {
        Map<Long, Long> keys = new HashMap<>();
        for (Kind kind : Kind.values()) {
            try (Cursor cursor = store.scan(new byte[] {kind.letter()}, KeyLayout.afterTable(kind.letter()))) {
                while (cursor.next()) {
                    keys.merge(KeyLayout.node(cursor.key()), 1L, Long::sum);
                }
            }
        }
        Batch batch = new Batch();
        for (TreeNode node : new ArrayList<>(tree.all())) {
            View view = new View(store, tree.lineage(node));
            long[] seen = seen(view);
            NodeUsage usage =
                    new NodeUsage(keys.getOrDefault(node.id, 0L), node.usage().writtenBytes(), seen[0], seen[1]);
            batch.put(KeyLayout.numbered(KeyLayout.USAGE, node.id), usage.encode());
        }
        store.write(batch);
    }

    /** Bytes and inodes. */
    private long[] seen(View view) {
        long bytes = 0;
        Set<Long> passed = new HashSet<>();
        long count = 0;
        byte letter = Kind.INODE.letter();
        try (Cursor cursor = store.scan(new byte[] {letter}, KeyLayout.afterTable(letter))) {
            while (cursor.next()) {
                Item item = KeyLayout.item(cursor.key());
                if (view.sees(KeyLayout.node(cursor.key())) && passed.add(item.ino()) && cursor.value().length > 0) {
                    count++;
                    bytes += InodeLayout.decode(cursor.value()).allocatedBytes;
                }
            }
        }
        return new long[] {bytes, count};
    }
}

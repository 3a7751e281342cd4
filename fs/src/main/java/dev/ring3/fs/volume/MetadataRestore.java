package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.DataOptions;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fills a store from a backup, and says what of it has no data any more: blocks that were used again since fail the
 * checksums that the backup has of them. What was given out after the backup, numbers of inodes and change attributes among
 * it, is not given out again.
 */
final class MetadataRestore {
    private static final int BATCH_BYTES = 1 << 20;

    private final OrderedStore store;
    private Batch batch = new Batch();

    private MetadataRestore(OrderedStore store) {
        this.store = store;
    }

    /** What is left of a store that a backup takes the place of. */
    record Known(Optional<UUID> volume, @Nullable MountState mount) {
        static final Known NOTHING = new Known(Optional.empty(), null);

        static Known of(OrderedStore store) {
            return new Known(volume(store), mount(store));
        }

        private static Optional<UUID> volume(OrderedStore store) {
            try {
                byte[] header = store.get(KeyLayout.header());
                return Optional.ofNullable(header).map(VolumeHeader::decode).map(VolumeHeader::uuid);
            } catch (FsException e) {
                if (e.errno() == Errno.EOPNOTSUPP) {
                    throw e; // nothing is wrong with it
                }
                return Optional.empty();
            }
        }

        private static @Nullable MountState mount(OrderedStore store) {
            try {
                byte[] mount = store.get(KeyLayout.mount());
                return mount == null ? null : MountState.decode(mount);
            } catch (FsException e) {
                return null;
            }
        }
    }

    /**
     * Fills an empty store, durably.
     *
     * @throws FsException as {@link BackupReader}; EUCLEAN if what is in the backup is no volume's
     */
    static BackupSummary run(BackupReader backup, OrderedStore empty, Known before, VolumeReport.Progress progress) {
        MetadataRestore restore = new MetadataRestore(empty);
        long[] records = {0};
        BackupSummary summary = backup.readAll((key, value) -> {
            restore.put(key, value);
            progress.at(++records[0]);
        });
        restore.write();
        VolumeHeader header = VolumeHeader.decode(VolumeRepair.require(empty, KeyLayout.header()));
        if (!header.uuid().equals(summary.volume())) {
            throw BackupLayout.damaged("it says volume %s and has %s".formatted(summary.volume(), header.uuid()));
        }
        MountState mount = MountState.decode(VolumeRepair.require(empty, KeyLayout.mount()));
        MountState last = before.mount() == null ? mount : before.mount();
        empty.durable(empty.write(
                new Batch().put(KeyLayout.mount(), mount.restored(last).encode())));
        return summary;
    }

    private void put(byte[] key, byte[] value) {
        batch.put(key, value);
        if (batch.bytes() > BATCH_BYTES) {
            write();
        }
    }

    private void write() {
        if (!batch.isEmpty()) {
            store.write(batch);
            batch = new Batch();
        }
    }

    /**
     * Holds a volume that nobody has open against its invariants and its data against its checksums.
     *
     * @param lost hears of every part of a file that has no data any more
     */
    static RestoreReport audit(
            BackupSummary backup,
            @Nullable Path aside,
            OrderedStore store,
            BlockDevice device,
            DataOptions options,
            VolumeReport.Progress progress,
            Consumer<LostRange> lost) {
        VolumeHeader header = VolumeHeader.decode(VolumeRepair.require(store, KeyLayout.header()));
        SipHash hash = new SipHash(header.nameKey());
        Subvolumes subvolumes = Subvolumes.load(store, SnapshotTree.load(store));
        try (FileData data = FileData.open(store, device, options)) {
            LostData names = new LostData(subvolumes, data);
            List<VolumeFinding> findings =
                    new ArrayList<>(VolumeCheck.run(data, new Directories(name -> hash.hash(name, 0)), progress)
                            .findings());
            long[] sums = {0, 0};
            VolumeCheck.scrub(
                    store,
                    data,
                    (records, _) -> progress.at(records),
                    damaged -> names.of(damaged).forEach(each -> {
                        sums[0]++;
                        sums[1] += each.lengthBytes();
                        lost.accept(each);
                    }));
            return new RestoreReport(backup, aside, sums[0], sums[1], List.copyOf(findings));
        }
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Owner;
import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.DataOptions;
import dev.ring3.fs.extent.HostBlockDevice;
import dev.ring3.fs.extent.HostCaching;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.store.OrderedStoreProvider;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A volume in a data directory of the host: its metadata and its data, in directories of these names. */
public final class StoredVolume {
    private static final String METADATA = "metadata";
    private static final String DATA = "data";
    private static final String ENGINE = "rocksdb";

    private StoredVolume() {}

    /**
     * Opens the volume, or begins an empty one where there is none, whose root directory is this process's user's.
     *
     * @param user what the volume is opened for; a second one is told it: {@code ring3 serve}
     * @param limitBytes the most that the volume may take; {@link Long#MAX_VALUE} for as much as the host has
     * @param memoryBytes how much memory the cache of file data may take; 0 for none
     * @throws FsException EBUSY if it is open already, with what for; EUCLEAN for a damaged volume, or one of which the
     *     metadata is gone; EOPNOTSUPP for one of a newer Ring3
     * @throws UncheckedIOException if the directory cannot be made
     */
    public static Volume open(Path directory, String user, long limitBytes, long memoryBytes) {
        try {
            Files.createDirectories(directory.resolve(DATA));
        } catch (IOException e) {
            throw new UncheckedIOException("the data directory %s cannot be made".formatted(directory), e);
        }
        OrderedStore store = OrderedStoreProvider.named(ENGINE).open(directory.resolve(METADATA), owner(user));
        try {
            Path segments = directory.resolve(DATA);
            VolumeIdentity.requireOf(directory, store, () -> new HostBlockDevice(segments, HostCaching.CACHED));
            // What the volume caches itself, the host need not cache as well.
            boolean direct = memoryBytes > 0 && HostBlockDevice.canBeDirect(segments);
            BlockDevice device = new HostBlockDevice(segments, direct ? HostCaching.DIRECT : HostCaching.CACHED);
            DataOptions data = DataOptions.DEFAULT.withLimitBytes(limitBytes);
            Volume volume = Volume.open(
                    store,
                    device,
                    VolumeOptions.DEFAULT
                            .withData(data)
                            .withMemoryBytes(memoryBytes)
                            .withOwner(Owner.ofProcess()));
            VolumeIdentity.write(directory, volume.subvolumes().uuid());
            return volume;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Repairs what can be rebuilt of the volume, which nobody has open; see {@link VolumeRepair}.
     *
     * @throws FsException ENOENT if there is none; EBUSY if it is open, with what for
     */
    public static RepairReport repair(Path directory, String user, VolumeReport.Progress progress) {
        requireThere(directory);
        try (OrderedStore store = OrderedStoreProvider.named(ENGINE).open(directory.resolve(METADATA), owner(user))) {
            Path segments = directory.resolve(DATA);
            return VolumeRepair.run(
                    store, () -> new HostBlockDevice(segments, HostCaching.CACHED), DataOptions.DEFAULT, progress);
        }
    }

    /**
     * Puts metadata back that {@link Volume#backup} wrote, for a volume that nobody has open: in a directory where there is
     * none, or in place of what is there, which is put aside. A backup that cannot be read to its end changes nothing.
     *
     * @param replace whether metadata may be there
     * @param lost hears of every part of a file that has no data any more
     * @throws FsException EEXIST if metadata is there and is not to be replaced; EBUSY if the volume is open, with what for;
     *     EXDEV for the backup of another volume; EBADMSG for a damaged one; EOPNOTSUPP for one of a newer Ring3
     * @throws UncheckedIOException if it cannot be read, or the directory not be written to
     */
    public static RestoreReport restore(
            InputStream backup,
            Path directory,
            boolean replace,
            String user,
            VolumeReport.Progress progress,
            Consumer<LostRange> lost) {
        OrderedStoreProvider engine = OrderedStoreProvider.named(ENGINE);
        RestoredDirectory target = new RestoredDirectory(directory, METADATA, engine, owner(user));
        BackupSummary summary = target.fill(new BackupReader(backup), replace, progress);
        Path aside = target.swap(summary.volume());
        try (OrderedStore store = engine.open(directory.resolve(METADATA), owner(user))) {
            BlockDevice device = new HostBlockDevice(directory.resolve(DATA), HostCaching.CACHED);
            return MetadataRestore.audit(summary, aside, store, device, DataOptions.DEFAULT, progress, lost);
        }
    }

    private static String owner(String user) {
        return "%s, process %d".formatted(user, ProcessHandle.current().pid());
    }

    private static void requireThere(Path directory) {
        if (!Files.isDirectory(directory.resolve(METADATA))) {
            throw new FsException(Errno.ENOENT, "open", "no volume in " + directory);
        }
    }

    /** With the usual memory. */
    public static Volume open(Path directory, String user, long limitBytes) {
        return open(directory, user, limitBytes, VolumeOptions.DEFAULT.memoryBytes());
    }

    /** The same of a volume that is there; ENOENT if there is none. */
    public static Volume openExisting(Path directory, String user) {
        requireThere(directory);
        return open(directory, user, Long.MAX_VALUE);
    }
}

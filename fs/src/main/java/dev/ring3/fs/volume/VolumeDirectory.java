package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.HostBlockDevice;
import dev.ring3.fs.extent.HostCaching;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.store.OrderedStoreProvider;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a volume lies on the host: {@code metadata}, an engine's folder, and {@code data}, with segment files. */
public final class VolumeDirectory {
    /** The engine of a volume unless said otherwise. */
    public static final String DEFAULT_ENGINE = "rocksdb";

    private VolumeDirectory() {}

    /**
     * Opens the volume in a directory, or begins one if there is none.
     *
     * @param engine by which {@link OrderedStoreProvider} is found
     * @param owner who opens it, for the message that a second one gets
     * @throws FsException EBUSY, with the holder's name, if it is open; ENODEV if there is no such engine
     */
    public static Volume open(Path directory, String engine, String owner, VolumeOptions options) {
        OrderedStoreProvider provider = OrderedStoreProvider.named(engine);
        Path data = directory.resolve("data");
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new FsException(Errno.EIO, "open volume", data.toString(), e);
        }
        OrderedStore store = provider.open(directory.resolve("metadata"), owner);
        try {
            BlockDevice device = new HostBlockDevice(data, HostCaching.CACHED);
            return Volume.open(store, device, options);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }
}

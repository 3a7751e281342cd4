package dev.ring3.nio;

import dev.ring3.fs.FsException;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.StoredVolume;
import dev.ring3.fs.volume.Volume;
import java.io.IOException;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;

/**
 * Opens file systems of scheme {@code ring3}, for those who would not go through {@link
 * java.nio.file.FileSystems#newFileSystem(java.net.URI, java.util.Map)}. Each is also found by its name, {@code
 * ring3://NAME/}, as long as it is open.
 */
public final class Ring3FileSystems {
    private Ring3FileSystems() {}

    /** An empty volume that lives until it is closed, in this process's memory; the user is root. */
    public static Ring3FileSystem inMemory() {
        return inMemory(Ring3Options.defaults());
    }

    /**
     * The same with options.
     *
     * @throws FileSystemAlreadyExistsException if the name is taken
     */
    public static Ring3FileSystem inMemory(Ring3Options options) {
        return provider().inMemory(options);
    }

    /** The volume in a data directory of the host, or an empty one that begins there; the user is root. */
    public static Ring3FileSystem open(Path dataDirectory) throws IOException {
        return open(dataDirectory, Ring3Options.defaults());
    }

    /**
     * The same with options. Closing the file system closes the volume.
     *
     * @throws IOException if it cannot be opened: another process has it, it is damaged, or of a newer Ring3
     * @throws FileSystemAlreadyExistsException if the name is taken
     */
    public static Ring3FileSystem open(Path dataDirectory, Ring3Options options) throws IOException {
        return provider().open(dataDirectory, options);
    }

    /**
     * A view of a namespace that others use too; closing it leaves that open.
     *
     * @param volume the volume under the namespace, for subvolumes and snapshots
     */
    public static Ring3FileSystem over(Vfs vfs, Volume volume, Ring3Options options) {
        return provider().register(options, () -> vfs, volume, () -> {});
    }

    static Volume openVolume(Path dataDirectory, Ring3Options options) throws IOException {
        try {
            return StoredVolume.open(dataDirectory, "java.nio.file", options.diskBytes());
        } catch (FsException e) {
            throw Errors.of(e, dataDirectory.toString(), null);
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The provider of this JVM, so that URIs find what is opened; where it is not installed, one of our own. */
    private static Ring3FileSystemProvider provider() {
        for (FileSystemProvider installed : FileSystemProvider.installedProviders()) {
            if (installed instanceof Ring3FileSystemProvider ours) {
                return ours;
            }
        }
        return new Ring3FileSystemProvider();
    }
}

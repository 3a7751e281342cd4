package dev.ring3.server;

import dev.ring3.fs.FsException;
import dev.ring3.fs.VolumeSpace;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.DataDirectory;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server that runs. */
public final class Server implements AutoCloseable {
    private final Volume volume;
    private final Vfs vfs;
    private final @Nullable FuseMount mount;

    // Guarded by this object's monitor.
    private boolean closed;

    private Server(Volume volume, Vfs vfs, @Nullable FuseMount mount) {
        this.volume = volume;
        this.vfs = vfs;
        this.mount = mount;
    }

    /**
     * Opens the volume and begins to serve it; begins an empty one in an empty or missing data directory.
     *
     * @throws FsException EBUSY if another server owns the data, by its name; EUCLEAN for a damaged volume; EOPNOTSUPP for
     *     one of a newer Ring3
     * @throws LinuxException ENOENT if this machine has no FUSE, EPERM without root; ENOENT, ENOTDIR for the directory to
     *     mount on
     */
    public static Server start(ServerOptions options) {
        Volume volume = DataDirectory.open(options.data(), "ring3 serve", options.limitBytes());
        try {
            Vfs vfs = new Vfs(volume);
            Optional<FuseMount> mount = options.mount().map(path -> mount(vfs, path, options));
            return new Server(volume, vfs, mount.orElse(null));
        } catch (RuntimeException e) {
            volume.close();
            throw e;
        }
    }

    private static FuseMount mount(Vfs vfs, Path directory, ServerOptions options) {
        if (!Files.isDirectory(directory)) {
            Errno errno = Files.exists(directory) ? Errno.ENOTDIR : Errno.ENOENT;
            throw new FsException(errno, "mount", directory.toString());
        }
        return FuseMount.mount(vfs, directory, MountOptions.DEFAULT.withSource("ring3:" + options.data()));
    }

    /** The namespace that is served. */
    public Vfs vfs() {
        return vfs;
    }

    /** How much room there is. */
    public VolumeSpace space() {
        return vfs.attributes().space(vfs.root());
    }

    /** Whether it still serves: it was not closed, and nobody unmounted it. */
    public synchronized boolean isServing() {
        return !closed && (mount == null || mount.isMounted());
    }

    /** Takes the exports away, makes everything durable and closes the volume. Closing it again has no effect. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (mount != null) {
                mount.close();
            }
        } finally {
            volume.close();
        }
    }
}

package dev.ring3.bench.measure;

import dev.ring3.bench.nfs.NfsExport;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import dev.ring3.linux.LinuxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Something that was mounted for a measurement, and is taken down also if the process is stopped in the middle of it. */
public final class Mounted implements AutoCloseable {
    private final Path directory;
    private final End end;
    private final Thread onExit;

    private Mounted(Path directory, End end, End endInUse) {
        this.directory = directory;
        this.end = end;
        this.onExit = new Thread(() -> {
            try {
                endInUse.run();
            } catch (MountException _) {
                // nobody is left to be told
            }
        });
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /** Takes a mount down. */
    @FunctionalInterface
    public interface End {
        void run() throws MountException;
    }

    /** This machine lacks what it takes. */
    public static final class MountException extends Exception {
        private static final long serialVersionUID = 1L;

        MountException(String message) {
            super(message);
        }
    }

    /** A namespace by FUSE. */
    public static Mounted fuse(Vfs vfs, Path directory) throws MountException {
        try {
            FuseMount mount = FuseMount.mount(vfs, directory, MountOptions.DEFAULT);
            return new Mounted(directory, mount::close, mount::close);
        } catch (LinuxException e) {
            throw new MountException("FUSE: " + e.getMessage());
        }
    }

    /** A namespace by NFS 4.2 and the kernel's client. */
    public static Mounted nfs(Vfs vfs, Path directory) throws MountException {
        requireNfsClient();
        NfsExport export = NfsExport.start(vfs);
        try {
            String options = "vers=4.2,port=" + export.port();
            command("mount", "-t", "nfs4", "-o", options, "127.0.0.1:/", directory.toString());
        } catch (MountException e) {
            export.close();
            throw e;
        }
        End end = () -> {
            command("umount", directory.toString());
            export.close();
        };
        return new Mounted(directory, end, detached(directory));
    }

    /** A filesystem that is in a file. */
    public static Mounted loop(Path image, Path directory) throws MountException {
        command("mount", "-o", "loop", image.toString(), directory.toString());
        return new Mounted(directory, () -> command("umount", directory.toString()), detached(directory));
    }

    /** Even if files of it are open, as they are in a process that is on its way out. */
    private static End detached(Path directory) {
        return () -> command("umount", "-l", directory.toString());
    }

    private static void requireNfsClient() throws MountException {
        try {
            if (!Files.readString(Path.of("/proc/filesystems")).contains("nfs4")) {
                throw new MountException(
                        "this kernel has no NFS client (nfs4 is not in /proc/filesystems; modprobe nfsv4)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command that has to succeed. */
    public static void command(String... words) throws MountException {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new MountException("%s: %s".formatted(String.join(" ", List.of(words)), said.strip()));
            }
        } catch (IOException e) {
            throw new MountException("%s: %s".formatted(words[0], e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MountException("interrupted");
        }
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    @Override
    public void close() throws MountException {
        Runtime.getRuntime().removeShutdownHook(onExit);
        end.run();
    }
}

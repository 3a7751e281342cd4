package dev.ring3.it.posix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One volume, its mount, and a directory of the host, for all classes of the suite. */
final class Stages implements AutoCloseable {
    private static final long CAPACITY_BYTES = 1L << 30;
    private static final Caller ROOT = Caller.local(Credentials.ROOT);

    private final Volume volume = Volume.inMemory(CAPACITY_BYTES, VolumeOptions.DEFAULT);
    private final Vfs vfs = new Vfs(volume);

    // One for each, since a thread is in one directory.
    private final KernelThread onMount;
    private final KernelThread onHost;
    private final Path host;
    private @Nullable Path mountpoint;
    private @Nullable FuseMount mount;
    private int directories;

    Stages() {
        assumeTrue("root".equals(System.getProperty("user.name")), "system calls as other users want root");
        onMount = new KernelThread();
        onHost = new KernelThread();
        try {
            host = Files.createTempDirectory("posix-host");
            Files.setPosixFilePermissions(host, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An empty directory that anybody may write to, with the calls that begin there. */
    Calls fresh(Target target) {
        String name = "test" + ++directories;
        Calls calls = switch (target) {
            case VFS -> {
                NewNode shape = NewNode.of(FileType.DIRECTORY, 0777, 0, 0, 0);
                NodeId made = vfs.names()
                        .create(ROOT, vfs.root(), Name.of(name), shape)
                        .node()
                        .node();
                yield new VfsCalls(vfs, made);
            }
            case FUSE -> inDirectory(onMount, mounted().resolve(name));
            case HOST -> inDirectory(onHost, host.resolve(name));
        };
        calls.umask(0);
        return calls;
    }

    /** Makes a subvolume in the directory of the test that runs; false on the host, which has none. */
    boolean subvolume(Target target, String name) {
        if (target == Target.HOST) {
            return false;
        }
        Stat directory = vfs.names().lookup(ROOT, vfs.root(), Name.of("test" + directories), StatMask.QUIET);
        NewNode shape = NewNode.of(FileType.DIRECTORY, 0777, 0, 0, 0);
        volume.subvolumes().create(directory.node(), Name.of(name), shape, Guard.NONE);
        return true;
    }

    /** Lets nobody write to a subvolume in the directory of the test that runs. */
    void makeReadOnly(String name) {
        Stat directory = vfs.names().lookup(ROOT, vfs.root(), Name.of("test" + directories), StatMask.QUIET);
        Stat top = vfs.names().lookup(ROOT, directory.node(), Name.of(name), StatMask.QUIET);
        volume.subvolumes().setReadOnly(top.node().subvolume(), true);
    }

    private static Calls inDirectory(KernelThread thread, Path directory) {
        KernelCalls calls = new KernelCalls(thread, User.ROOT);
        calls.umask(0);
        calls.mkdir(directory.toString(), 0777);
        return calls.in(directory);
    }

    private Path mounted() {
        Path present = mountpoint;
        if (present == null) {
            assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "no /dev/fuse here");
            try {
                present = Files.createTempDirectory("posix-fuse");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            mount = FuseMount.mount(vfs, present, MountOptions.DEFAULT);
            mountpoint = present;
        }
        return present;
    }

    @Override
    public void close() throws IOException {
        new KernelCalls(onMount, User.ROOT).in(Path.of("/"));
        new KernelCalls(onHost, User.ROOT).in(Path.of("/"));
        if (mount != null && mountpoint != null) {
            mount.close();
            Files.delete(mountpoint);
        }
        onMount.close();
        onHost.close();
        volume.close();
        try (Stream<Path> left = Files.walk(host)) {
            for (Path each : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}

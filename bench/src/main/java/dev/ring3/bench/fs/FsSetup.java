package dev.ring3.bench.fs;

import dev.ring3.bench.measure.Mounted;
import dev.ring3.bench.measure.Mounted.MountException;
import dev.ring3.bench.nfs.NfsExport;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A filesystem, made for a measurement and gone with it.
 *
 * @param base what it stands on, which is closed after it
 */
record FsSetup(Tree tree, Mounted.End base) implements AutoCloseable {
    private static final long IMAGE_BYTES = 8L << 30; // sparse
    private static final long MEMORY_BYTES = 256L << 20;

    /**
     * Makes one.
     *
     * @param place an empty directory of its own
     * @throws MountException if this machine lacks what it takes
     */
    static FsSetup open(FsSubject subject, Path place) throws MountException {
        return switch (subject) {
            case HOST -> new FsSetup(new KernelTree(place, false), () -> {});
            case RING3 -> new FsSetup(new VolumeTree(place, MEMORY_BYTES), () -> {});
            case BTRFS -> btrfs(place);
            case RING3_FUSE -> mounted(place, Mounted::fuse);
            case RING3_NFS -> exported(place);
            case RING3_NFS_MOUNT -> mounted(place, Mounted::nfs);
        };
    }

    @FunctionalInterface
    private interface Export {
        Mounted mount(dev.ring3.fs.vfs.Vfs vfs, Path where) throws MountException;
    }

    private static Path folder(Path place, String name) {
        try {
            return Files.createDirectories(place.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FsSetup mounted(Path place, Export export) throws MountException {
        VolumeTree volume = new VolumeTree(folder(place, "volume"), MEMORY_BYTES);
        try {
            Mounted mount = export.mount(volume.vfs(), folder(place, "mount"));
            return new FsSetup(new KernelTree(mount.directory(), false), () -> {
                mount.close();
                volume.close();
            });
        } catch (MountException | RuntimeException e) {
            volume.close();
            throw e;
        }
    }

    private static FsSetup exported(Path place) {
        VolumeTree volume = new VolumeTree(folder(place, "volume"), MEMORY_BYTES);
        NfsExport export = NfsExport.start(volume.vfs());
        return new FsSetup(new NfsTree(export.connect()), () -> {
            export.close();
            volume.close();
        });
    }

    private static FsSetup btrfs(Path place) throws MountException {
        Path image = place.resolve("btrfs.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(IMAGE_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Mounted.command("mkfs.btrfs", "-q", image.toString());
        Mounted mount = Mounted.loop(image, folder(place, "mount"));
        return new FsSetup(new KernelTree(mount.directory(), true), mount::close);
    }

    @Override
    public void close() {
        tree.close();
        try {
            base.run();
        } catch (MountException e) {
            throw new IllegalStateException("what was mounted cannot be taken down", e);
        }
    }
}

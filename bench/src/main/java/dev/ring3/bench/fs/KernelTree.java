package dev.ring3.bench.fs;

import dev.ring3.linux.Access;
import dev.ring3.linux.OpenFlag;
import dev.ring3.linux.RawFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A filesystem of the kernel, or a mount that the kernel asks somebody else about. */
final class KernelTree implements Tree {
    private static final int CREATE_NEW = 02 | 0100 | 0200 | 02000000; // O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC
    private static final int MODE = 0644;
    private static final long SNAP_CREATE_V2 = 0x5000_9417L; // linux/btrfs.h, struct btrfs_ioctl_vol_args_v2
    private static final long SYNC = 0x9408;
    private static final int SNAP_BYTES = 4096;
    private static final int SNAP_FLAGS = 16;
    private static final int SNAP_NAME = 56;
    private static final long READ_ONLY = 2;

    private final Path root;
    private final boolean isBtrfs;
    private final RawFile rootFile;
    private final RawFile data;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment stat = arena.allocate(FsCalls.STAT_BYTES, Long.BYTES);
    private final MemorySegment piece = arena.allocate(PIECE_BYTES, BLOCK_BYTES);
    private Path folder;
    private RawFile folderFile;
    private NameTable names = new NameTable("", "", 0);
    private NameTable newNames = new NameTable("", "", 0);

    /**
     * A tree in an empty directory.
     *
     * @param isBtrfs whether it is the root of a btrfs, of which snapshots are taken
     */
    KernelTree(Path root, boolean isBtrfs) {
        this.root = root;
        this.isBtrfs = isBtrfs;
        this.folder = root;
        this.rootFile = RawFile.open(root, Access.READ, OpenFlag.DIRECTORY);
        this.folderFile = RawFile.open(root, Access.READ, OpenFlag.DIRECTORY);
        this.data = RawFile.open(root.resolve("data"), Access.READ_WRITE, OpenFlag.CREATE);
        piece.fill((byte) 'r');
    }

    private void require(int result, String what, int number) {
        if (result < 0) {
            throw new IllegalStateException("%s of the file number %d in %s failed".formatted(what, number, folder));
        }
    }

    @Override
    public void enter(String name) {
        try {
            folder = Files.createDirectory(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        folderFile.close();
        folderFile = RawFile.open(folder, Access.READ, OpenFlag.DIRECTORY);
    }

    @Override
    public void names(String name, int count) {
        names.close();
        newNames.close();
        names = new NameTable(name, "", count);
        newNames = new NameTable(name, "-renamed", count);
    }

    @Override
    public void create(int number) {
        int file = FsCalls.openat(folderFile.descriptor(), names.get(number), CREATE_NEW, MODE);
        require(file, "create", number);
        require(FsCalls.close(file), "close", number);
    }

    @Override
    public void stat(int number) {
        require(FsCalls.fstatat(folderFile.descriptor(), names.get(number), stat), "stat", number);
    }

    @Override
    public void rename(int number) {
        require(FsCalls.renameat(folderFile.descriptor(), names.get(number), newNames.get(number)), "rename", number);
    }

    @Override
    public void unlink(int number) {
        require(FsCalls.unlinkat(folderFile.descriptor(), newNames.get(number)), "unlink", number);
    }

    @Override
    public int list() {
        int count = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path _ : entries) {
                count++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    @Override
    public void createDurably(int number) {
        int descriptor = FsCalls.openat(folderFile.descriptor(), names.get(number), CREATE_NEW, MODE);
        require(descriptor, "create", number);
        try (RawFile file = RawFile.adopt(descriptor, "a new file")) {
            file.writeFully(piece.asSlice(0, BLOCK_BYTES), 0);
            file.sync();
        }
    }

    @Override
    public void overwriteDurably(long block) {
        data.writeFully(piece.asSlice(0, BLOCK_BYTES), block * BLOCK_BYTES);
        data.sync();
    }

    @Override
    public void writeStream(long bytes) {
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            data.writeFully(piece, at);
        }
        data.sync();
    }

    @Override
    public void readStream(long bytes) {
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            data.readFully(piece, at);
        }
    }

    @Override
    public void snapshot(String name) {
        try (Arena once = Arena.ofConfined()) {
            MemorySegment arguments = once.allocate(SNAP_BYTES, Long.BYTES);
            arguments.set(ValueLayout.JAVA_LONG, 0, rootFile.descriptor());
            arguments.set(ValueLayout.JAVA_LONG, SNAP_FLAGS, READ_ONLY);
            MemorySegment.copy(
                    MemorySegment.ofArray(name.getBytes(StandardCharsets.UTF_8)),
                    0,
                    arguments,
                    SNAP_NAME,
                    name.length());
            require(FsCalls.ioctl(rootFile.descriptor(), SNAP_CREATE_V2, arguments), "snapshot", 0);
            require(FsCalls.ioctl(rootFile.descriptor(), SYNC, MemorySegment.NULL), "sync", 0);
        }
    }

    @Override
    public boolean hasSnapshots() {
        return isBtrfs;
    }

    @Override
    public void close() {
        data.close();
        folderFile.close();
        rootFile.close();
        names.close();
        newNames.close();
        arena.close();
    }
}

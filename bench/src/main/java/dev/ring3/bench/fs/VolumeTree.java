package dev.ring3.bench.fs;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.StoredVolume;
import dev.ring3.fs.volume.Volume;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A volume of Ring3 in this process, called as a front end calls it. */
final class VolumeTree implements Tree {
    private static final Caller CALLER = Caller.local(Credentials.ROOT);
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
    private static final NewNode FOLDER = NewNode.of(FileType.DIRECTORY, 0755, 0, 0, 0);

    private final Volume volume;
    private final Vfs vfs;
    private final OpenFile data;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment piece = arena.allocate(PIECE_BYTES, BLOCK_BYTES);
    private NodeId folder;
    private Name[] names = {};
    private Name[] newNames = {};

    /**
     * A volume that is made in an empty directory.
     *
     * @param memoryBytes of its cache
     */
    VolumeTree(Path directory, long memoryBytes) {
        this.volume = StoredVolume.open(directory, "ring3 bench", Long.MAX_VALUE, memoryBytes);
        this.vfs = new Vfs(volume);
        this.folder = vfs.root();
        this.data = open("data");
        piece.fill((byte) 'r');
    }

    /** What front ends call. */
    Vfs vfs() {
        return vfs;
    }

    private OpenFile open(String name) {
        return vfs.files()
                .open(CALLER, vfs.root(), Name.of(name), OpenHow.of(Use.BOTH), FILE, false)
                .file();
    }

    @Override
    public void enter(String name) {
        folder = vfs.names()
                .create(CALLER, vfs.root(), Name.of(name), FOLDER)
                .node()
                .node();
    }

    @Override
    public void names(String name, int count) {
        names = new Name[count];
        newNames = new Name[count];
        for (int i = 0; i < count; i++) {
            names[i] = Name.of(name + "-" + i);
            newNames[i] = Name.of(name + "-" + i + "-renamed");
        }
    }

    @Override
    public void create(int number) {
        vfs.names().create(CALLER, folder, names[number], FILE);
    }

    @Override
    public void stat(int number) {
        vfs.names().lookup(CALLER, folder, names[number], StatMask.ALL);
    }

    @Override
    public void rename(int number) {
        vfs.names().rename(CALLER, folder, names[number], folder, newNames[number], RenameMode.REPLACE);
    }

    @Override
    public void unlink(int number) {
        vfs.names().unlink(CALLER, folder, newNames[number]);
    }

    @Override
    public int list() {
        int[] count = new int[1];
        volume.readDirectory(folder, 0, (_, _, _, _) -> {
            count[0]++;
            return true;
        });
        return count[0];
    }

    @Override
    public void createDurably(int number) {
        OpenFile file = vfs.files()
                .open(CALLER, folder, names[number], OpenHow.of(Use.BOTH), FILE, true)
                .file();
        vfs.files().write(CALLER, file, 0, piece.asSlice(0, BLOCK_BYTES));
        vfs.files().sync(file, false);
        vfs.files().close(file);
    }

    @Override
    public void overwriteDurably(long block) {
        vfs.files().write(CALLER, data, block * BLOCK_BYTES, piece.asSlice(0, BLOCK_BYTES));
        vfs.files().sync(data, false);
    }

    @Override
    public void writeStream(long bytes) {
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            vfs.files().write(CALLER, data, at, piece);
        }
        vfs.files().sync(data, false);
    }

    @Override
    public void readStream(long bytes) {
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            vfs.files().read(CALLER, data, at, piece);
        }
    }

    @Override
    public void snapshot(String name) {
        volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of(name), true);
    }

    @Override
    public boolean hasSnapshots() {
        return true;
    }

    @Override
    public void close() {
        vfs.files().close(data);
        volume.close();
        arena.close();
    }
}

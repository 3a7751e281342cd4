package dev.ring3.bench.fs;

import dev.ring3.bench.nfs.NfsClient;
import dev.ring3.bench.nfs.NfsData;
import dev.ring3.bench.nfs.NfsFolder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * What is exported by NFS, by a client in this process. What has to be durable at once is written as such; a stream is
 * committed at its end.
 */
final class NfsTree implements Tree {
    private final NfsClient client;
    private final NfsFolder root;
    private final NfsData data;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment piece = arena.allocate(PIECE_BYTES, BLOCK_BYTES);
    private NfsFolder folder;
    private byte[][] names = {};
    private byte[][] newNames = {};

    /** Of this client, which is closed with it. */
    NfsTree(NfsClient client) {
        this.client = client;
        this.root = NfsFolder.root(client);
        this.folder = root;
        this.data = root.open(bytes("data"), NfsFolder.Missing.IS_MADE);
        piece.fill((byte) 'r');
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void enter(String name) {
        folder = root.folder(name);
    }

    @Override
    public void names(String name, int count) {
        names = new byte[count][];
        newNames = new byte[count][];
        for (int i = 0; i < count; i++) {
            names[i] = bytes(name + "-" + i);
            newNames[i] = bytes(name + "-" + i + "-renamed");
        }
    }

    @Override
    public void create(int number) {
        folder.open(names[number], NfsFolder.Missing.IS_REQUIRED).close();
    }

    @Override
    public void stat(int number) {
        folder.stat(names[number]);
    }

    @Override
    public void rename(int number) {
        folder.rename(names[number], newNames[number]);
    }

    @Override
    public void unlink(int number) {
        folder.remove(newNames[number]);
    }

    @Override
    public int list() {
        return folder.list();
    }

    @Override
    public void createDurably(int number) {
        try (NfsData file = folder.open(names[number], NfsFolder.Missing.IS_REQUIRED)) {
            file.write(0, piece.asSlice(0, BLOCK_BYTES), NfsData.Stable.AT_ONCE);
        }
    }

    @Override
    public void overwriteDurably(long block) {
        data.write(block * BLOCK_BYTES, piece.asSlice(0, BLOCK_BYTES), NfsData.Stable.AT_ONCE);
    }

    @Override
    public void writeStream(long bytes) {
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            data.write(at, piece, NfsData.Stable.AFTER_COMMIT);
        }
        data.commit();
    }

    @Override
    public void readStream(long bytes) {
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            data.read(at, piece);
        }
    }

    @Override
    public void snapshot(String name) {
        throw new UnsupportedOperationException("NFS has no call for it");
    }

    @Override
    public boolean hasSnapshots() {
        return false;
    }

    @Override
    public void close() {
        data.close();
        client.close();
        arena.close();
    }
}

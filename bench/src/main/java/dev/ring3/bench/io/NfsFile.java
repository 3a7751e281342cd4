package dev.ring3.bench.io;

import dev.ring3.bench.nfs.NfsClient;
import dev.ring3.bench.nfs.NfsData;
import dev.ring3.bench.nfs.NfsExport;
import dev.ring3.bench.nfs.NfsFolder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file in a volume that this process opens and exports by NFS, reached by a client in this process: a connection for each
 * thread. The processor time of the server is the process's, that of the client the thread's.
 */
final class NfsFile implements Target {
    private final VolumeFile volume;
    private NfsExport export;

    private NfsFile(VolumeFile volume) {
        this.volume = volume;
        this.export = NfsExport.start(volume.vfs());
    }

    static NfsFile open(Path directory, long sizeBytes, long memoryBytes) {
        VolumeFile volume = VolumeFile.open(directory, sizeBytes, memoryBytes);
        try {
            return new NfsFile(volume);
        } catch (RuntimeException e) {
            volume.close();
            throw e;
        }
    }

    @Override
    public Lane lane(IoJob job) {
        return new NfsLane(export.connect(), job.blockBytes());
    }

    /** Out of the server's cache: the client has none. */
    @Override
    public void drop() {
        export.close();
        volume.drop();
        export = NfsExport.start(volume.vfs());
    }

    @Override
    public void warm() {
        volume.warm();
    }

    @Override
    public double resident() {
        return volume.resident();
    }

    @Override
    public boolean isPristine() {
        return volume.isPristine();
    }

    @Override
    public void spoil() {
        volume.spoil();
    }

    @Override
    public Map<String, Long> counters() {
        return volume.counters();
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>(volume.facts());
        facts.put("client", NfsClient.DESCRIPTION);
        return facts;
    }

    @Override
    public void close() {
        try {
            export.close();
        } finally {
            volume.close();
        }
    }

    private static final class NfsLane implements Lane {
        private final Arena arena = Arena.ofConfined();
        private final NfsClient client;
        private final NfsData file;
        private final MemorySegment buffer;
        private final MemorySegment[] pieces;

        NfsLane(NfsClient client, int blockBytes) {
            this.client = client;
            this.file = NfsFolder.root(client)
                    .open(VolumeFile.fileName().getBytes(StandardCharsets.UTF_8), NfsFolder.Missing.IS_MADE);
            this.buffer = arena.allocate(blockBytes, Long.BYTES);
            Content.fill(buffer, 0);
            this.pieces = new MemorySegment[(blockBytes + NfsData.BYTES_MAX - 1) / NfsData.BYTES_MAX];
            for (int i = 0; i < pieces.length; i++) {
                long at = (long) i * NfsData.BYTES_MAX;
                pieces[i] = buffer.asSlice(at, Math.min(NfsData.BYTES_MAX, blockBytes - at));
            }
        }

        @Override
        public void read(long offset) {
            long at = offset;
            for (MemorySegment piece : pieces) {
                if (file.read(at, piece) != piece.byteSize()) {
                    throw new IoFailure("a read at %d was not whole".formatted(offset));
                }
                at += piece.byteSize();
            }
        }

        @Override
        public void write(long offset) {
            long at = offset;
            for (MemorySegment piece : pieces) {
                file.write(at, piece, NfsData.Stable.AFTER_COMMIT);
                at += piece.byteSize();
            }
        }

        /** COMMIT knows no less. */
        @Override
        public void sync(boolean dataOnly) {
            file.commit();
        }

        @Override
        public MemorySegment buffer() {
            return buffer;
        }

        @Override
        public void close() {
            file.close();
            client.close();
            arena.close();
        }
    }
}

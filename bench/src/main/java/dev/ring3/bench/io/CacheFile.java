package dev.ring3.bench.io;

import dev.ring3.mm.FrameAllocator;
import dev.ring3.mm.cache.AddressSpace;
import dev.ring3.mm.cache.Backing;
import dev.ring3.mm.cache.CacheOptions;
import dev.ring3.mm.cache.ErrorCursor;
import dev.ring3.mm.cache.IoMode;
import dev.ring3.mm.cache.PageCache;
import dev.ring3.mm.cache.WritebackBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** A file of the host through a page cache of Ring3's alone: what a database would build on it. */
final class CacheFile implements Target {
    private static final int PIECE_BYTES = 4 << 20;
    private static final int FRAMES_MIN = 1 << 12;

    private final HostFile host;
    private final long sizeBytes;
    private final FrameAllocator frames;
    private final PageCache cache;
    private AddressSpace space; // another one after drop
    private ErrorCursor cursor;

    private CacheFile(HostFile host, long sizeBytes, long memoryBytes) {
        this.host = host;
        this.sizeBytes = sizeBytes;
        this.frames = FrameAllocator.create(Math.max(memoryBytes, (long) FRAMES_MIN * FrameAllocator.FRAME_BYTES));
        this.cache = PageCache.create(frames, CacheOptions.forFrames(frames.frameCount()));
        this.space = cache.open(new HostBacking(host), sizeBytes);
        this.cursor = space.errorCursor();
    }

    static CacheFile open(HostFile host, long sizeBytes, long memoryBytes) {
        return new CacheFile(host, sizeBytes, memoryBytes);
    }

    @Override
    public Lane lane(IoJob job) {
        return new SpaceLane(job.direct() ? IoMode.DIRECT : IoMode.BUFFERED, job.blockBytes());
    }

    /** The file is closed and opened: a readahead that still waits for its turn brings back nothing. */
    @Override
    public void drop() {
        try {
            space.sync(cursor);
            space.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        host.drop();
        space = cache.open(new HostBacking(host), sizeBytes);
        cursor = space.errorCursor();
    }

    @Override
    public void warm() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate(PIECE_BYTES, Long.BYTES);
            for (long at = 0; at < sizeBytes; at += PIECE_BYTES) {
                space.read(at, piece);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public double resident() {
        return (double) space.residentBytes() / sizeBytes;
    }

    @Override
    public boolean isPristine() {
        return host.isPristine();
    }

    @Override
    public void spoil() {
        host.spoil();
    }

    @Override
    public Map<String, Long> counters() {
        return VolumeFile.counters(cache.statistics());
    }

    @Override
    public Map<String, String> facts() {
        return Map.of(
                "file",
                host.path().toString(),
                "cache_mib",
                Long.toString((frames.frameCount() * FrameAllocator.FRAME_BYTES) >> 20),
                "huge_pages",
                Memory.huge());
    }

    @Override
    public void close() {
        try {
            space.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            cache.close();
            frames.close();
            host.close();
        }
    }

    /** The host's file, past its cache where a read is large enough to be so. */
    private record HostBacking(HostFile host) implements Backing {
        @Override
        public long fill(long offset, MemorySegment into) {
            return host.file().readFully(into, offset);
        }

        @Override
        public long writeback(WritebackBatch batch) {
            long at = batch.offset();
            for (MemorySegment piece : batch.pieces()) {
                host.file().writeFully(piece, at);
                at += piece.byteSize();
            }
            return batch.length();
        }

        @Override
        public void writeDirect(long offset, MemorySegment from) {
            host.file().writeFully(from, offset);
        }

        @Override
        public void resize(long size) {
            throw new IllegalStateException("a file that is measured keeps its size");
        }

        @Override
        public void punch(long offset, long length) {
            throw new IllegalStateException("a file that is measured has no holes");
        }
    }

    private final class SpaceLane implements Lane {
        private final Arena arena = Arena.ofConfined();
        private final AddressSpace space = CacheFile.this.space; // a final field is loaded once
        private final ErrorCursor cursor = CacheFile.this.cursor;
        private final IoMode mode;
        private final MemorySegment buffer;

        SpaceLane(IoMode mode, int blockBytes) {
            this.mode = mode;
            this.buffer = arena.allocate(blockBytes, FrameAllocator.FRAME_BYTES);
            Content.fill(buffer, 0);
        }

        @Override
        public void read(long offset) {
            try {
                if (space.read(offset, buffer, mode) != buffer.byteSize()) {
                    throw new IoFailure("a read at %d was not whole".formatted(offset));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void write(long offset) {
            try {
                space.write(offset, buffer, mode);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void sync(boolean dataOnly) {
            try {
                space.sync(cursor);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            host.file().syncData();
        }

        @Override
        public MemorySegment buffer() {
            return buffer;
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}

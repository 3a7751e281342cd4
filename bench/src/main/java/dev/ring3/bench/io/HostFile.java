package dev.ring3.bench.io;

import dev.ring3.linux.Access;
import dev.ring3.linux.CacheAdvice;
import dev.ring3.linux.OpenFlag;
import dev.ring3.linux.RawFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A file that the kernel serves, of the host or of a mount, by system calls. */
final class HostFile implements Target {
    private static final int PIECE_BYTES = 1 << 20;
    private static final int RWF_DONTCACHE = 0x80;
    private static final int ALIGNMENT = 4096;

    private final IoEngine engine;
    private final long sizeBytes;
    private final Path path;
    private final RawFile file;
    private final List<RawFile> opened = new ArrayList<>();
    private boolean pristine;

    private HostFile(IoEngine engine, Path path, long sizeBytes) {
        this.engine = engine;
        this.path = path;
        this.sizeBytes = sizeBytes;
        this.file = RawFile.open(path, Access.READ_WRITE, OpenFlag.CREATE);
    }

    /** Opens it; one that is too short is laid out anew. */
    static HostFile open(IoEngine engine, Path path, long sizeBytes) {
        HostFile opened = new HostFile(engine, path, sizeBytes);
        try {
            opened.layOut();
            if (engine == IoEngine.UNCACHED && !opened.file.isUncachedAvailable()) {
                throw new IoFailure("the filesystem of %s takes no RWF_DONTCACHE (Linux 6.14 and ext4, XFS, btrfs do)"
                        .formatted(path));
            }
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void layOut() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate(PIECE_BYTES, ALIGNMENT);
            if (file.sizeBytes() >= sizeBytes) {
                pristine = isLaidOut(piece);
                return;
            }
            for (long at = 0; at < sizeBytes; at += PIECE_BYTES) {
                Content.fill(piece, at);
                file.writeFully(piece.asSlice(0, Math.min(PIECE_BYTES, sizeBytes - at)), at);
            }
            file.sync();
            pristine = true;
        }
    }

    /** Whether every piece of it begins and ends as one that was laid out. */
    private boolean isLaidOut(MemorySegment piece) {
        for (long at = 0; at + PIECE_BYTES <= sizeBytes; at += PIECE_BYTES) {
            file.readFully(piece, at);
            if (!Content.isAt(piece, at)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Lane lane(IoJob job) {
        RawFile own = job.direct() ? RawFile.open(path, Access.READ_WRITE, OpenFlag.DIRECT) : file;
        if (job.direct()) {
            synchronized (opened) {
                opened.add(own);
            }
        }
        return switch (engine) {
            case UNCACHED -> new Uncached(own, job.blockBytes());
            case IO_URING -> new Uring(own, job.blockBytes(), job.depth());
            case PREAD, FILECHANNEL, MAPPED, RING3, RING3_CACHE, RING3_FUSE, RING3_NFS, RING3_NFS_MOUNT ->
                new Plain(own, job.blockBytes());
        };
    }

    /** The file as a descriptor, for io_uring. */
    RawFile file() {
        return file;
    }

    Path path() {
        return path;
    }

    @Override
    public void drop() {
        file.syncData();
        file.advise(0, 0, CacheAdvice.DONT_NEED);
    }

    @Override
    public void warm() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate(PIECE_BYTES, ALIGNMENT);
            for (long at = 0; at < sizeBytes; at += PIECE_BYTES) {
                file.readFully(piece.asSlice(0, Math.min(PIECE_BYTES, sizeBytes - at)), at);
            }
        }
    }

    @Override
    public double resident() {
        return HostCalls.resident(file.descriptor(), sizeBytes);
    }

    @Override
    public boolean isPristine() {
        return pristine;
    }

    @Override
    public void spoil() {
        pristine = false;
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    public Map<String, String> facts() {
        return Map.of("file", path.toString());
    }

    @Override
    public void close() {
        opened.forEach(RawFile::close);
        file.close();
    }

    private static void require(boolean whole, MemorySegment buffer, long offset) {
        if (!whole) {
            throw new IoFailure("not all of %d bytes at %d were read or written".formatted(buffer.byteSize(), offset));
        }
    }

    private static void sync(RawFile file, boolean dataOnly) {
        if (dataOnly) {
            file.syncData();
        } else {
            file.sync();
        }
    }

    /** {@code pread(2)}. */
    private static final class Plain implements Lane {
        private final Arena arena = Arena.ofConfined();
        private final RawFile file;
        private final int descriptor;
        private final int bytes;
        private final MemorySegment buffer;

        Plain(RawFile file, int bytes) {
            this.file = file;
            this.descriptor = file.descriptor();
            this.bytes = bytes;
            this.buffer = arena.allocate(bytes, ALIGNMENT);
            Content.fill(buffer, 0);
        }

        @Override
        public void read(long offset) {
            if (HostCalls.pread(descriptor, buffer, bytes, offset) != bytes) {
                // Again, by calls that say why.
                require(file.readFully(buffer, offset) == bytes, buffer, offset);
            }
        }

        @Override
        public void write(long offset) {
            if (HostCalls.pwrite(descriptor, buffer, bytes, offset) != bytes) {
                file.writeFully(buffer, offset);
            }
        }

        @Override
        public void sync(boolean dataOnly) {
            HostFile.sync(file, dataOnly);
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

    /** {@code preadv2(2)} with {@code RWF_DONTCACHE}. */
    private static final class Uncached implements Lane {
        private final Arena arena = Arena.ofConfined();
        private final RawFile file;
        private final int descriptor;
        private final int bytes;
        private final MemorySegment buffer;
        private final MemorySegment vector;

        Uncached(RawFile file, int bytes) {
            this.file = file;
            this.descriptor = file.descriptor();
            this.bytes = bytes;
            this.buffer = arena.allocate(bytes, ALIGNMENT);
            this.vector = arena.allocate(ValueLayout.JAVA_LONG, 2); // struct iovec
            vector.setAtIndex(ValueLayout.JAVA_LONG, 0, buffer.address());
            vector.setAtIndex(ValueLayout.JAVA_LONG, 1, bytes);
            Content.fill(buffer, 0);
        }

        @Override
        public void read(long offset) {
            require(HostCalls.preadv2(descriptor, vector, offset, RWF_DONTCACHE) == bytes, buffer, offset);
        }

        @Override
        public void write(long offset) {
            require(HostCalls.pwritev2(descriptor, vector, offset, RWF_DONTCACHE) == bytes, buffer, offset);
        }

        @Override
        public void sync(boolean dataOnly) {
            HostFile.sync(file, dataOnly);
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

package dev.ring3.bench.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** A file of the host by what Java has: a {@link FileChannel}, or a mapping of it. */
final class JavaFile implements Target {
    private final HostFile host;
    private final FileChannel channel;
    private final Arena arena = Arena.ofShared();
    private final boolean isMapped;
    private final MemorySegment mapped;

    private JavaFile(HostFile host, IoEngine engine, long sizeBytes) throws IOException {
        this.host = host;
        this.isMapped = engine == IoEngine.MAPPED;
        this.channel = FileChannel.open(host.path(), StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.mapped = isMapped ? channel.map(FileChannel.MapMode.READ_WRITE, 0, sizeBytes, arena) : MemorySegment.NULL;
    }

    static JavaFile open(HostFile host, IoEngine engine, long sizeBytes) {
        try {
            return new JavaFile(host, engine, sizeBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Lane lane(IoJob job) {
        return isMapped ? new Copy(mapped, job.blockBytes()) : new Channel(channel, job.blockBytes());
    }

    @Override
    public void drop() {
        if (isMapped) {
            mapped.force();
            mapped.unload(); // pages of a mapping that are in use stay whatever fadvise says
        }
        host.drop();
    }

    @Override
    public void warm() {
        if (isMapped) {
            mapped.load();
        } else {
            host.warm();
        }
    }

    @Override
    public double resident() {
        return host.resident();
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
        return Map.of();
    }

    @Override
    public Map<String, String> facts() {
        return host.facts();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            arena.close();
            host.close();
        }
    }

    private static final class Channel implements Lane {
        private final FileChannel channel;
        private final ByteBuffer bytes;

        Channel(FileChannel channel, int blockBytes) {
            this.channel = channel;
            this.bytes = ByteBuffer.allocateDirect(blockBytes);
            Content.fill(MemorySegment.ofBuffer(bytes), 0);
        }

        @Override
        public void read(long offset) {
            try {
                bytes.clear();
                if (channel.read(bytes, offset) != bytes.capacity()) {
                    throw new IoFailure("a read at %d was not whole".formatted(offset));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void write(long offset) {
            try {
                bytes.clear();
                if (channel.write(bytes, offset) != bytes.capacity()) {
                    throw new IoFailure("a write at %d was not whole".formatted(offset));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void sync(boolean dataOnly) {
            try {
                channel.force(!dataOnly);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public MemorySegment buffer() {
            return MemorySegment.ofBuffer(bytes.clear());
        }

        @Override
        public void close() {}
    }

    private static final class Copy implements Lane {
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment mapped;
        private final MemorySegment buffer;
        private final int bytes;

        Copy(MemorySegment mapped, int blockBytes) {
            this.mapped = mapped;
            this.bytes = blockBytes;
            this.buffer = arena.allocate(blockBytes, Long.BYTES);
            Content.fill(buffer, 0);
        }

        @Override
        public void read(long offset) {
            MemorySegment.copy(mapped, offset, buffer, 0, bytes);
        }

        @Override
        public void write(long offset) {
            MemorySegment.copy(buffer, 0, mapped, offset, bytes);
        }

        @Override
        public void sync(boolean dataOnly) {
            mapped.force();
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

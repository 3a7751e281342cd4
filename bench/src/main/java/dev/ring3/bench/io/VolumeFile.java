package dev.ring3.bench.io;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.StoredVolume;
import dev.ring3.fs.volume.Volume;
import dev.ring3.mm.FrameAllocator;
import dev.ring3.mm.cache.CacheStatistics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A file in a volume of Ring3 that this process opens, reached as a front end reaches it. */
final class VolumeFile implements Target {
    private static final Caller CALLER = Caller.local(Credentials.ROOT);
    private static final int PIECE_BYTES = 1 << 20;
    private static final Name FILE = Name.of("bench");

    private final Path directory;
    private final long sizeBytes;
    private final long memoryBytes;
    private Volume volume;
    private Vfs vfs;
    private OpenFile file;
    private boolean pristine;

    private VolumeFile(Path directory, long sizeBytes, long memoryBytes) {
        this.directory = directory;
        this.sizeBytes = sizeBytes;
        this.memoryBytes = memoryBytes;
        this.volume = open(directory, memoryBytes);
        this.vfs = new Vfs(volume);
        this.file = openFile(vfs);
    }

    private static Volume open(Path directory, long memoryBytes) {
        return StoredVolume.open(directory, "ring3 bench", Long.MAX_VALUE, memoryBytes);
    }

    private static OpenFile openFile(Vfs vfs) {
        NewNode shape = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
        return vfs.files()
                .open(CALLER, vfs.root(), FILE, OpenHow.of(Use.BOTH), shape, false)
                .file();
    }

    /** Opens the volume in a directory, or makes one, and lays its file out if it is too short. */
    static VolumeFile open(Path directory, long sizeBytes, long memoryBytes) {
        VolumeFile opened = new VolumeFile(directory, sizeBytes, memoryBytes);
        opened.layOut();
        return opened;
    }

    private void layOut() {
        if (volume.stat(file.node(), dev.ring3.fs.StatMask.ALL).sizeBytes() >= sizeBytes) {
            return; // who knows what was written since
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate(PIECE_BYTES, Long.BYTES);
            for (long at = 0; at < sizeBytes; at += PIECE_BYTES) {
                Content.fill(piece, at);
                vfs.files().write(CALLER, file, at, piece.asSlice(0, Math.min(PIECE_BYTES, sizeBytes - at)));
            }
        }
        vfs.files().sync(file, false);
        pristine = true;
    }

    Vfs vfs() {
        return vfs;
    }

    /** What its file is called in the root of the namespace. */
    static String fileName() {
        return FILE.toString();
    }

    @Override
    public Lane lane(IoJob job) {
        return new FileLane(vfs, file, job.blockBytes());
    }

    /** The volume is closed and opened, and its files on the host leave the host's cache. */
    @Override
    public void drop() {
        vfs.files().sync(file, false);
        vfs.files().close(file);
        volume.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(Files::isRegularFile).forEach(VolumeFile::dropFromHost);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        volume = open(directory, memoryBytes);
        vfs = new Vfs(volume);
        file = openFile(vfs);
    }

    private static void dropFromHost(Path path) {
        try (dev.ring3.linux.RawFile host = dev.ring3.linux.RawFile.open(path, dev.ring3.linux.Access.READ)) {
            host.advise(0, 0, dev.ring3.linux.CacheAdvice.DONT_NEED);
        }
    }

    @Override
    public void warm() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate(PIECE_BYTES, Long.BYTES);
            for (long at = 0; at < sizeBytes; at += PIECE_BYTES) {
                vfs.files().read(CALLER, file, at, piece);
            }
        }
    }

    /** The volume's cache has this file alone, so that what it holds is of it. */
    @Override
    public double resident() {
        Optional<CacheStatistics> statistics = volume.cacheStatistics();
        return statistics.isEmpty()
                ? 0
                : Math.min(1, (double) statistics.get().heldFrames() * FrameAllocator.FRAME_BYTES / sizeBytes);
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
        return volume.cacheStatistics().map(VolumeFile::counters).orElse(Map.of());
    }

    static Map<String, Long> counters(CacheStatistics statistics) {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("hits", statistics.hits());
        counters.put("misses", statistics.misses());
        counters.put("retries", statistics.retries());
        counters.put("locked_reads", statistics.lockedReads());
        counters.put("readahead_pages", statistics.readaheadPages());
        counters.put(
                "removals",
                statistics.removals().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        counters.put("written_back_pages", statistics.writtenBackPages());
        return counters;
    }

    @Override
    public Map<String, String> facts() {
        return Map.of(
                "volume",
                directory.toString(),
                "cache_mib",
                Long.toString(memoryBytes >> 20),
                "huge_pages",
                Memory.huge());
    }

    @Override
    public void close() {
        vfs.files().close(file);
        volume.close();
    }

    private static final class FileLane implements Lane {
        private final Arena arena = Arena.ofConfined();
        private final Vfs vfs;
        private final OpenFile file;
        private final MemorySegment buffer;

        FileLane(Vfs vfs, OpenFile file, int blockBytes) {
            this.vfs = vfs;
            this.file = file;
            this.buffer = arena.allocate(blockBytes, Long.BYTES);
            Content.fill(buffer, 0);
        }

        @Override
        public void read(long offset) {
            if (vfs.files().read(CALLER, file, offset, buffer) != buffer.byteSize()) {
                throw new IoFailure("a read at %d was not whole".formatted(offset));
            }
        }

        @Override
        public void write(long offset) {
            vfs.files().write(CALLER, file, offset, buffer);
        }

        @Override
        public void sync(boolean dataOnly) {
            vfs.files().sync(file, dataOnly);
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

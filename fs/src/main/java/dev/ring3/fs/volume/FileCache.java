package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.extent.Blocks;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.UnsupportedHostException;
import dev.ring3.mm.FrameAllocator;
import dev.ring3.mm.cache.AddressSpace;
import dev.ring3.mm.cache.CacheOptions;
import dev.ring3.mm.cache.CachePolicy;
import dev.ring3.mm.cache.CacheStatistics;
import dev.ring3.mm.cache.PageCache;
import dev.ring3.mm.cache.ResidentRange;
import dev.ring3.mm.cache.WritebackBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The page cache of a volume and the files in it. On a host without the means for one there is none. */
final class FileCache implements AutoCloseable {
    /** The volume's own commits write back; besides them only memory that is short does. */
    private static final Duration NEVER = Duration.ofDays(365);

    private static final int PIECE_BLOCKS_MAX = 256;

    private final VolumeCore core;
    private final @Nullable FrameAllocator frames;
    private final @Nullable PageCache pages;
    private final int dirtyFilesMax;
    private final Arena arena = Arena.ofShared();
    private final Set<CachedFile> open = ConcurrentHashMap.newKeySet();
    private final Set<CachedFile> dirty = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<MemorySegment> buffers = new ConcurrentLinkedQueue<>();

    /**
     * Reserves its memory.
     *
     * @param bytes how much; 0 for no cache
     * @param dirtyFilesMax from how many on the volume should not wait for its next commit
     */
    FileCache(VolumeCore core, long bytes, int dirtyFilesMax) {
        this.core = core;
        this.dirtyFilesMax = dirtyFilesMax;
        this.frames = bytes == 0 ? null : allocator(bytes);
        FrameAllocator allocator = frames;
        this.pages = allocator == null
                ? null
                : PageCache.create(
                        allocator,
                        CacheOptions.forFrames(allocator.frameCount()).withWritebackInterval(NEVER));
    }

    private static @Nullable FrameAllocator allocator(long bytes) {
        try {
            return FrameAllocator.create(bytes);
        } catch (UnsupportedHostException e) {
            return null; // no Linux: slower, and the same otherwise
        } catch (LinuxException e) {
            throw new FsException(Errno.ENOMEM, "open volume", bytes + " bytes for the cache of file data", e);
        }
    }

    /**
     * The content of a file in memory; null where it is not cached. With the inode's lock, and it pinned.
     *
     * @param sizeBytes the size that the file shows
     */
    @Nullable
    CachedFile of(LiveInode live, long sizeBytes) {
        CachedFile file = live.content.get();
        PageCache cache = pages;
        if (file != null || cache == null || sizeBytes > AddressSpace.SIZE_MAX) {
            return file;
        }
        CachedFile made = new CachedFile(core, this, cache, live, sizeBytes);
        open.add(made);
        CachedFile other = live.content.compareAndExchange(null, made);
        if (other == null) {
            return made;
        }
        made.discard(); // another reader was quicker
        return other;
    }

    /** Gives up what is in memory of a file, also what is dirty. With its lock, or nobody using it. */
    static void drop(LiveInode live) {
        CachedFile file = live.content.getAndSet(null);
        if (file != null) {
            file.discard();
        }
    }

    /** How much is written at once, so that what is dirty in the meantime is far from the limit. */
    long pieceBytes() {
        PageCache cache = pages;
        long dirtyMax = cache == null ? 1 : cache.options().dirtyFramesMax();
        return (long) Math.clamp(dirtyMax / 4, 1, PIECE_BLOCKS_MAX) * Blocks.BYTES;
    }

    void dirtied(CachedFile file) {
        dirty.add(file);
    }

    void cleaned(CachedFile file) {
        dirty.remove(file);
    }

    void left(CachedFile file) {
        open.remove(file);
    }

    /** Files with data that no record names yet. A look. */
    List<CachedFile> dirtyFiles() {
        return List.copyOf(dirty);
    }

    boolean hasDirty() {
        return !dirty.isEmpty();
    }

    /** Whether so many files wait that a commit should come soon: each keeps its inode in memory. */
    boolean isCrowded() {
        return dirty.size() > dirtyFilesMax;
    }

    /** How much memory there is for content. */
    long budgetBytes() {
        return frames == null ? 0 : frames.frameCount() * FrameAllocator.FRAME_BYTES;
    }

    void attach(@Nullable CachePolicy policy) {
        if (pages != null) {
            pages.attach(policy);
        }
    }

    Optional<CacheStatistics> statistics() {
        PageCache cache = pages;
        return cache == null ? Optional.empty() : Optional.of(cache.statistics());
    }

    /** Those with most in memory. */
    List<CachedFileInfo> largest(int filesMax) {
        return open.stream()
                .map(CachedFile::info)
                .filter(info -> info.residentBytes() > 0)
                .sorted(Comparator.comparingLong(CachedFileInfo::residentBytes).reversed())
                .limit(filesMax)
                .toList();
    }

    List<ResidentRange> residency(NodeId node) {
        return open.stream()
                .filter(file -> file.live.id.equals(node))
                .findFirst()
                .map(CachedFile::residency)
                .orElse(List.of());
    }

    /** What is to be written back, in one piece. */
    record Gathered(MemorySegment bytes, @Nullable MemorySegment buffer, FileCache cache) implements AutoCloseable {
        @Override
        public void close() {
            if (buffer != null) {
                cache.buffers.add(buffer);
            }
        }
    }

    /** Lies in the frames where they follow each other; otherwise in a buffer, of which there is one for each thread. */
    Gathered gather(WritebackBatch batch) {
        if (batch.pieces().size() == 1) {
            return new Gathered(batch.pieces().getFirst(), null, this);
        }
        MemorySegment buffer = buffers.poll();
        if (buffer == null) {
            PageCache cache = pages;
            long bytes = cache == null ? batch.length() : cache.options().writebackBytesMax();
            buffer = arena.allocate(bytes, Blocks.BYTES);
        }
        long done = 0;
        for (MemorySegment piece : batch.pieces()) {
            MemorySegment.copy(piece, 0, buffer, done, piece.byteSize());
            done += piece.byteSize();
        }
        return new Gathered(buffer.asSlice(0, done), buffer, this);
    }

    /** Gives up what is in memory, and the memory. Nobody is inside the volume any more. */
    @Override
    public void close() {
        for (CachedFile file : List.copyOf(open)) {
            file.discard();
        }
        if (pages != null) {
            pages.close();
        }
        if (frames != null) {
            frames.close();
        }
        arena.close();
    }
}

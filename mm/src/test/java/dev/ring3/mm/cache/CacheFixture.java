package dev.ring3.mm.cache;

import dev.ring3.mm.FrameAllocator;
import dev.ring3.mm.lock.LockValidator;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** A cache with files over arrays. Closing it checks that every frame came back. */
final class CacheFixture implements AutoCloseable {
    static final int PAGE = PageTable.PAGE_BYTES;

    private final int reportsBefore = LockValidator.reports().size();
    final FrameAllocator allocator;
    final PageCache cache;
    private final List<AddressSpace> files = new ArrayList<>();
    private final List<FakeBacking> backings = new ArrayList<>();

    private CacheFixture(int frames, CacheOptions options) {
        allocator = FrameAllocator.create((long) frames * PAGE);
        cache = PageCache.create(allocator, options);
    }

    /** No writeback but what a test asks for, and no readahead. */
    static CacheFixture quiet(int frames) {
        return new CacheFixture(
                frames,
                CacheOptions.forFrames(frames)
                        .withDirtyFrames(frames, frames - 1)
                        .withWritebackInterval(Duration.ofHours(1))
                        .withReadaheadBytes(0));
    }

    static CacheFixture with(int frames, CacheOptions options) {
        return new CacheFixture(frames, options);
    }

    AddressSpace open(FakeBacking backing) {
        backings.add(backing);
        return open(backing, backing.content().length);
    }

    AddressSpace open(Backing backing, long size) {
        AddressSpace file = cache.open(backing, size);
        files.add(file);
        return file;
    }

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] read(AddressSpace file, long offset, int length, IoMode mode) throws IOException {
        byte[] bytes = new byte[length];
        long read = file.read(offset, MemorySegment.ofArray(bytes), mode);
        return Arrays.copyOf(bytes, (int) read);
    }

    static byte[] read(AddressSpace file, long offset, int length) throws IOException {
        return read(file, offset, length, IoMode.BUFFERED);
    }

    static void write(AddressSpace file, long offset, byte[] bytes) throws IOException {
        write(file, offset, bytes, IoMode.BUFFERED);
    }

    static void write(AddressSpace file, long offset, byte[] bytes, IoMode mode) throws IOException {
        long written = file.write(offset, MemorySegment.ofArray(bytes), mode);
        if (written != bytes.length) {
            throw new AssertionError("wrote %d of %d bytes".formatted(written, bytes.length));
        }
    }

    /** Whether all frames are free; the background reclaimer may just be about to free one that it has taken out. */
    static boolean allComeFree(FrameAllocator allocator) {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (allocator.freeFrames() != allocator.frameCount() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        return allocator.freeFrames() == allocator.frameCount();
    }

    @Override
    public void close() {
        files.forEach(AddressSpace::discard);
        cache.close();
        for (FakeBacking backing : backings) {
            if (backing.overlap() != null) {
                throw new AssertionError(backing.overlap());
            }
        }
        boolean allFree = allComeFree(allocator);
        CacheStatistics statistics = cache.statistics();
        if (!allFree
                || statistics.heldFrames() != 0
                || statistics.dirtyFrames() != 0
                || statistics.writebackFrames() != 0) {
            throw new AssertionError("%d of %d frames are free, left behind: %s"
                    .formatted(allocator.freeFrames(), allocator.frameCount(), statistics));
        }
        allocator.close();
        if (LockValidator.reports().size() != reportsBefore) {
            throw new AssertionError(LockValidator.reports().getLast().toString());
        }
    }
}

package dev.ring3.mm.cache;

import java.time.Duration;

/**
 * How a {@link PageCache} is set up.
 *
 * @param dirtyFramesMax how many frames may be dirty or under writeback; a writer that would exceed it waits
 * @param dirtyFramesBackground from how many on writeback begins at once, and writers are slowed down
 * @param writebackInterval how often what is dirty is written back in any case
 * @param writebackBytesMax the longest run that is written at once, a multiple of 4 KiB
 * @param writebackThreads how many runs are written at a time, by the cache's own threads
 * @param uncachedFramesMax how many frames uncached writes may have on the way at a time
 * @param readaheadBytesMax the largest window of readahead, 0 for none
 * @param stallMax after how long without any progress of writeback a writer that waits for it fails
 */
public record CacheOptions(
        long dirtyFramesMax,
        long dirtyFramesBackground,
        Duration writebackInterval,
        int writebackBytesMax,
        int writebackThreads,
        int uncachedFramesMax,
        int readaheadBytesMax,
        Duration stallMax) {
    /** A fifth of memory dirty at most, writeback from a tenth on ({@code vm.dirty_ratio}, {@code vm.dirty_background_ratio}). */
    private static final int DIRTY_SHARE = 5;

    private static final int UNCACHED_FRAMES_USUAL = 32 << 20 >> PageTable.PAGE_SHIFT;

    public CacheOptions {
        if (dirtyFramesMax < 1 || dirtyFramesBackground < 0 || dirtyFramesBackground >= dirtyFramesMax) {
            throw new IllegalArgumentException(
                    "dirty frames: %d at most, %d in the background".formatted(dirtyFramesMax, dirtyFramesBackground));
        }
        if (writebackBytesMax < PageTable.PAGE_BYTES || writebackBytesMax % PageTable.PAGE_BYTES != 0) {
            throw new IllegalArgumentException("runs of " + writebackBytesMax + " bytes");
        }
        if (writebackThreads < 1 || uncachedFramesMax < 1 || readaheadBytesMax < 0) {
            throw new IllegalArgumentException("%d threads, %d uncached frames, %d bytes of readahead"
                    .formatted(writebackThreads, uncachedFramesMax, readaheadBytesMax));
        }
    }

    /** The usual ones for a pool of that many frames. */
    public static CacheOptions forFrames(long frames) {
        long dirtyMax = Math.max(2, frames / DIRTY_SHARE);
        return new CacheOptions(
                dirtyMax,
                dirtyMax / 2,
                Duration.ofSeconds(1),
                4 << 20,
                2,
                Math.clamp(dirtyMax / 2, 1, UNCACHED_FRAMES_USUAL),
                (int) Math.min(2 << 20, frames / 8 * PageTable.PAGE_BYTES),
                Duration.ofSeconds(10));
    }

    /** The same with other limits of dirty memory. */
    public CacheOptions withDirtyFrames(long max, long background) {
        return new CacheOptions(
                max,
                background,
                writebackInterval,
                writebackBytesMax,
                writebackThreads,
                uncachedFramesMax,
                readaheadBytesMax,
                stallMax);
    }

    /** The same with another interval of writeback. */
    public CacheOptions withWritebackInterval(Duration interval) {
        return new CacheOptions(
                dirtyFramesMax,
                dirtyFramesBackground,
                interval,
                writebackBytesMax,
                writebackThreads,
                uncachedFramesMax,
                readaheadBytesMax,
                stallMax);
    }

    /** The same with another largest window of readahead. */
    public CacheOptions withReadaheadBytes(int max) {
        return new CacheOptions(
                dirtyFramesMax,
                dirtyFramesBackground,
                writebackInterval,
                writebackBytesMax,
                writebackThreads,
                uncachedFramesMax,
                max,
                stallMax);
    }

    /** The same with another limit to a writer's wait without progress. */
    public CacheOptions withStallMax(Duration max) {
        return new CacheOptions(
                dirtyFramesMax,
                dirtyFramesBackground,
                writebackInterval,
                writebackBytesMax,
                writebackThreads,
                uncachedFramesMax,
                readaheadBytesMax,
                max);
    }
}

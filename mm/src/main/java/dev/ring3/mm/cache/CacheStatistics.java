package dev.ring3.mm.cache;

import java.util.Map;

/**
 * What a cache has counted since it was opened, and how it stands; each figure of its own moment.
 *
 * @param hits pages that were read from memory without a lock; may be a little too low
 * @param lockedReads pages that were read from memory under their lock, because they kept changing
 * @param retries copies that were made again because the page changed meanwhile
 * @param misses times a page was wanted that was not in memory
 * @param fillFailures folios that could not be filled
 * @param readaheadPages pages brought in before anybody asked
 * @param parked times somebody slept for a page's lock
 * @param throttledNanos how long writers were slowed down in all
 * @param dirtyStalls times a writer had to wait because as much was dirty as may be
 * @param writtenBackPages pages that were written back
 * @param writebackBatches the runs they were written back in
 * @param writebackFailures runs that could not be written back
 * @param discardedDirtyPages dirty pages that were dropped because they were truncated, punched out or discarded
 * @param evictionsRefused proposals of a policy that could not be evicted
 * @param policyShortfalls times the attached policy proposed too little, so that the built-in one was asked
 * @param policyFailures times an attached policy threw and was detached
 * @param removals folios that left, by reason
 * @param heldFrames frames in use
 * @param pinnedFrames of those, frames that somebody looks at
 * @param dirtyFrames of those, frames whose content is newer than the backing's and not on its way there
 * @param writebackFrames of those, frames that are being written back
 * @param indexBytes heap that the indexes take, without the upper levels
 * @param fillLatency how long fills took
 * @param writebackLatency how long the writing of runs took
 */
public record CacheStatistics(
        long hits,
        long lockedReads,
        long retries,
        long misses,
        long fillFailures,
        long readaheadPages,
        long parked,
        long throttledNanos,
        long dirtyStalls,
        long writtenBackPages,
        long writebackBatches,
        long writebackFailures,
        long discardedDirtyPages,
        long evictionsRefused,
        long policyShortfalls,
        long policyFailures,
        Map<RemovalReason, Long> removals,
        long heldFrames,
        long pinnedFrames,
        long dirtyFrames,
        long writebackFrames,
        long indexBytes,
        LatencySnapshot fillLatency,
        LatencySnapshot writebackLatency) {
    public CacheStatistics {
        removals = Map.copyOf(removals);
    }
}

package dev.ring3.fs.extent;

import org.jspecify.annotations.Nullable;

/**
 * Which blocks of one segment can be had. Not thread-safe: {@link SegmentAllocator}'s lock guards it.
 *
 * <p>A block is free, or busy: named by a record, written for a transaction that is not yet there, freed by one that is
 * not yet durable, or unbacked. Unbacked blocks are those whose space was given back to the host; they are taken back
 * from it before they are handed out.
 */
final class SegmentSpace {
    /** Punching holes costs the host as much for 4 KiB as for 1 MiB (60 us on ext4), so only runs of 1 MiB are given back. */
    static final int PUNCH_BLOCKS_MIN = 256;

    /** Search start, inclusive, and end, exclusive. */
    record Range(int from, int to) {
        int blocks() {
            return to - from;
        }
    }

    private final int blocks;
    private final Bitmap busy;
    private final Bitmap unbacked;
    private int free;
    private int unbackedFree;
    private int longestMax; // no free run is longer
    private int cursor;

    SegmentSpace(int blocks) {
        this.blocks = blocks;
        this.busy = new Bitmap(blocks);
        this.unbacked = new Bitmap(blocks);
        this.free = blocks;
        this.longestMax = blocks;
    }

    int free() {
        return free;
    }

    int unbackedFree() {
        return unbackedFree;
    }

    int longestMax() {
        return longestMax;
    }

    /** Whether nothing is in it. */
    boolean isEmpty() {
        return free + unbackedFree == blocks;
    }

    /**
     * Takes free blocks: {@code wanted}, or the longest run if that is shorter but at least {@code min}; null if there is
     * none. Searches onwards from where the last search ended, so that what is written in turn lies together.
     */
    @Nullable
    Range take(int wanted, int min) {
        if (free == 0 || longestMax < min) {
            return null;
        }
        Range best = null;
        boolean wrapped = false;
        int at = cursor;
        while (true) {
            int from = busy.nextClear(at);
            if (from == blocks) {
                if (wrapped) {
                    break;
                }
                wrapped = true;
                at = 0;
                continue;
            }
            int to = Math.min(busy.nextSet(from), from + wanted);
            if (best == null || to - from > best.blocks()) {
                best = new Range(from, to);
            }
            if (to - from == wanted || (wrapped && from >= cursor)) {
                break;
            }
            at = to;
        }
        if (best == null || best.blocks() < wanted) {
            longestMax = best == null ? 0 : best.blocks(); // the whole segment was searched
        }
        if (best == null || best.blocks() < min) {
            return null;
        }
        take(best);
        cursor = best.to;
        return best;
    }

    /** Makes free blocks busy. */
    void take(Range range) {
        if (busy.count(range.from, range.to) != 0) {
            throw new IllegalStateException("blocks " + range + " are not free");
        }
        busy.set(range.from, range.to, true);
        free -= range.blocks();
    }

    /** As {@link #take(Range)}. */
    Range takeAll(Range range) {
        take(range);
        return range;
    }

    /** Makes busy blocks free. */
    Range give(Range range) {
        if (busy.count(range.from, range.to) != range.blocks() || unbacked.count(range.from, range.to) != 0) {
            throw new IllegalStateException("blocks " + range + " are free already");
        }
        busy.set(range.from, range.to, false);
        free += range.blocks();
        longestMax = blocks; // not known; the next search that fails says it
        return range;
    }

    private @Nullable Range nextPunchable(int from) {
        int at = busy.nextClear(from);
        while (at < blocks) {
            int to = busy.nextSet(at);
            if (to - at >= PUNCH_BLOCKS_MIN) {
                return new Range(at, to);
            }
            at = busy.nextClear(to);
        }
        return null;
    }

    /** Takes the next free run from {@code from} on that is worth giving back; null if there is none. */
    @Nullable
    Range takePunchable(int from) {
        Range range = nextPunchable(from);
        if (range != null) {
            take(range);
        }
        return range;
    }

    /** Busy blocks, which nobody uses, have been given back to the host. */
    Range punched(Range range) {
        unbacked.set(range.from, range.to, true);
        unbackedFree += range.blocks();
        return range;
    }

    /** Takes all long free runs for punched. */
    SegmentSpace takeForPunched() {
        for (Range range = takePunchable(0); range != null; range = takePunchable(range.to)) {
            punched(range);
        }
        return this;
    }

    /** The next unbacked run, at most so long; null if there is none. */
    @Nullable
    Range nextUnbacked(int blocksMax) {
        int from = unbacked.nextSet(0);
        return from == blocks ? null : new Range(from, Math.min(unbacked.nextClear(from), from + blocksMax));
    }

    /** Unbacked blocks are backed again, and free. */
    Range backed(Range range) {
        unbacked.set(range.from, range.to, false);
        unbackedFree -= range.blocks();
        return give(range);
    }

    /** The blocks that are neither free nor unbacked, as they are now. */
    Bitmap busyBlocks() {
        return busy.without(unbacked);
    }
}

package dev.ring3.fs.extent;

import java.util.HashMap;
import java.util.Map;

/**
 * Which blocks of one file have space: in its records, or because data for them waits to be written back. So that who
 * accepts data knows at once what it will add to the file, without a look at the records for each write: they are read
 * once for each 2 MiB. Its owner's lock guards it.
 */
public final class AllocatedBlocks {
    private static final int REGION_SHIFT = 9;
    private static final int REGION_BLOCKS = 1 << REGION_SHIFT;
    private static final int WORDS = REGION_BLOCKS / Long.SIZE;

    /** What is remembered at most between one commit and the next: 8 GiB of a file. */
    private static final int REGIONS_MAX = 4096;

    private final Map<Long, long[]> regions = new HashMap<>();

    /** Nothing known. */
    public AllocatedBlocks() {}

    /** How many blocks of a range have no space. */
    public long missing(ExtentRecords records, long from, long to) {
        long missing = 0;
        for (long at = from; at < to; at = endOfRegion(at, to)) {
            long end = endOfRegion(at, to);
            missing += end - at - count(region(records, at), at, end);
        }
        return missing;
    }

    /** The blocks of a range have space from now on; returns how many had none. */
    public long add(ExtentRecords records, long from, long to) {
        long added = 0;
        for (long at = from; at < to; at = endOfRegion(at, to)) {
            long end = endOfRegion(at, to);
            long[] region = region(records, at);
            added += end - at - count(region, at, end);
            set(region, at, end);
        }
        return added;
    }

    /** All that waited is in the records now. */
    public void committed() {
        if (regions.size() > REGIONS_MAX) {
            regions.clear();
        }
    }

    /** Records were changed by something else than the data that waited. */
    public void forget() {
        regions.clear();
    }

    private static long endOfRegion(long block, long to) {
        return Math.min(to, ((block >> REGION_SHIFT) + 1) << REGION_SHIFT);
    }

    private long[] region(ExtentRecords records, long block) {
        long number = block >> REGION_SHIFT;
        return regions.computeIfAbsent(number, _ -> read(records, number << REGION_SHIFT));
    }

    private static long[] read(ExtentRecords records, long first) {
        long[] region = new long[WORDS];
        long end = first + REGION_BLOCKS;
        Mapped next = Mapped.after(records, first);
        while (next != null && next.start() < end) {
            set(region, Math.max(first, next.start()), Math.min(end, next.end()));
            next = next.end() < end ? Mapped.after(records, next.end()) : null;
        }
        return region;
    }

    private static long count(long[] region, long from, long to) {
        long count = 0;
        for (long block = from; block < to; block++) {
            count += region[word(block)] >>> block & 1;
        }
        return count;
    }

    private static void set(long[] region, long from, long to) {
        for (long block = from; block < to; block++) {
            region[word(block)] |= 1L << block;
        }
    }

    private static int word(long block) {
        return (int) (block & (REGION_BLOCKS - 1)) / Long.SIZE;
    }
}

package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageWord.WORD;

import java.util.Arrays;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The index of one file: a word for each page, see {@link PageWord}, in a table of three levels that grow as needed.
 * Leaves are arrays of long: the words of 64 pages, then two counters. What lies beyond 32 TiB is found in a map.
 *
 * <p>Looking up takes no lock and may miss what is there since a moment; then the slow path looks again under the lock.
 * A leaf whose pages have all left is taken out: its count of pages goes from 0 to {@link #DEAD}, after which nobody
 * can bring a page into it. Its words stay as they are (absent, in a newer version), so whoever still reads from it
 * finds that the page has left. The collector frees it when nobody does.
 */
final class PageTable {
    static final int PAGE_SHIFT = 12;
    static final int PAGE_BYTES = 1 << PAGE_SHIFT;

    static final int LEAF_SHIFT = 6;
    static final int LEAF_PAGES = 1 << LEAF_SHIFT;

    /** Where a leaf counts its pages in memory or coming. */
    static final int PAGES = LEAF_PAGES;

    /** Where a leaf counts its pages that are dirty or under writeback. */
    static final int UNCLEAN = LEAF_PAGES + 1;

    private static final int LEAF_WORDS = LEAF_PAGES + 2;
    /** What a leaf takes on the heap, header included. */
    static final long LEAF_BYTES = 16 + 8L * LEAF_WORDS;

    private static final long DEAD = -1;

    private static final int MID_SHIFT = 12;
    private static final int MID_LEAVES_MAX = 1 << MID_SHIFT;
    private static final int ROOT_MAX = 1 << 15;
    private static final long FAR_LEAF = (long) ROOT_MAX << MID_SHIFT;

    /** What a visitor of leaves does; {@code firstPage} is that of the leaf's first word. */
    interface LeafVisitor<X extends Exception> {
        void visit(long firstPage, long[] leaf) throws X;
    }

    private final LongAdder leavesOfAll;
    private long[] @Nullable [] @Nullable [] root =
            new long[1][][]; // written under this object's monitor, read without
    private final ConcurrentNavigableMap<Long, long[]> far = new ConcurrentSkipListMap<>();

    /** @param leavesOfAll counts the leaves of all files */
    PageTable(LongAdder leavesOfAll) {
        this.leavesOfAll = leavesOfAll;
    }

    /** The leaf of a page; null if there is none, or none seen yet. */
    long @Nullable [] leaf(long page) {
        long leafNumber = page >>> LEAF_SHIFT;
        long[] @Nullable [] @Nullable [] top = root;
        int upper = (int) (leafNumber >>> MID_SHIFT);
        if (leafNumber < FAR_LEAF) {
            if (upper < top.length) {
                long[] @Nullable [] mid = top[upper];
                int lower = (int) leafNumber & (MID_LEAVES_MAX - 1);
                if (mid != null && lower < mid.length) {
                    return mid[lower];
                }
            }
            return null;
        }
        return far.get(leafNumber);
    }

    static int slot(long page) {
        return (int) page & (LEAF_PAGES - 1);
    }

    /** A leaf for a page that is going to come; its count of pages has been raised by one. */
    long[] leafForArrival(long page) {
        while (true) {
            long[] leaf = leaf(page);
            if (leaf == null) {
                leaf = findOrCreate(page);
            }
            long pages = (long) WORD.getVolatile(leaf, PAGES);
            if (pages == DEAD) {
                unlink(page, leaf);
            } else if (WORD.compareAndSet(leaf, PAGES, pages, pages + 1)) {
                return leaf;
            }
        }
    }

    /** Lowers the count of pages of a leaf by one, after a page has left or did not come. */
    void departed(long page, long[] leaf) {
        if ((long) WORD.getAndAdd(leaf, PAGES, -1L) == 1 && WORD.compareAndSet(leaf, PAGES, 0L, DEAD)) {
            unlink(page, leaf);
        }
    }

    static void countUnclean(long[] leaf, long change) {
        long _ = (long) WORD.getAndAdd(leaf, UNCLEAN, change);
    }

    static boolean hasUnclean(long[] leaf) {
        return (long) WORD.getVolatile(leaf, UNCLEAN) != 0;
    }

    /** Visits the leaves that have pages of {@code [from, to)}, in order. */
    <X extends Exception> void visit(long from, long to, LeafVisitor<X> visitor) throws X {
        long firstLeaf = from >>> LEAF_SHIFT;
        long lastLeaf = (to - 1) >>> LEAF_SHIFT;
        long[] @Nullable [] @Nullable [] top;
        synchronized (this) {
            top = root;
        }
        long nearEnd = Math.min(lastLeaf, ((long) top.length << MID_SHIFT) - 1);
        for (long number = firstLeaf; number <= nearEnd; number++) {
            long[] @Nullable [] mid = top[(int) (number >>> MID_SHIFT)];
            int lower = (int) number & (MID_LEAVES_MAX - 1);
            if (mid == null || lower >= mid.length) {
                number |= MID_LEAVES_MAX - 1;
                continue;
            }
            long[] leaf = mid[lower];
            if (leaf != null) {
                visitor.visit(number << LEAF_SHIFT, leaf);
            }
        }
        if (lastLeaf >= FAR_LEAF) {
            for (var entry : far.subMap(firstLeaf, true, lastLeaf, true).entrySet()) {
                visitor.visit(entry.getKey() << LEAF_SHIFT, entry.getValue());
            }
        }
    }

    private synchronized long[] findOrCreate(long page) {
        long[] leaf = leaf(page);
        if (leaf == null) {
            leaf = new long[LEAF_WORDS];
            leavesOfAll.increment();
            put(page >>> LEAF_SHIFT, leaf);
        }
        return leaf;
    }

    @SuppressWarnings("ReferenceEquality") // another leaf may have come in its place
    private synchronized void unlink(long page, long[] leaf) {
        if (leaf(page) == leaf) {
            leavesOfAll.decrement();
            put(page >>> LEAF_SHIFT, null);
        }
    }

    /** Under the monitor. Arrays grow by copies; who still looks into an old one just misses what is new. */
    private void put(long leafNumber, long @Nullable [] leaf) {
        if (leafNumber >= FAR_LEAF) {
            if (leaf == null) {
                far.remove(leafNumber);
            } else {
                far.put(leafNumber, leaf);
            }
            return;
        }
        int upper = (int) (leafNumber >>> MID_SHIFT);
        int lower = (int) leafNumber & (MID_LEAVES_MAX - 1);
        if (upper >= root.length) {
            root = Arrays.copyOf(root, Integer.highestOneBit(upper) * 2);
        }
        long[] @Nullable [] mid = root[upper];
        if (mid == null || lower >= mid.length) {
            int length = lower == 0 ? 1 : Integer.highestOneBit(lower) * 2;
            mid = mid == null ? new long[length][] : Arrays.copyOf(mid, length);
        }
        mid[lower] = leaf;
        root[upper] = mid;
    }
}

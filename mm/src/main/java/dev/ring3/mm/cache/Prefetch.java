package dev.ring3.mm.cache;

import java.util.ArrayList;
import java.util.List;

/**
 * What a policy wants to have in memory of a file besides the window that it answers with; see
 * {@link CachePolicy#readahead}. Valid during that call, on its thread.
 */
public final class Prefetch {
    /** How many ranges one call can ask for. */
    public static final int RANGES_MAX = 32;

    private final List<PageRange> ranges = new ArrayList<>();
    private final long endPage;
    private long pagesLeft;

    /** @param pagesMax how many in all */
    Prefetch(long fileSize, long pagesMax) {
        this.endPage = (fileSize + PageTable.PAGE_BYTES - 1) >>> PageTable.PAGE_SHIFT;
        this.pagesLeft = pagesMax;
    }

    /**
     * Asks for a range, in bytes; what of it is beyond the end of the file is left out.
     *
     * @return false if that is nothing, or one range or byte too many for this call
     */
    public boolean add(long offset, long length) {
        if (offset < 0 || length <= 0 || length > Long.MAX_VALUE - offset - PageTable.PAGE_BYTES) {
            return false;
        }
        long from = offset >>> PageTable.PAGE_SHIFT;
        long to = Math.min(endPage, (offset + length + PageTable.PAGE_BYTES - 1) >>> PageTable.PAGE_SHIFT);
        if (to <= from || to - from > pagesLeft || ranges.size() == RANGES_MAX) {
            return false;
        }
        pagesLeft -= to - from;
        ranges.add(new PageRange(from, to));
        return true;
    }

    List<PageRange> ranges() {
        return ranges;
    }
}

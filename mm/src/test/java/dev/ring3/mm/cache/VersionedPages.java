package dev.ring3.mm.cache;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Pages that tell what they are: which page, in which version, every 8 bytes of them. A page of zeros is version 0.
 *
 * <p>Each page has one writer at a time, whose versions rise. A write is noted before it begins and after it has ended,
 * with the number of truncates that had begun or ended until then. So for a page that is read it is known which versions it
 * may have: none that had not begun when the read ended, and, if no truncate was on its way when the write began nor has
 * begun since, none older than the last one that had ended when the read began.
 */
final class VersionedPages {
    private static final int WORDS = PageTable.PAGE_BYTES / Long.BYTES;
    private static final int TRUNCATES_BITS = 24;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final long fileId;
    private final AtomicLongArray begun;
    private final AtomicLongArray ended; // version, then truncates begun before the write
    private final AtomicLongArray floors; // versions cut off for good

    VersionedPages(long fileId, int pages) {
        this.fileId = fileId;
        this.begun = new AtomicLongArray(pages);
        this.ended = new AtomicLongArray(pages);
        this.floors = new AtomicLongArray(pages);
    }

    /** What a read may find, as known before it begins. */
    record Expectation(long ended, long truncates, long floor) {}

    /** Fills a page with its next version, which has begun now. */
    long next(int page, MemorySegment into) {
        long version = begun.incrementAndGet(page);
        for (int i = 0; i < WORDS; i++) {
            into.setAtIndex(JAVA_LONG_UNALIGNED, i, word(page, version, i));
        }
        return version;
    }

    /** @param truncatesBefore how many truncates had begun or ended when the write began */
    void written(int page, long version, long truncatesBefore) {
        ended.set(page, (version << TRUNCATES_BITS) | truncatesBefore);
    }

    /** The page was cut off; it has no version so far, ever again. Its writer is the caller. */
    void cutOff(int page) {
        floors.set(page, begun.get(page));
    }

    Expectation expect(int page) {
        long last = ended.get(page);
        return new Expectation(last >>> TRUNCATES_BITS, last & ((1L << TRUNCATES_BITS) - 1), floors.get(page));
    }

    /** What is wrong with a page that was read; null if nothing. */
    @Nullable
    String check(int page, MemorySegment read, Expectation expected, long truncatesAfter) {
        long latest = begun.get(page);
        long first = read.getAtIndex(JAVA_LONG_UNALIGNED, 0);
        long version = first == 0 ? 0 : (first ^ key(page)) >>> 16;
        for (int i = 0; i < WORDS; i++) {
            long word = read.getAtIndex(JAVA_LONG_UNALIGNED, i);
            if (word != (version == 0 ? 0 : word(page, version, i))) {
                return "page %d, version %d in word 0, but word %d is %x".formatted(page, version, i, word);
            }
        }
        if (version > latest) {
            return "page %d has version %d, only %d had begun".formatted(page, version, latest);
        }
        // Odd while a truncate is on its way: a write that began then may have been before it.
        boolean cutOffPerhaps = truncatesAfter != expected.truncates() || expected.truncates() % 2 != 0;
        if (version < expected.ended() && !cutOffPerhaps) {
            return "page %d has version %d, though %d had ended".formatted(page, version, expected.ended());
        }
        if (version != 0 && version <= expected.floor()) {
            return "page %d has version %d, all up to %d were cut off".formatted(page, version, expected.floor());
        }
        return null;
    }

    /** The key in the upper 16 bits, so that words of another page do not pass; the version; where it is. */
    private long word(int page, long version, int index) {
        long head = (version << 16) ^ key(page);
        return index == 0 ? head : head * MIX + index;
    }

    private long key(int page) {
        long key = (fileId * 1_000_003 + page) * MIX;
        return (key >>> 48) | 1;
    }
}

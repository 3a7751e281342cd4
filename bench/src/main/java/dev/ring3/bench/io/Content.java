package dev.ring3.bench.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What files are laid out with: each word is known by its offset, so that what is read can be told from anything else. */
final class Content {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Content() {}

    private static long word(long offset) {
        long mixed = (offset >>> 3) * GOLDEN + GOLDEN;
        return mixed ^ mixed >>> 29;
    }

    /** Fills a piece that lies at an offset, a multiple of 8. */
    static void fill(MemorySegment piece, long offset) {
        for (long at = 0; at + Long.BYTES <= piece.byteSize(); at += Long.BYTES) {
            piece.set(WORD, at, word(offset + at));
        }
    }

    /** Whether a piece is what lies at an offset; of those that begin inside a word nothing is said. */
    static boolean isAt(MemorySegment piece, long offset) {
        boolean told = offset % Long.BYTES == 0 && piece.byteSize() >= Long.BYTES;
        long lastWord = (piece.byteSize() / Long.BYTES - 1) * Long.BYTES;
        return !told || (piece.get(WORD, 0) == word(offset) && piece.get(WORD, lastWord) == word(offset + lastWord));
    }
}

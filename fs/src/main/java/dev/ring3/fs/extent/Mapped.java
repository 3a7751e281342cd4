package dev.ring3.fs.extent;

import dev.ring3.fs.CorruptionException;
import org.jspecify.annotations.Nullable;

/**
 * An extent at its place in a file.
 *
 * @param start the first block of the file that it covers
 * @param own whether the record is of the snapshot through which it is seen
 */
record Mapped(long start, Extent extent, boolean own) {
    /** The block after the last one. */
    long end() {
        return start + extent.blocks();
    }

    /** The first extent that ends after a block; null if there is none. */
    static @Nullable Mapped after(ExtentRecords records, long block) {
        ExtentRecords.Entry entry = records.after(block);
        if (entry == null) {
            return null;
        }
        try {
            Extent extent = ExtentLayout.decode(entry.value());
            if (extent.blocks() > entry.endBlock()) {
                throw new IllegalArgumentException(extent.blocks() + " blocks that end at " + entry.endBlock());
            }
            return new Mapped(entry.endBlock() - extent.blocks(), extent, entry.own());
        } catch (IllegalArgumentException e) {
            throw new CorruptionException(
                    records.ino(), records.snapshot(), Blocks.bytes(block), "extent record: " + e.getMessage());
        }
    }

    /** The part between two blocks of the file, which it covers. */
    Mapped between(long from, long to) {
        return new Mapped(from, extent.slice(from - start, to - from), own);
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.extent.ExtentDifference;
import dev.ring3.fs.extent.FileData;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The ranges of a file in which two views show different blocks. */
final class ChangedRanges {
    private final TreeMap<Long, Long> blocks = new TreeMap<>(); // start to end; none touches another

    /** @param items that may differ, of all kinds */
    static ChangedRanges of(View before, View after, long ino, Collection<Item> items) {
        ChangedRanges touched = new ChangedRanges();
        for (Item item : items) {
            if (item.kind() == Kind.EXTENT) {
                touched.add(item.position(), before.value(item));
                touched.add(item.position(), after.value(item));
            }
        }
        ChangedRanges changed = new ChangedRanges();
        ExtentItems was = ExtentItems.forReading(before, ino);
        ExtentItems is = ExtentItems.forReading(after, ino);
        touched.blocks.forEach((start, end) -> ExtentDifference.find(was, is, start, end, changed::add));
        return changed;
    }

    /** All that a view shows. */
    static ChangedRanges whole(View view, long ino) {
        ChangedRanges all = new ChangedRanges();
        try (ViewScan scan = new ViewScan(view, Kind.EXTENT, ino, 0)) {
            while (scan.next()) {
                all.add(scan.item().position(), scan.version().value());
            }
        }
        return all;
    }

    private void add(long endBlock, byte @Nullable [] extent) {
        if (extent != null) {
            add(endBlock - FileData.recordBlocks(extent), endBlock);
        }
    }

    private void add(long fromBlock, long toBlock) {
        long start = fromBlock;
        long end = toBlock;
        Map.Entry<Long, Long> left = blocks.floorEntry(start);
        if (left != null && left.getValue() >= start) {
            start = left.getKey();
            end = Math.max(end, left.getValue());
        }
        Map.Entry<Long, Long> right = blocks.higherEntry(start);
        while (right != null && right.getKey() <= end) {
            end = Math.max(end, right.getValue());
            blocks.remove(right.getKey());
            right = blocks.higherEntry(start);
        }
        blocks.put(start, end);
    }

    boolean isEmpty() {
        return blocks.isEmpty();
    }

    /** Takes ranges in bytes, ascending. */
    interface Sink {
        /** From one offset on, before another. */
        void range(long start, long end);
    }

    void forEach(Sink sink) {
        blocks.forEach((start, end) -> sink.range(start * Reserved.BLOCK_BYTES, end * Reserved.BLOCK_BYTES));
    }
}

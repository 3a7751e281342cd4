package dev.ring3.fs.extent;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

/** Questions about the extents of one inode. */
final class ExtentWalk {
    private ExtentWalk() {}

    static OptionalLong seekData(ExtentRecords records, long offset, long size) {
        if (offset < 0 || offset >= size) {
            return OptionalLong.empty();
        }
        Mapped next = Mapped.after(records, Blocks.of(offset));
        while (next != null && next.extent() instanceof Extent.Promised) {
            next = Mapped.after(records, next.end());
        }
        if (next == null || Blocks.bytes(next.start()) >= size) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Math.max(offset, Blocks.bytes(next.start())));
    }

    static OptionalLong seekHole(ExtentRecords records, long offset, long size) {
        if (offset < 0 || offset >= size) {
            return OptionalLong.empty();
        }
        long block = Blocks.of(offset);
        Mapped next = Mapped.after(records, block);
        while (next != null && next.start() <= block && !(next.extent() instanceof Extent.Promised)) {
            block = next.end();
            next = Mapped.after(records, block);
        }
        return OptionalLong.of(block == Blocks.of(offset) ? offset : Math.min(size, capped(block)));
    }

    private static long capped(long block) {
        return block > Blocks.of(Long.MAX_VALUE) ? Long.MAX_VALUE : Blocks.bytes(block);
    }

    static List<MappedRange> ranges(ExtentRecords records, long from, long to, int max, LongPredicate isShared) {
        List<MappedRange> ranges = new ArrayList<>();
        Mapped next = Mapped.after(records, from);
        while (next != null && next.start() < to && ranges.size() < max) {
            Mapped following = Mapped.after(records, next.end());
            ranges.add(range(next, following == null, isShared));
            next = following;
        }
        return ranges;
    }

    private static MappedRange range(Mapped mapped, boolean isLast, LongPredicate isShared) {
        EnumSet<MappedRange.Flag> flags = EnumSet.noneOf(MappedRange.Flag.class);
        long stored = 0;
        switch (mapped.extent()) {
            case Extent.Plain plain -> stored = plain.run().start();
            case Extent.Packed packed -> {
                stored = packed.run().start();
                flags.add(MappedRange.Flag.ENCODED);
            }
            case Extent.Inline _ -> flags.add(MappedRange.Flag.INLINE);
            case Extent.Promised _ -> flags.add(MappedRange.Flag.UNWRITTEN);
        }
        boolean placed = !flags.contains(MappedRange.Flag.INLINE) && !flags.contains(MappedRange.Flag.UNWRITTEN);
        if (placed && (!mapped.own() || isShared.test(stored))) {
            flags.add(MappedRange.Flag.SHARED);
        }
        if (isLast) {
            flags.add(MappedRange.Flag.LAST);
        }
        return new MappedRange(
                Blocks.bytes(mapped.start()), Blocks.bytes(mapped.extent().blocks()), Blocks.bytes(stored), flags);
    }
}

package dev.ring3.fs.extent;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where two files are made of different blocks: what is shared has the same content, whatever the records look like. */
public final class ExtentDifference {
    /** Takes ranges that differ, ascending; none touches another. */
    @FunctionalInterface
    public interface Sink {
        /** From one block of the file on, before another. */
        void differs(long fromBlock, long toBlock);
    }

    private final ExtentRecords before;
    private final ExtentRecords after;
    private final Sink sink;
    private long from = -1; // of the range that differs and was not told yet

    private ExtentDifference(ExtentRecords before, ExtentRecords after, Sink sink) {
        this.before = before;
        this.after = after;
        this.sink = sink;
    }

    /** Compares a range of blocks. */
    public static void find(ExtentRecords before, ExtentRecords after, long fromBlock, long toBlock, Sink sink) {
        new ExtentDifference(before, after, sink).run(fromBlock, toBlock);
    }

    private void run(long fromBlock, long toBlock) {
        long at = fromBlock;
        Mapped was = Mapped.after(before, at);
        Mapped is = Mapped.after(after, at);
        while (at < toBlock) {
            long end = Math.min(toBlock, Math.min(pieceEnd(was, at), pieceEnd(is, at)));
            upTo(at, isSame(piece(was, at, end), piece(is, at, end)));
            at = end;
            was = was != null && was.end() <= at ? Mapped.after(before, at) : was;
            is = is != null && is.end() <= at ? Mapped.after(after, at) : is;
        }
        upTo(toBlock, true);
    }

    /** A piece begins here that is the same in both, or is not. */
    private void upTo(long start, boolean same) {
        if (same && from >= 0) {
            sink.differs(from, start);
            from = -1;
        } else if (!same && from < 0) {
            from = start;
        }
    }

    /** Where what is at a block ends. */
    private static long pieceEnd(@Nullable Mapped mapped, long at) {
        if (mapped == null) {
            return Long.MAX_VALUE;
        }
        return at < mapped.start() ? mapped.start() : mapped.end();
    }

    private static @Nullable Extent piece(@Nullable Mapped mapped, long start, long end) {
        return mapped == null || end <= mapped.start()
                ? null
                : mapped.between(start, end).extent();
    }

    private static boolean isSame(@Nullable Extent one, @Nullable Extent other) {
        if (one == null || other == null) {
            return one == null && other == null;
        }
        return switch (one) {
            case Extent.Plain plain ->
                other instanceof Extent.Plain same && plain.run().equals(same.run());
            case Extent.Packed packed ->
                other instanceof Extent.Packed same && packed.run().equals(same.run()) && packed.skip() == same.skip();
            case Extent.Inline inline ->
                other instanceof Extent.Inline same && Arrays.equals(inline.data(), same.data());
            case Extent.Promised _ -> other instanceof Extent.Promised;
        };
    }
}

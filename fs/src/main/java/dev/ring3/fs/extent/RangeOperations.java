package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What {@code fallocate(2)}, {@code truncate(2)}, {@code FICLONERANGE} and their like do to the extents of one inode. Sizes and
 * times are the volume's. Blocks that are only partly touched are written anew, as data in their record: that takes no
 * space in segments, so whatever frees space works on a full volume.
 */
final class RangeOperations {
    private final DataReader reader;
    private final ExtentRecords records;
    private final ExtentEditor editor;

    RangeOperations(DataReader reader, DataTransaction transaction, ExtentRecords records) {
        this.reader = reader;
        this.records = records;
        this.editor = new ExtentEditor(transaction, records);
    }

    ExtentEditor editor() {
        return editor;
    }

    /** Puts what was prepared where it belongs. */
    void apply(List<Mapped> pieces, DataTransaction transaction) {
        for (Mapped piece : pieces) {
            editor.clear(piece.start(), piece.end());
            switch (piece.extent()) {
                case Extent.Plain plain -> transaction.add(plain.run());
                case Extent.Packed packed -> transaction.add(packed.run());
                case Extent.Inline _, Extent.Promised _ -> {}
            }
            editor.put(piece.start(), piece.extent());
        }
    }

    /**
     * Makes all bytes from an offset on zero, and frees their space, in at most so many records.
     *
     * @return the block at which it stopped; Long.MAX_VALUE when all is done
     */
    long truncate(long sizeBytes, int recordsMax) {
        zeroWithin(Blocks.of(sizeBytes), (int) (sizeBytes % Blocks.BYTES), Blocks.BYTES);
        return editor.clear(Blocks.covering(sizeBytes), Long.MAX_VALUE, recordsMax);
    }

    /** Makes a range zeros, and frees the space of the blocks that are wholly in it. */
    void punch(long offsetBytes, long lengthBytes) {
        long end = offsetBytes + lengthBytes;
        long first = Blocks.covering(offsetBytes);
        long last = Blocks.of(end);
        if (first > last) { // within one block
            zeroWithin(last, (int) (offsetBytes % Blocks.BYTES), (int) (end % Blocks.BYTES));
            return;
        }
        if (!Blocks.aligned(offsetBytes)) {
            zeroWithin(first - 1, (int) (offsetBytes % Blocks.BYTES), Blocks.BYTES);
        }
        if (!Blocks.aligned(end)) {
            zeroWithin(last, 0, (int) (end % Blocks.BYTES));
        }
        editor.clear(first, last);
    }

    /** Promises space to the holes of a range. */
    void promise(long from, long to) {
        long at = from;
        while (at < to) {
            Mapped next = editor.after(at);
            long until = next == null ? to : Math.min(to, next.start());
            if (until > at) {
                editor.putReferenced(at, new Extent.Promised(until - at));
            }
            at = next == null ? to : Math.max(until, next.end());
        }
    }

    /** How many blocks of a range have no extent. */
    long holes(long from, long to) {
        long holes = to - from;
        for (Mapped part : editor.range(from, to)) {
            holes -= part.extent().blocks();
        }
        return holes;
    }

    /** How many blocks of a range are promised to it, by this snapshot's own records. */
    long promised(long from, long to) {
        return editor.range(from, to).stream()
                .filter(part -> part.own() && part.extent() instanceof Extent.Promised)
                .mapToLong(part -> part.extent().blocks())
                .sum();
    }

    /** Takes a range of blocks out; what follows moves down. */
    void collapse(long from, long to) {
        editor.clear(from, to);
        for (Mapped next = editor.after(to); next != null; next = editor.after(next.end())) {
            editor.move(next, from - to);
        }
    }

    /** Puts a hole of so many blocks before a block; what follows moves up. */
    void insert(long at, long blocks) {
        List<Mapped> all = editor.range(at, Long.MAX_VALUE);
        for (Mapped part : all.reversed()) { // the last first, so that none lands on one that is still to move
            editor.move(part, blocks);
        }
    }

    /** Makes blocks of this file share those of another range, of this file or another. */
    void cloneFrom(List<Mapped> source, long sourceStart, long blocks, long targetStart) {
        editor.clear(targetStart, targetStart + blocks);
        for (Mapped part : source) {
            if (!(part.extent() instanceof Extent.Promised)) {
                editor.putReferenced(targetStart + (part.start() - sourceStart), part.extent());
            }
        }
    }

    /** Zeros some bytes of a block, if it has data at all. */
    private void zeroWithin(long block, int from, int to) {
        Mapped old = editor.after(block);
        boolean zero = old == null || old.start() > block || old.extent() instanceof Extent.Promised;
        if (zero || from >= to || (from == 0 && to == Blocks.BYTES)) {
            return;
        }
        byte[] data = new byte[Blocks.BYTES];
        MemorySegment memory = MemorySegment.ofArray(data);
        reader.read(records, Blocks.bytes(block), memory);
        memory.asSlice(from, to - from).fill((byte) 0);
        List<Mapped> inline = DataWriter.inline(List.of(new DirtyRange(Blocks.bytes(block), memory)));
        editor.clear(block, block + 1);
        editor.put(block, inline.getFirst().extent());
    }

    /** The end of a range, which has to be one of a file. */
    static long end(String operation, long offsetBytes, long lengthBytes) {
        if (offsetBytes < 0 || lengthBytes <= 0) {
            throw new FsException(Errno.EINVAL, operation, "%d bytes at offset %d".formatted(lengthBytes, offsetBytes));
        }
        if (offsetBytes > Long.MAX_VALUE - lengthBytes) {
            throw new FsException(Errno.EFBIG, operation, "%d bytes at offset %d".formatted(lengthBytes, offsetBytes));
        }
        return offsetBytes + lengthBytes;
    }

    /** Where a range of whole blocks ends; EINVAL for another. */
    static long requireAligned(String operation, long offset, long length) {
        long end = end(operation, offset, length);
        if (!Blocks.aligned(offset) || !Blocks.aligned(length)) {
            throw new FsException(Errno.EINVAL, operation, "%d bytes at offset %d".formatted(length, offset));
        }
        return end;
    }
}

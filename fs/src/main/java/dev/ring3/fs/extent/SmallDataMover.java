package dev.ring3.fs.extent;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Moves data that small syncs have left in records to segments. */
final class SmallDataMover {
    private final FileData data;
    private final ExtentRecords records;

    SmallDataMover(FileData data, ExtentRecords records) {
        this.data = data;
        this.records = records;
    }

    /**
     * Moves the data of this snapshot's own records.
     *
     * @return false if there is none, or no room for it as it has to be
     */
    boolean move(DataTransaction transaction, CompressionMode compression, long bytesMax, boolean join) {
        List<Mapped> found = find(bytesMax);
        if (found.isEmpty()) {
            return false;
        }
        List<DirtyRange> ranges = ranges(found, join);
        long blocks = ranges.stream().mapToLong(DirtyRange::blocks).sum();
        try (SpaceReservation room = data.reserve(blocks)) {
            PreparedWrite write = data.stage(ranges, room, new WriteBack(WriteBack.Placement.SEGMENT, compression));
            if (!join && !ends(write.pieces()).equals(ends(found))) {
                write.close(); // free space is in small pieces, and so would the records be
                return false;
            }
            data.apply(transaction, records, write);
            return true;
        }
    }

    /** Records with data, up to so many bytes, but at least one if there is any. */
    private List<Mapped> find(long bytesMax) {
        List<Mapped> found = new ArrayList<>();
        long bytes = 0;
        for (Mapped next = Mapped.after(records, 0);
                next != null && bytes < bytesMax;
                next = Mapped.after(records, next.end())) {
            if (next.own() && next.extent() instanceof Extent.Inline inline) {
                found.add(next);
                bytes += Blocks.bytes(inline.blocks());
            }
        }
        return found;
    }

    /** Their data, each for itself, or neighbours joined. */
    private static List<DirtyRange> ranges(List<Mapped> found, boolean join) {
        List<DirtyRange> ranges = new ArrayList<>();
        for (int from = 0; from < found.size(); ) {
            int to = from + 1;
            while (join
                    && to < found.size()
                    && found.get(to).start() == found.get(to - 1).end()) {
                to++;
            }
            ranges.add(range(found.subList(from, to)));
            from = to;
        }
        return ranges;
    }

    private static DirtyRange range(List<Mapped> parts) {
        long start = parts.getFirst().start();
        byte[] data = new byte[Math.toIntExact(Blocks.bytes(parts.getLast().end() - start))];
        for (Mapped part : parts) {
            byte[] inline = ((Extent.Inline) part.extent()).data();
            System.arraycopy(inline, 0, data, (int) Blocks.bytes(part.start() - start), inline.length);
        }
        return new DirtyRange(Blocks.bytes(start), MemorySegment.ofArray(data));
    }

    private static List<Long> ends(List<Mapped> pieces) {
        return pieces.stream().map(Mapped::end).toList();
    }
}

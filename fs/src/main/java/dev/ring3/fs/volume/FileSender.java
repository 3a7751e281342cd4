package dev.ring3.fs.volume;

import dev.ring3.fs.FileType;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.extent.MappedRange;
import dev.ring3.fs.transfer.FrameWriter;
import dev.ring3.fs.transfer.TransferFrame;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says the content of files in frames: data, holes, promised space; and where blocks are shared with a range that was
 * said before, that. Only what shares blocks is remembered, and of that a bounded number of ranges: what is forgotten is
 * sent again as data.
 */
final class FileSender {
    private static final int RANGES_MAX = 256;

    /** About 100 bytes of memory each. */
    private static final int SHARED_MAX = 1 << 16;

    /** A range of a file that was said, by where its blocks are. */
    private record Said(long storedBytes, long lengthBytes, long ino, long offsetBytes) {}

    private final FileData data;
    private final View view;
    private final FrameWriter out;
    private final TreeMap<Long, Said> shared = new TreeMap<>();

    FileSender(FileData data, View view, FrameWriter out) {
        this.data = data;
        this.view = view;
        this.out = out;
    }

    /** All of a file that is new, from an offset on; of anything else nothing. */
    void whole(long ino, InodeRecord file, long from) {
        if (file.is(FileType.REGULAR) && file.allocatedBytes > 0) {
            range(ino, file.sizeBytes, from, Long.MAX_VALUE - Reserved.BLOCK_BYTES, false);
        }
    }

    /** What differs, from an offset on. */
    void difference(long ino, InodeRecord file, ChangedRanges changed, long from) {
        if (file.is(FileType.REGULAR)) {
            changed.forEach((start, end) -> {
                if (end > from) {
                    range(ino, file.sizeBytes, Math.max(start, from), end, true);
                }
            });
        }
    }

    private void range(long ino, long sizeBytes, long start, long end, boolean sayHoles) {
        ExtentItems records = ExtentItems.forReading(view, ino);
        long at = start;
        while (at < end) {
            List<MappedRange> found = data.ranges(records, at, end - at, RANGES_MAX);
            for (MappedRange range : found) {
                long from = Math.max(at, range.offsetBytes());
                long to = Math.min(end, range.offsetBytes() + range.lengthBytes());
                hole(at, from, sayHoles);
                extent(ino, sizeBytes, records, range, from, to);
                at = to;
            }
            if (found.size() < RANGES_MAX) {
                hole(at, end, sayHoles);
                return;
            }
        }
    }

    private void hole(long from, long to, boolean say) {
        if (say && from < to) {
            out.write(new TransferFrame.Hole(from, to - from));
        }
    }

    private void extent(long ino, long sizeBytes, ExtentItems records, MappedRange range, long from, long to) {
        if (range.flags().contains(MappedRange.Flag.UNWRITTEN)) {
            out.write(new TransferFrame.Promised(from, to - from));
            return;
        }
        long at = from;
        boolean placed = !range.flags().contains(MappedRange.Flag.ENCODED)
                && !range.flags().contains(MappedRange.Flag.INLINE);
        long whole = Math.min(to, sizeBytes - sizeBytes % Reserved.BLOCK_BYTES);
        if (placed && at < whole && data.isShared(range.storedBytes(), range.lengthBytes())) {
            at = sharedExtent(new Said(range.storedBytes() + from - range.offsetBytes(), whole - from, ino, from));
        }
        data(records, at, Math.min(to, sizeBytes));
    }

    /** Says what of a range is known already; returns from where on it is to be sent. */
    private long sharedExtent(Said range) {
        long at = range.offsetBytes;
        long end = at + range.lengthBytes;
        while (at < end) {
            long stored = range.storedBytes + at - range.offsetBytes;
            Map.Entry<Long, Said> entry = shared.floorEntry(stored);
            Said said = entry == null ? null : entry.getValue();
            long length = said == null ? 0 : Math.min(end - at, said.storedBytes + said.lengthBytes - stored);
            if (said == null || length <= 0) {
                break;
            }
            long source = said.offsetBytes + stored - said.storedBytes;
            out.write(new TransferFrame.Shared(at, length, said.ino, source));
            at += length;
        }
        if (at < end && shared.size() < SHARED_MAX) {
            long stored = range.storedBytes + at - range.offsetBytes;
            shared.put(stored, new Said(stored, end - at, range.ino, at));
        }
        return at;
    }

    private void data(ExtentItems records, long from, long to) {
        long at = from;
        while (at < to) {
            byte[] bytes = new byte[(int) Math.min(to - at, TransferFrame.DATA_BYTES_MAX)];
            data.read(records, at, MemorySegment.ofArray(bytes));
            out.write(new TransferFrame.Data(at, bytes));
            at += bytes.length;
        }
    }
}

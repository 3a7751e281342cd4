package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;

/** What has to be known before the data of a volume can be read: {@code u16 format, u32 blocks of a segment}. */
final class DataHeader {
    private static final int FORMAT = 1;
    private static final int BYTES = 2 + 4;

    private DataHeader() {}

    /** The options with what the volume was made with; a new volume is made with these. */
    static DataOptions agree(OrderedStore store, DataOptions options) {
        byte[] header = store.get(DataKeys.HEADER);
        if (header == null) {
            ByteBuffer out = ByteBuffer.allocate(BYTES).putShort((short) FORMAT).putInt(options.segmentBlocks());
            store.write(new Batch().put(DataKeys.HEADER, out.array()));
            return options;
        }
        ByteBuffer in = ByteBuffer.wrap(header);
        int format = header.length < BYTES ? -1 : in.getShort();
        if (format != FORMAT) {
            throw new FsException(Errno.EROFS, "open", "data format " + format + "; this Ring3 knows format " + FORMAT);
        }
        return options.withSegmentBlocks(in.getInt());
    }
}

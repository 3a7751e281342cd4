package dev.ring3.fs.extent;

import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import java.nio.ByteBuffer;

/**
 * The keys that the data path keeps in the volume's store, beside the extent records, whose keys are the volume's. All
 * begin with {@code F}; numbers are big-endian.
 *
 * <pre>
 * F h                    header: u16 format, u32 blocks of a segment
 * F c                    u64 blocks promised, as of the last fold
 * F p u64 piece          reference counts of {@link BlockCounts#PIECE_BLOCKS} blocks, as of the last fold
 * F r u64 sequence       reference changes of one transaction since ({@link ReferenceChanges})
 * F s u32 snap u64 ino   this inode has inline data that is to be moved to a segment
 * </pre>
 */
final class DataKeys {
    static final byte[] HEADER = {'F', 'h'};
    static final byte[] PROMISED = {'F', 'c'};

    private static final int NUMBERED_BYTES = 2 + 8;
    private static final int SMALL_BYTES = 2 + 4 + 8;

    private DataKeys() {}

    static byte[] piece(long number) {
        return numbered('p', number);
    }

    static byte[] references(long sequence) {
        return numbered('r', sequence);
    }

    /** The number at the end of a key of {@link #piece} or {@link #references}. */
    static long number(byte[] key) {
        return ByteBuffer.wrap(key).getLong(2);
    }

    static byte[] small(SnapshotId snapshot, Ino ino) {
        return ByteBuffer.allocate(SMALL_BYTES)
                .put((byte) 'F')
                .put((byte) 's')
                .putInt((int) snapshot.value())
                .putLong(ino.value())
                .array();
    }

    static SmallData small(byte[] key) {
        ByteBuffer in = ByteBuffer.wrap(key);
        return new SmallData(new SnapshotId(in.getInt(2) & 0xffff_ffffL), new Ino(in.getLong(6)));
    }

    /** The first key of a kind; that of the next kind ends a scan. */
    static byte[] first(char kind) {
        return new byte[] {'F', (byte) kind};
    }

    static byte[] end(char kind) {
        return first((char) (kind + 1));
    }

    private static byte[] numbered(char kind, long number) {
        return ByteBuffer.allocate(NUMBERED_BYTES)
                .put((byte) 'F')
                .put((byte) kind)
                .putLong(number)
                .array();
    }
}

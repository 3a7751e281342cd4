package dev.ring3.fs.extent;

import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Keys of extent records as a volume lays them out: {@code E, u64 ino, u64 end block, u32 snapshot}. */
final class TestKeys {
    static final byte[] FIRST = {'E'};
    static final byte[] END = {'F'};

    private TestKeys() {}

    static byte[] extent(Ino ino, long endBlock, SnapshotId snapshot) {
        return ByteBuffer.allocate(21)
                .put((byte) 'E')
                .putLong(ino.value())
                .putLong(endBlock)
                .putInt((int) snapshot.value())
                .array();
    }

    /** Size and allocated blocks of a file; stands for the inode. */
    static byte[] inode(Ino ino, SnapshotId snapshot) {
        return ByteBuffer.allocate(13)
                .put((byte) 'I')
                .putLong(ino.value())
                .putInt((int) snapshot.value())
                .array();
    }

    static byte[] afterBlock(Ino ino, long block) {
        return ByteBuffer.allocate(17)
                .put((byte) 'E')
                .putLong(ino.value())
                .putLong(block + 1)
                .array();
    }

    static byte[] afterInode(Ino ino) {
        return ByteBuffer.allocate(9).put((byte) 'E').putLong(ino.value() + 1).array();
    }

    static @Nullable RecordName parse(byte[] key) {
        if (key[0] != 'E') {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(key);
        return new RecordName(new Ino(in.getLong(1)), new SnapshotId(in.getInt(17) & 0xffff_ffffL), in.getLong(9));
    }
}

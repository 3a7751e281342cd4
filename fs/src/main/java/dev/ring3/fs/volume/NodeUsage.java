package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;

/**
 * What a node of the snapshot tree holds, exact after each transaction.
 *
 * @param keys versions of items written in this node
 * @param writtenBytes data that was written while it was a head
 * @param referencedBytes allocated bytes of all files that it sees
 * @param referencedInodes inodes that it sees
 */
record NodeUsage(long keys, long writtenBytes, long referencedBytes, long referencedInodes) {
    static final NodeUsage NONE = new NodeUsage(0, 0, 0, 0);

    private static final byte VERSION = 1;
    private static final int BYTES = 1 + 4 * 8;

    NodeUsage plus(NodeUsage delta) {
        return new NodeUsage(
                keys + delta.keys,
                writtenBytes + delta.writtenBytes,
                referencedBytes + delta.referencedBytes,
                referencedInodes + delta.referencedInodes);
    }

    /** What a child begins with: it sees the same and holds nothing. */
    NodeUsage ofNewChild() {
        return new NodeUsage(0, 0, referencedBytes, referencedInodes);
    }

    /** The value of its key: version u8, the four numbers u64 in order, big-endian. */
    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putLong(keys)
                .putLong(writtenBytes)
                .putLong(referencedBytes)
                .putLong(referencedInodes)
                .array();
    }

    static NodeUsage decode(byte[] value) {
        if (value.length != BYTES || value[0] != VERSION) {
            throw new FsException(Errno.EUCLEAN, "read usage", "a record of " + value.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(value, 1, BYTES - 1);
        return new NodeUsage(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.extent.CompressionMode;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;

/**
 * What is stored of a subvolume.
 *
 * @param node of the snapshot tree that it shows; a writable one owns its node, read-only ones may share
 * @param origin the subvolume that it is a snapshot of; 0 if it is none
 * @param parent the subvolume in which it is found; 0 for the first
 * @param directory the inode of the directory in which it is found; 0 for the parent's {@code .snapshots}
 * @param name by which it is found
 * @param changeFloor no change attribute is reported below this
 * @param quotaBytes of referenced bytes; -1 for no limit
 * @param quotaInodes of referenced inodes; -1 for no limit
 * @param holds how many; it cannot be deleted while there is one
 * @param compression of data that is written from now on
 */
record SubvolumeRecord(
        long id,
        UUID uuid,
        long node,
        long origin,
        boolean readOnly,
        long parent,
        long directory,
        Name name,
        Instant created,
        long changeFloor,
        long quotaBytes,
        long quotaInodes,
        int holds,
        CompressionMode compression) {
    private static final byte VERSION = 1;
    private static final int READ_ONLY = 1;
    private static final int ZSTD = 2;
    private static final int NAME = 2 + 4 * 8 + 16 + 8 + 12 + 3 * 8 + 4;

    boolean isSnapshot() {
        return origin != 0;
    }

    boolean isInSnapshotsFolder() {
        return parent != 0 && directory == 0;
    }

    SubvolumeRecord withNode(long value) {
        return copy(value, readOnly, parent, directory, name, changeFloor, quotaBytes, quotaInodes, holds);
    }

    SubvolumeRecord withUuid(UUID value) {
        return new SubvolumeRecord(
                id,
                value,
                node,
                origin,
                readOnly,
                parent,
                directory,
                name,
                created,
                changeFloor,
                quotaBytes,
                quotaInodes,
                holds,
                compression);
    }

    SubvolumeRecord withCompression(CompressionMode value) {
        return new SubvolumeRecord(
                id,
                uuid,
                node,
                origin,
                readOnly,
                parent,
                directory,
                name,
                created,
                changeFloor,
                quotaBytes,
                quotaInodes,
                holds,
                value);
    }

    SubvolumeRecord withReadOnly(boolean value) {
        return copy(node, value, parent, directory, name, changeFloor, quotaBytes, quotaInodes, holds);
    }

    SubvolumeRecord withPlace(long newParent, long newDirectory, Name newName) {
        return copy(node, readOnly, newParent, newDirectory, newName, changeFloor, quotaBytes, quotaInodes, holds);
    }

    SubvolumeRecord withChangeFloor(long value) {
        return copy(node, readOnly, parent, directory, name, value, quotaBytes, quotaInodes, holds);
    }

    SubvolumeRecord withQuota(long bytes, long inodes) {
        return copy(node, readOnly, parent, directory, name, changeFloor, bytes, inodes, holds);
    }

    SubvolumeRecord withHolds(int value) {
        return copy(node, readOnly, parent, directory, name, changeFloor, quotaBytes, quotaInodes, value);
    }

    private SubvolumeRecord copy(
            long newNode,
            boolean newReadOnly,
            long newParent,
            long newDirectory,
            Name newName,
            long newFloor,
            long newQuotaBytes,
            long newQuotaInodes,
            int newHolds) {
        return new SubvolumeRecord(
                id,
                uuid,
                newNode,
                origin,
                newReadOnly,
                newParent,
                newDirectory,
                newName,
                created,
                newFloor,
                newQuotaBytes,
                newQuotaInodes,
                newHolds,
                compression);
    }

    /**
     * The value of its key, big-endian: version, flags (1 read-only, 2 zstd) u8 each, id, node, origin, parent u64 each, uuid, directory u64,
     * created (seconds i64, nanoseconds u32), change floor, quota of bytes, of inodes u64 each, holds u32, the name.
     */
    byte[] encode() {
        byte[] bytes = name.bytes();
        return ByteBuffer.allocate(NAME + bytes.length)
                .put(VERSION)
                .put((byte) ((readOnly ? READ_ONLY : 0) | (compression == CompressionMode.ZSTD ? ZSTD : 0)))
                .putLong(id)
                .putLong(node)
                .putLong(origin)
                .putLong(parent)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .putLong(directory)
                .putLong(created.getEpochSecond())
                .putInt(created.getNano())
                .putLong(changeFloor)
                .putLong(quotaBytes)
                .putLong(quotaInodes)
                .putInt(holds)
                .put(bytes)
                .array();
    }

    static SubvolumeRecord decode(byte[] value) {
        if (value.length <= NAME || value[0] != VERSION) {
            throw new FsException(Errno.EUCLEAN, "read subvolume", "a record of " + value.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(value, 1, value.length - 1);
        int flags = in.get();
        long id = in.getLong();
        long node = in.getLong();
        long origin = in.getLong();
        long parent = in.getLong();
        UUID uuid = new UUID(in.getLong(), in.getLong());
        long directory = in.getLong();
        Instant created = Instant.ofEpochSecond(in.getLong(), in.getInt());
        long changeFloor = in.getLong();
        long quotaBytes = in.getLong();
        long quotaInodes = in.getLong();
        int holds = in.getInt();
        byte[] name = new byte[in.remaining()];
        in.get(name);
        return new SubvolumeRecord(
                id,
                uuid,
                node,
                origin,
                (flags & READ_ONLY) != 0,
                parent,
                directory,
                Name.of(name),
                created,
                changeFloor,
                quotaBytes,
                quotaInodes,
                holds,
                (flags & ZSTD) != 0 ? CompressionMode.ZSTD : CompressionMode.NONE);
    }
}

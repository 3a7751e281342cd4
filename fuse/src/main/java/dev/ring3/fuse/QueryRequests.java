package dev.ring3.fuse;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answers ioctl where it asks about an inode and its subvolume: what {@code stat(2)} has no field for. Those of btrfs are
 * answered as btrfs does ({@code include/uapi/linux/btrfs.h}), so that programs that know them need not know us.
 */
final class QueryRequests {
    /** {@code FS_IOC_GETVERSION}: the generation of the inode, i32: always 0, since numbers are never used again. */
    private static final int GET_VERSION = 0x8008_7601;

    /** {@code BTRFS_IOC_SYNC}: as {@code syncfs(2)}, which the kernel does not pass on. */
    private static final int SYNC = 0x0000_9408;

    /** {@code BTRFS_IOC_SUBVOL_GETFLAGS}, of the root of a subvolume: u64. */
    private static final int SUBVOLUME_FLAGS = 0x8008_9419;

    /**
     * {@code BTRFS_IOC_GET_SUBVOL_INFO}, of any inode in it: u64 id, 256 bytes name, u64 parent, directory, generation, flags,
     * UUIDs of 16 bytes: its own, its origin's, of what was received; u64 transactions and times (u64 s, u32 ns, u32 padding)
     * of the last change, creation, sending, receiving; spare.
     */
    private static final int SUBVOLUME_INFO = 0x81f8_943c;

    /**
     * {@code RING3_IOC_GET_NODE}, {@code _IOR(0xb3, 1, u64[6])}: subvolume, inode number in it, change attribute, {@link
     * StatFlags}, birth time as seconds and nanoseconds. Looks at the change attribute: the next change moves it.
     */
    private static final int GET_NODE = 0x8030_b301;

    /** {@code BTRFS_SUBVOL_RDONLY}, and the same in the flags of a root as {@link #SUBVOLUME_INFO} tells them. */
    private static final long READ_ONLY = 1 << 1;

    private static final long ROOT_READ_ONLY = 1;
    private static final int NAME_BYTES = 256;
    private static final int UUID_BYTES = 16;
    private static final int COMMAND = 12;

    /** From the UUID of what was received: that, four transactions, the time of the last change. */
    private static final int UNKNOWN_BYTES = UUID_BYTES + 4 * Long.BYTES + 16;

    private static final int REST_BYTES = 2 * 16 + 8 * Long.BYTES;

    private final Session session;

    QueryRequests(Session session) {
        this.session = session;
    }

    /** The header of the answer is there; ENOTTY for what is not known. */
    void ioctl(Request request, Reply reply) {
        NodeId node = session.node(request);
        switch (request.intAt(COMMAND)) {
            case GET_VERSION -> reply.putInt(0);
            case SYNC -> session.vfs().files().syncAll(node);
            case SUBVOLUME_FLAGS -> reply.putLong(rootFlags(node));
            case SUBVOLUME_INFO -> putInfo(reply, node);
            case GET_NODE ->
                putNode(reply, session.vfs().attributes().stat(session.caller(request), node, StatMask.ALL));
            default -> throw new FsException(Errno.ENOTTY, "ioctl", "0x%x".formatted(request.intAt(COMMAND)));
        }
    }

    private long rootFlags(NodeId node) {
        Stat stat = session.vfs().attributes().stat(node, StatMask.QUIET);
        if (!stat.has(StatFlags.SUBVOLUME_ROOT)) {
            throw new FsException(Errno.EINVAL, "ioctl", node + " is the root of no subvolume");
        }
        return stat.has(StatFlags.READ_ONLY) ? READ_ONLY : 0;
    }

    private static void putNode(Reply reply, Stat stat) {
        Instant birth = stat.birthTime();
        reply.putLong(stat.node().subvolume().value())
                .putLong(stat.node().ino().value())
                .putLong(stat.change())
                .putLong(Integer.toUnsignedLong(stat.flags()))
                .putLong(birth.getEpochSecond())
                .putLong(birth.getNano());
    }

    private void putInfo(Reply reply, NodeId node) {
        SubvolumeInfo info = session.subvolume(node.subvolume());
        NodeId place = info.place();
        byte[] name = info.name().bytes();
        reply.putLong(info.id().value())
                .putBytes(name)
                .putZeros(NAME_BYTES - name.length)
                .putLong(place == null ? 0 : place.subvolume().value())
                .putLong(place == null ? 0 : place.ino().value())
                .putLong(info.node().value())
                .putLong(info.readOnly() ? ROOT_READ_ONLY : 0);
        putUuid(reply, info.uuid());
        putUuid(reply, originUuid(info.origin()));
        reply.putZeros(UNKNOWN_BYTES);
        putTime(reply, info.created());
        reply.putZeros(REST_BYTES);
    }

    /** None of what is not a snapshot, or is one of something that was deleted. */
    private @Nullable UUID originUuid(@Nullable SubvolumeId origin) {
        try {
            return origin == null ? null : session.subvolume(origin).uuid();
        } catch (FsException e) {
            return null;
        }
    }

    private static void putUuid(Reply reply, @Nullable UUID uuid) {
        ByteBuffer bytes = ByteBuffer.allocate(UUID_BYTES);
        if (uuid != null) {
            bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        }
        reply.putBytes(bytes.array());
    }

    private static void putTime(Reply reply, Instant time) {
        reply.putLong(time.getEpochSecond()).putInt(time.getNano()).putInt(0);
    }
}

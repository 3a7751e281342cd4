package dev.ring3.fuse;

import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import java.time.Instant;

/**
 * How attributes lie in answers: {@code struct fuse_attr} of 88 bytes, {@code fuse_entry_out} and {@code fuse_attr_out}
 * around it, and {@code fuse_statx}.
 */
final class AttrLayout {
    static final int ATTR_BYTES = 88;
    static final int ENTRY_BYTES = 40 + ATTR_BYTES;

    private static final int BLOCK_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;

    /** {@code STATX_ATTR_*} that we know of. */
    private static final int STATX_ATTRIBUTES =
            StatFlags.COMPRESSED | StatFlags.IMMUTABLE | StatFlags.APPEND_ONLY | StatFlags.NO_DUMP;

    private AttrLayout() {}

    /**
     * {@code fuse_entry_out}: u64 node id, u64 generation, u64 seconds of validity of the name and of the attributes, u32
     * nanoseconds of both, attributes.
     */
    static void putEntry(Reply reply, long nodeId, Stat stat, int validSeconds) {
        reply.putLong(nodeId)
                .putLong(0)
                .putLong(validSeconds)
                .putLong(validSeconds)
                .putInt(0)
                .putInt(0);
        putAttr(reply, stat);
    }

    /** An entry for a name that is not there: valid as long as the kernel is not told otherwise. */
    static void putNoEntry(Reply reply, int validSeconds) {
        reply.putLong(0).putLong(0).putLong(validSeconds).putZeros(ENTRY_BYTES - 24);
    }

    /** {@code fuse_attr_out}: u64 seconds, u32 nanoseconds of validity, u32 padding, attributes. */
    static void putAttrs(Reply reply, Stat stat, int validSeconds) {
        reply.putLong(validSeconds).putInt(0).putInt(0);
        putAttr(reply, stat);
    }

    private static void putAttr(Reply reply, Stat stat) {
        Instant accessed = stat.accessTime();
        Instant modified = stat.modifyTime();
        Instant changed = stat.changeTime();
        reply.putLong(InodeNumber.of(stat.node()))
                .putLong(stat.sizeBytes())
                .putLong(sectors(stat))
                .putLong(accessed.getEpochSecond())
                .putLong(modified.getEpochSecond())
                .putLong(changed.getEpochSecond())
                .putInt(accessed.getNano())
                .putInt(modified.getNano())
                .putInt(changed.getNano())
                .putInt(stat.mode())
                .putInt(stat.links())
                .putInt(stat.uid())
                .putInt(stat.gid())
                .putInt(device(stat.deviceMajor(), stat.deviceMinor()))
                .putInt(BLOCK_BYTES)
                .putInt(0);
    }

    /**
     * {@code fuse_statx_out}: u64 seconds, u32 nanoseconds of validity, u32 flags, 16 bytes spare, then {@code fuse_statx}
     * of 256 bytes.
     */
    static void putStatx(Reply reply, Stat stat, int validSeconds) {
        reply.putLong(validSeconds).putInt(0).putInt(0).putZeros(16);
        reply.putInt(StatMask.BASIC | StatMask.BTIME)
                .putInt(BLOCK_BYTES)
                .putLong(stat.flags() & STATX_ATTRIBUTES)
                .putInt(stat.links())
                .putInt(stat.uid())
                .putInt(stat.gid())
                .putShort(stat.mode())
                .putShort(0)
                .putLong(InodeNumber.of(stat.node()))
                .putLong(stat.sizeBytes())
                .putLong(sectors(stat))
                .putLong(STATX_ATTRIBUTES);
        putTime(reply, stat.accessTime());
        putTime(reply, stat.birthTime());
        putTime(reply, stat.changeTime());
        putTime(reply, stat.modifyTime());
        reply.putInt(stat.deviceMajor())
                .putInt(stat.deviceMinor())
                .putInt(0)
                .putInt(0)
                .putZeros(14 * Long.BYTES);
    }

    private static void putTime(Reply reply, Instant time) {
        reply.putLong(time.getEpochSecond()).putInt(time.getNano()).putInt(0);
    }

    private static long sectors(Stat stat) {
        return (stat.allocatedBytes() + SECTOR_BYTES - 1) / SECTOR_BYTES;
    }

    /** {@code new_encode_dev} of {@code include/linux/kdev_t.h}: 12 bits of major, 20 of minor. */
    static int device(int major, int minor) {
        return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
    }

    static int deviceMajor(int device) {
        return (device & 0xfff00) >> 8;
    }

    static int deviceMinor(int device) {
        return (device & 0xff) | ((device >> 12) & 0xfff00);
    }
}

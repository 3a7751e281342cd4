package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * The value of an inode's key, big-endian: version u8, mode u32, uid, gid, links, flags, device major and minor u32
 * each, node of birth u32, size, allocated, change, parent, parent's cookie, next link, entries, bytes of xattr names
 * u64 each, then access, modify, change and birth time (seconds i64, nanoseconds u32), then the target of a symbolic
 * link to the end.
 */
final class InodeLayout {
    static final byte VERSION = 1;
    static final int TARGET = 1 + 8 * 4 + 8 * 8 + 4 * 12;

    private InodeLayout() {}

    static byte[] encode(InodeRecord inode) {
        ByteBuffer out = ByteBuffer.allocate(TARGET + inode.target.length)
                .put(VERSION)
                .putInt(inode.mode)
                .putInt(inode.uid)
                .putInt(inode.gid)
                .putInt(inode.links)
                .putInt(inode.flags)
                .putInt(inode.deviceMajor)
                .putInt(inode.deviceMinor)
                .putInt((int) inode.bornIn)
                .putLong(inode.sizeBytes)
                .putLong(inode.allocatedBytes)
                .putLong(inode.change)
                .putLong(inode.parent)
                .putLong(inode.parentCookie)
                .putLong(inode.nextLink)
                .putLong(inode.entries)
                .putLong(inode.xattrBytes);
        put(out, inode.accessTime);
        put(out, inode.modifyTime);
        put(out, inode.changeTime);
        put(out, inode.birthTime);
        return out.put(inode.target).array();
    }

    static InodeRecord decode(byte[] value) {
        if (value.length < TARGET || value[0] != VERSION) {
            throw new FsException(Errno.EUCLEAN, "read inode", "a record of " + value.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(value, 1, value.length - 1);
        InodeRecord inode = new InodeRecord(in.getInt(), Instant.EPOCH);
        inode.uid = in.getInt();
        inode.gid = in.getInt();
        inode.links = in.getInt();
        inode.flags = in.getInt();
        inode.deviceMajor = in.getInt();
        inode.deviceMinor = in.getInt();
        inode.bornIn = Integer.toUnsignedLong(in.getInt());
        inode.sizeBytes = in.getLong();
        inode.allocatedBytes = in.getLong();
        inode.change = in.getLong();
        inode.parent = in.getLong();
        inode.parentCookie = in.getLong();
        inode.nextLink = in.getLong();
        inode.entries = in.getLong();
        inode.xattrBytes = in.getLong();
        inode.accessTime = time(in);
        inode.modifyTime = time(in);
        inode.changeTime = time(in);
        inode.birthTime = time(in);
        inode.target = new byte[in.remaining()];
        in.get(inode.target);
        return inode;
    }

    private static void put(ByteBuffer out, Instant time) {
        out.putLong(time.getEpochSecond()).putInt(time.getNano());
    }

    private static Instant time(ByteBuffer in) {
        return Instant.ofEpochSecond(in.getLong(), in.getInt());
    }
}

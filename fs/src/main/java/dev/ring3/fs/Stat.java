package dev.ring3.fs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of an inode in one query, in the manner of {@code statx(2)}; as of one moment.
 *
 * @param mask the {@link StatMask} bits of the fields that were asked for and are given; the others hold something
 *     truthful too, but for {@code change}, which is 0 then
 * @param mode type and permission bits, as {@code st_mode}
 * @param links how many names it has; 2 and one for each directory below for a directory
 * @param sizeBytes of a directory: something that grows with its entries
 * @param allocatedBytes what its data takes in this subvolume, before compression, holes not counted
 * @param change the change attribute: differs after every change of content or attributes, and only grows
 * @param deviceMajor of a device node
 * @param flags {@link StatFlags}
 * @param directIoAlignBytes what offset and length of direct I/O must be multiples of; 0 if there is none
 * @param atomicWriteBytesMax how much is written wholly or not at all, also over a crash; 0 for nothing
 * @param accessAcl always given, whatever the mask; null where the permission bits say it all
 */
public record Stat(
        NodeId node,
        int mask,
        int mode,
        int links,
        int uid,
        int gid,
        long sizeBytes,
        long allocatedBytes,
        Instant accessTime,
        Instant modifyTime,
        Instant changeTime,
        Instant birthTime,
        long change,
        int deviceMajor,
        int deviceMinor,
        int flags,
        int directIoAlignBytes,
        int atomicWriteBytesMax,
        @Nullable PosixAcl accessAcl) {
    /** The permission bits and set-user-id, set-group-id, sticky. */
    public static final int PERMISSIONS = 07777;

    /** The same with another size. */
    public Stat withSize(long other) {
        return new Stat(
                node,
                mask,
                mode,
                links,
                uid,
                gid,
                other,
                allocatedBytes,
                accessTime,
                modifyTime,
                changeTime,
                birthTime,
                change,
                deviceMajor,
                deviceMinor,
                flags,
                directIoAlignBytes,
                atomicWriteBytesMax,
                accessAcl);
    }

    public FileType type() {
        return FileType.ofMode(mode);
    }

    public boolean isDirectory() {
        return (mode & FileType.MODE_MASK) == FileType.DIRECTORY.modeBits();
    }

    /** The mode without the type. */
    public int permissions() {
        return mode & PERMISSIONS;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }
}

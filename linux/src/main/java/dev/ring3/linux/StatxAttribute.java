package dev.ring3.linux;

/** Properties of a file that {@link Statx#has} tells, {@code STATX_ATTR_*}. */
public enum StatxAttribute {
    /** Compressed by the filesystem. */
    COMPRESSED(0x4),
    /** Cannot be changed at all. */
    IMMUTABLE(0x10),
    /** Can only grow. */
    APPEND(0x20),
    /** Left out by {@code dump}. */
    NO_DUMP(0x40),
    /** Takes a key to read. */
    ENCRYPTED(0x800),
    /** Mounts something when entered. */
    AUTOMOUNT(0x1000),
    /** The root of a mount (Linux 5.8). */
    MOUNT_ROOT(0x2000),
    /** Protected by fs-verity (Linux 5.5). */
    VERITY(0x100000),
    /** Read and written past the page cache, by mapping the device (Linux 5.8). */
    DAX(0x200000),
    /** Written atomically (Linux 6.11). */
    WRITE_ATOMIC(0x400000);

    private final long bit;

    StatxAttribute(long bit) {
        this.bit = bit;
    }

    long bit() {
        return bit;
    }
}

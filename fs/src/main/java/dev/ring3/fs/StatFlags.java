package dev.ring3.fs;

/**
 * Properties of an inode in a {@link Stat}; the low ones are {@code STATX_ATTR_*} of {@code include/uapi/linux/stat.h},
 * the high ones Ring3's.
 */
public final class StatFlags {
    public static final int COMPRESSED = 0x4;
    public static final int IMMUTABLE = 0x10;
    public static final int APPEND_ONLY = 0x20;
    public static final int NO_DUMP = 0x40;

    /** What {@link AttrChange} can set. */
    public static final int SETTABLE = IMMUTABLE | APPEND_ONLY | NO_DUMP;

    /** The root directory of a subvolume. */
    public static final int SUBVOLUME_ROOT = 0x100_0000;

    /** Other inodes of the volume have this number too: it names an inode only together with the subvolume. */
    public static final int INO_NOT_UNIQUE = 0x200_0000;

    /** In a subvolume that cannot be written to. */
    public static final int READ_ONLY = 0x400_0000;

    /** Has an access ACL beyond its permission bits. */
    public static final int HAS_ACL = 0x800_0000;

    private StatFlags() {}
}

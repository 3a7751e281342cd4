package dev.ring3.fs;

/**
 * Which fields of a {@link Stat} are asked for or given; bits as in {@code statx(2)} ({@code include/uapi/linux/stat.h}),
 * and the kernel's own {@code STATX_CHANGE_COOKIE}.
 */
public final class StatMask {
    public static final int TYPE = 0x1;
    public static final int MODE = 0x2;
    public static final int NLINK = 0x4;
    public static final int UID = 0x8;
    public static final int GID = 0x10;
    public static final int ATIME = 0x20;
    public static final int MTIME = 0x40;
    public static final int CTIME = 0x80;
    public static final int INO = 0x100;
    public static final int SIZE = 0x200;
    public static final int BLOCKS = 0x400;

    /** What {@code stat(2)} has. */
    public static final int BASIC = 0x7ff;

    public static final int BTIME = 0x800;
    public static final int DIRECT_IO = 0x2000;
    public static final int SUBVOLUME = 0x8000;
    public static final int ATOMIC_WRITE = 0x10000;

    /** Asking for it is a look: the next change of the inode will move it. */
    public static final int CHANGE = 0x4000_0000;

    /** Everything but {@link #CHANGE}: no look. */
    public static final int QUIET = BASIC | BTIME | DIRECT_IO | SUBVOLUME | ATOMIC_WRITE;

    public static final int ALL = QUIET | CHANGE;

    private StatMask() {}
}

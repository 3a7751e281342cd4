package dev.ring3.linux;

/** {@code struct statx} of {@code include/uapi/linux/stat.h} (Linux 6.18): offsets, in the host's byte order. */
final class StatxLayout {
    static final int BYTES = 256;

    static final int MASK_AT = 0x00; // u32
    static final int BLKSIZE_AT = 0x04; // u32
    static final int ATTRIBUTES_AT = 0x08; // u64
    static final int NLINK_AT = 0x10; // u32
    static final int UID_AT = 0x14; // u32
    static final int GID_AT = 0x18; // u32
    static final int MODE_AT = 0x1c; // u16
    static final int INO_AT = 0x20; // u64
    static final int SIZE_AT = 0x28; // u64
    static final int BLOCKS_AT = 0x30; // u64
    static final int ATTRIBUTES_MASK_AT = 0x38; // u64
    static final int ATIME_AT = 0x40; // s64 seconds, u32 nanoseconds
    static final int BTIME_AT = 0x50;
    static final int CTIME_AT = 0x60;
    static final int MTIME_AT = 0x70;
    static final int RDEV_MAJOR_AT = 0x80; // u32
    static final int RDEV_MINOR_AT = 0x84;
    static final int DEV_MAJOR_AT = 0x88;
    static final int DEV_MINOR_AT = 0x8c;
    static final int MNT_ID_AT = 0x90; // u64
    static final int DIO_MEM_ALIGN_AT = 0x98; // u32
    static final int DIO_OFFSET_ALIGN_AT = 0x9c;
    static final int SUBVOL_AT = 0xa0; // u64
    static final int ATOMIC_WRITE_UNIT_MIN_AT = 0xa8; // u32
    static final int ATOMIC_WRITE_UNIT_MAX_AT = 0xac;
    static final int ATOMIC_WRITE_SEGMENTS_MAX_AT = 0xb0;
    static final int DIO_READ_OFFSET_ALIGN_AT = 0xb4;
    static final int ATOMIC_WRITE_UNIT_MAX_OPT_AT = 0xb8;

    private StatxLayout() {}
}

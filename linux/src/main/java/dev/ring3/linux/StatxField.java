package dev.ring3.linux;

/** What {@link Statx} can be asked for, {@code STATX_*}. What was not asked for may be given all the same. */
public enum StatxField {
    /** Type and permissions, links, owner, times but the birth, inode, size, blocks: what {@code stat(2)} gives. */
    BASIC(0x7ff),
    /** When the file was made. */
    BIRTH_TIME(0x800),
    /** The mount's number in {@code /proc/self/mountinfo}, which is used again (Linux 5.8). */
    MOUNT_ID(0x1000),
    /** {@link DirectIo} (Linux 6.1). */
    DIRECT_IO(0x2000),
    /** The mount's number for {@link Mounts}, never used again (Linux 6.8); in place of {@link #MOUNT_ID}. */
    UNIQUE_MOUNT_ID(0x4000),
    /** The subvolume's number (Linux 6.10). */
    SUBVOLUME(0x8000),
    /** {@link AtomicWrite} (Linux 6.11). */
    ATOMIC_WRITE(0x10000),
    /** The smaller alignment of direct reads (Linux 6.14). */
    DIRECT_READ(0x20000);

    private final int bits;

    StatxField(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }

    static int bits(StatxField... fields) {
        int bits = 0;
        for (StatxField field : fields) {
            bits |= field.bits;
        }
        return bits;
    }
}

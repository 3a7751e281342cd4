package dev.ring3.fs;

import dev.ring3.linux.Errno;

/** What an inode is; numbers as in {@code include/uapi/linux/stat.h} and {@code dirent.h}. */
public enum FileType {
    FIFO(0010000),
    CHARACTER_DEVICE(0020000),
    DIRECTORY(0040000),
    BLOCK_DEVICE(0060000),
    REGULAR(0100000),
    SYMLINK(0120000),
    SOCKET(0140000);

    /** The bits of {@code st_mode} that hold the type. */
    public static final int MODE_MASK = 0170000;

    private final int modeBits;

    FileType(int modeBits) {
        this.modeBits = modeBits;
    }

    /** The type in {@code st_mode}. */
    public int modeBits() {
        return modeBits;
    }

    /** The type as {@code d_type} has it. */
    public int direntType() {
        return modeBits >>> 12;
    }

    public boolean isDevice() {
        return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
    }

    /** The type in an {@code st_mode}; EUCLEAN if it is none. */
    public static FileType ofMode(int mode) {
        for (FileType type : values()) {
            if (type.modeBits == (mode & MODE_MASK)) {
                return type;
            }
        }
        throw new FsException(Errno.EUCLEAN, "stat", "mode 0%o".formatted(mode));
    }
}

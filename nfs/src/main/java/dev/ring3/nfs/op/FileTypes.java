package dev.ring3.nfs.op;

import dev.ring3.fs.FileType;
import org.jspecify.annotations.Nullable;

/** {@code nfs_ftype4}. */
final class FileTypes {
    static final int REGULAR = 1;

    private FileTypes() {}

    static int number(FileType type) {
        return switch (type) {
            case REGULAR -> REGULAR;
            case DIRECTORY -> 2;
            case BLOCK_DEVICE -> 3;
            case CHARACTER_DEVICE -> 4;
            case SYMLINK -> 5;
            case SOCKET -> 6;
            case FIFO -> 7;
        };
    }

    /** The type of a number that CREATE may make; null for regular files, named attributes and what is none. */
    static @Nullable FileType toMake(int number) {
        return switch (number) {
            case 2 -> FileType.DIRECTORY;
            case 3 -> FileType.BLOCK_DEVICE;
            case 4 -> FileType.CHARACTER_DEVICE;
            case 5 -> FileType.SYMLINK;
            case 6 -> FileType.SOCKET;
            case 7 -> FileType.FIFO;
            default -> null;
        };
    }
}

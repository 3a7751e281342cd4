package dev.ring3.fs.vfs;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.XattrMode;

/** What is asked for, as the flags of Linux's system calls on x86-64: programs and their authors know these. */
final class SystemFlags {
    /** {@code include/uapi/asm-generic/fcntl.h}. */
    private static final int O_WRONLY = 1;

    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_TRUNC = 01000;
    private static final int O_APPEND = 02000;
    private static final int O_DSYNC = 010000;
    private static final int O_NOATIME = 01000000;
    private static final int O_SYNC = 04000000 | O_DSYNC;
    private static final int FMODE_EXEC = 040;

    /** {@code include/uapi/linux/falloc.h}. */
    private static final int FALLOC_KEEP_SIZE = 1;

    private static final int FALLOC_PUNCH_HOLE = 2;
    private static final int FALLOC_COLLAPSE_RANGE = 8;
    private static final int FALLOC_ZERO_RANGE = 0x10;
    private static final int FALLOC_INSERT_RANGE = 0x20;

    private SystemFlags() {}

    static int of(OpenHow how, boolean creates) {
        int flags = switch (how.sharing().access()) {
            case NONE, READ -> 0;
            case WRITE -> O_WRONLY;
            case BOTH -> O_RDWR;
        };
        for (OpenOption option : how.options()) {
            flags |= switch (option) {
                case APPEND -> O_APPEND;
                case TRUNCATE -> O_TRUNC;
                case NO_ACCESS_TIME -> O_NOATIME;
                case EXECUTE -> FMODE_EXEC;
                case DATA_SYNC -> O_DSYNC;
                case SYNC -> O_SYNC;
            };
        }
        return creates ? flags | O_CREAT : flags;
    }

    static int of(AllocateMode mode) {
        return switch (mode) {
            case ALLOCATE -> 0;
            case ALLOCATE_KEEP_SIZE -> FALLOC_KEEP_SIZE;
            case PUNCH_HOLE -> FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE;
            case ZERO_RANGE -> FALLOC_ZERO_RANGE;
            case ZERO_RANGE_KEEP_SIZE -> FALLOC_ZERO_RANGE | FALLOC_KEEP_SIZE;
            case COLLAPSE_RANGE -> FALLOC_COLLAPSE_RANGE;
            case INSERT_RANGE -> FALLOC_INSERT_RANGE;
        };
    }

    /** {@code RENAME_*} of {@code include/uapi/linux/fs.h}. */
    static int of(RenameMode mode) {
        return switch (mode) {
            case REPLACE -> 0;
            case NO_REPLACE -> 1;
            case EXCHANGE -> 2;
            case WHITEOUT -> 4;
            case NO_REPLACE_WHITEOUT -> 5;
        };
    }

    /** {@code XATTR_*} of {@code include/uapi/linux/xattr.h}. */
    static int of(XattrMode mode) {
        return switch (mode) {
            case ANY -> 0;
            case CREATE -> 1;
            case REPLACE -> 2;
        };
    }
}

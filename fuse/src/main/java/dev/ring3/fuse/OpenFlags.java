package dev.ring3.fuse;

import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.lock.Sharing;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.OpenOption;
import java.util.EnumSet;

/** The flags of {@code open(2)} as requests carry them: those of {@code include/uapi/asm-generic/fcntl.h}. */
final class OpenFlags {
    static final int EXCLUSIVE = 0200;
    private static final int ACCESS_MASK = 03;
    private static final int WRITE_ONLY = 01;
    private static final int READ_WRITE = 02;
    private static final int TRUNCATE = 01000;
    private static final int APPEND = 02000;
    private static final int DATA_SYNC = 010000;
    private static final int NO_ACCESS_TIME = 01000000;
    private static final int SYNC = 04010000;

    /** {@code __FMODE_EXEC}: opened to be run. */
    private static final int EXECUTE = 040;

    private OpenFlags() {}

    static OpenHow how(int flags) {
        Use access = switch (flags & ACCESS_MASK) {
            case WRITE_ONLY -> Use.WRITE;
            case READ_WRITE -> Use.BOTH;
            default -> Use.READ;
        };
        EnumSet<OpenOption> options = EnumSet.noneOf(OpenOption.class);
        add(options, OpenOption.APPEND, (flags & APPEND) != 0);
        add(options, OpenOption.TRUNCATE, (flags & TRUNCATE) != 0);
        add(options, OpenOption.NO_ACCESS_TIME, (flags & NO_ACCESS_TIME) != 0);
        add(options, OpenOption.SYNC, (flags & SYNC) == SYNC);
        add(options, OpenOption.DATA_SYNC, (flags & SYNC) == DATA_SYNC);
        add(options, OpenOption.EXECUTE, (flags & EXECUTE) != 0);
        return new OpenHow(Sharing.of(access), options);
    }

    static OpenHow directory(int flags) {
        return how(flags & NO_ACCESS_TIME);
    }

    /**
     * How to write with a descriptor of these flags. Pages of a mapping have their place, also where the descriptor that
     * the kernel happens to send them by appends.
     */
    static WriteOptions write(int flags, boolean isWriteback) {
        WriteOptions.Sync sync = WriteOptions.Sync.NONE;
        if ((flags & SYNC) == SYNC) {
            sync = WriteOptions.Sync.ALL;
        } else if ((flags & DATA_SYNC) != 0) {
            sync = WriteOptions.Sync.DATA;
        }
        return new WriteOptions((flags & APPEND) != 0 && !isWriteback, sync, false);
    }

    private static void add(EnumSet<OpenOption> options, OpenOption option, boolean condition) {
        if (condition) {
            options.add(option);
        }
    }
}

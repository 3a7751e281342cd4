package dev.ring3.linux;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Properties of a file that its filesystem keeps, {@code FS_XFLAG_*}; where they have one, the older {@code FS_*_FL}. */
public enum FileFlag {
    /** On the real-time part of the filesystem. */
    REALTIME(0x1, 0),
    /** Space was reserved. */
    PREALLOCATED(0x2, 0),
    /** Cannot be changed at all. */
    IMMUTABLE(0x8, 0x10),
    /** Can only grow. */
    APPEND(0x10, 0x20),
    /** Every write is durable. */
    SYNC(0x20, 0x8),
    /** Access times are not kept. */
    NO_ACCESS_TIME(0x40, 0x80),
    /** Left out by {@code dump}. */
    NO_DUMP(0x80, 0x40),
    /** What is made in this directory is real-time. */
    REALTIME_INHERIT(0x100, 0),
    /** What is made in this directory is of its project. */
    PROJECT_INHERIT(0x200, 0x20000000),
    /** No symbolic links are made in this directory. */
    NO_SYMBOLIC_LINKS(0x400, 0),
    /** {@link FileAttrs#extentSizeBytes} counts. */
    EXTENT_SIZE(0x800, 0),
    /** What is made in this directory has its extent size. */
    EXTENT_SIZE_INHERIT(0x1000, 0),
    /** Not defragmented. */
    NO_DEFRAGMENT(0x2000, 0),
    /** Allocated in streams. */
    FILE_STREAM(0x4000, 0),
    /** Read and written by mapping the device. */
    DAX(0x8000, 0x2000000),
    /** {@link FileAttrs#cowExtentSizeBytes} counts. */
    COW_EXTENT_SIZE(0x10000, 0),
    /** Protected by fs-verity; cannot be set this way. */
    VERITY(0x20000, 0x100000),
    /** Has extended attributes; cannot be set. */
    HAS_ATTRIBUTES(0x80000000L, 0);

    private final long xflag;
    private final int flag;

    FileFlag(long xflag, int flag) {
        this.xflag = xflag;
        this.flag = flag;
    }

    static Set<FileFlag> ofXflags(long bits) {
        Set<FileFlag> set = EnumSet.noneOf(FileFlag.class);
        for (FileFlag one : values()) {
            if ((bits & one.xflag) != 0) {
                set.add(one);
            }
        }
        return Collections.unmodifiableSet(set);
    }

    static Set<FileFlag> ofFlags(int bits) {
        Set<FileFlag> set = EnumSet.noneOf(FileFlag.class);
        for (FileFlag one : values()) {
            if ((bits & one.flag) != 0) {
                set.add(one);
            }
        }
        return Collections.unmodifiableSet(set);
    }

    static long xflags(Set<FileFlag> set) {
        return set.stream().mapToLong(one -> one.xflag).reduce(0, (a, b) -> a | b);
    }

    static long knownXflags() {
        return xflags(EnumSet.allOf(FileFlag.class));
    }
}

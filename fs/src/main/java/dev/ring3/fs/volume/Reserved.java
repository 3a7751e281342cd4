package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;

/** Numbers with a meaning of their own. */
final class Reserved {
    /** The root directory of every subvolume. */
    static final long ROOT = 1;

    /** The folder {@code .snapshots} of every subvolume, which is stored nowhere. */
    static final long SNAPSHOTS = 2;

    /** What stands where another subvolume's place is, seen from a snapshot: an empty directory. */
    static final long PLACEHOLDER = 3;

    /** The first number of an ordinary inode. */
    static final long FIRST_INO = 16;

    static final int BLOCK_BYTES = 4096;

    /** What a directory's size says of an entry. */
    static final int DIRECTORY_ENTRY_BYTES = 32;

    /** As ext4; directories are not limited. */
    static final int LINKS_MAX = 65_000;

    static final String SNAPSHOTS_NAME = ".snapshots";

    /** Greater ones name trees that are no volume's. */
    static final long SUBVOLUME_MAX = 0xffff_fff0L;

    private Reserved() {}

    /** A number for a new subvolume; numbers are never used again, so there is an end to them: ENOSPC. */
    static long requireSubvolume(long id) {
        if (id > SUBVOLUME_MAX) {
            throw new FsException(Errno.ENOSPC, "create subvolume", "no number is left");
        }
        return id;
    }

    /** The same for a node of the snapshot tree; these descend. */
    static long requireNode(long id) {
        if (id < 1) {
            throw new FsException(Errno.ENOSPC, "snapshot", "no number is left");
        }
        return id;
    }
}

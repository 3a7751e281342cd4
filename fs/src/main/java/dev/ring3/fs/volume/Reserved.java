package dev.ring3.fs.volume;

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

    private Reserved() {}
}

package dev.ring3.fs.vfs;

/**
 * Kinds of operations as they are measured: what front ends call, one for one. Not the same set as {@link Operation}, which
 * is what programs decide on: nobody decides on a stat or a sync.
 */
public enum ObservedOperation {
    LOOKUP(true),
    STAT(true),
    OPEN(false),
    READ(true),
    READDIR(false),
    READLINK(false),
    GETXATTR(true),
    WRITE(true),
    ALLOCATE(false),
    COPY(false),
    SYNC(false),
    CREATE(false),
    LINK(false),
    RENAME(false),
    UNLINK(false),
    SETATTR(false),
    SETXATTR(false);

    /** Of the frequent kinds one in so many is timed, at random: asking for the time costs as much as a lookup. */
    public static final int TIMED_ONE_IN = 8;

    private final boolean frequent;

    ObservedOperation(boolean frequent) {
        this.frequent = frequent;
    }

    /** For how many operations one that is timed stands. */
    public int weight() {
        return frequent ? TIMED_ONE_IN : 1;
    }
}

package dev.ring3.linux;

/** How {@link RawFile#open} opens, besides the {@link Access}: the {@code O_*} flags of {@code open(2)}. */
public enum OpenFlag {
    /** Makes the file if it is not there. */
    CREATE(0100, 0100),
    /** With {@link #CREATE}: it must not be there. */
    EXCLUSIVE(0200, 0200),
    /** A terminal does not become the controlling one. */
    NO_TERMINAL(0400, 0400),
    /** Cuts it to no bytes. */
    TRUNCATE(01000, 01000),
    /** Every write goes to the end, whatever its offset. */
    APPEND(02000, 02000),
    /** Neither opening nor reading a pipe or device waits. */
    NONBLOCK(04000, 04000),
    /** Every write returns when its data is durable. */
    DATA_SYNC(010000, 010000),
    /** Every write returns when data and metadata are durable. */
    SYNC(04010000, 04010000),
    /** Past the page cache; memory, offset and length are aligned as {@link RawFile#directIo} says. */
    DIRECT(040000, 0200000),
    /** It has to be a directory. */
    DIRECTORY(0200000, 040000),
    /** It must not be a symbolic link, which is {@link Errno#ELOOP}. */
    NO_FOLLOW(0400000, 0100000),
    /** Reading leaves the access time; for the owner of the file alone. */
    NO_ACCESS_TIME(01000000, 01000000),
    /** A name for the file that can neither read nor write it, for queries and handles. */
    PATH_ONLY(010000000, 010000000),
    /** A new file without a name in the directory that the path names; {@link RawFile#linkAs} gives it one. */
    UNNAMED(020200000, 020040000);

    private static final int CLOSE_ON_EXEC = 02000000;

    private final int onX86;
    private final int onAarch64;

    OpenFlag(int onX86, int onAarch64) {
        this.onX86 = onX86;
        this.onAarch64 = onAarch64;
    }

    int bits(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> onX86;
            case AARCH64 -> onAarch64;
        };
    }

    /** All of them in one number; no descriptor of this module is inherited by a new program. */
    static int bits(Architecture architecture, Iterable<OpenFlag> flags) {
        int bits = CLOSE_ON_EXEC;
        for (OpenFlag flag : flags) {
            bits |= flag.bits(architecture);
        }
        return bits;
    }
}

package dev.ring3.fuse;

/** What the kernel offers and we take in INIT: the {@code FUSE_*} flags of the protocol. */
enum InitFlag {
    ASYNC_READ(0),
    POSIX_LOCKS(1),
    ATOMIC_O_TRUNC(3),
    BIG_WRITES(5),
    /** Creation carries the umask, and we apply it: a default ACL stands in its place. */
    DONT_MASK(6),
    FLOCK_LOCKS(10),
    HAS_IOCTL_DIR(11),
    DO_READDIRPLUS(13),
    READDIRPLUS_AUTO(14),
    ASYNC_DIO(15),
    WRITEBACK_CACHE(16),
    PARALLEL_DIROPS(18),
    POSIX_ACL(20),
    ABORT_ERROR(21),
    MAX_PAGES(22),
    CACHE_SYMLINKS(23),
    /** Cached data goes when we say so, not when the time of modification changed. */
    EXPLICIT_INVAL_DATA(25),
    HANDLE_KILLPRIV_V2(28),
    SETXATTR_EXT(29),
    INIT_EXT(30),
    DIRECT_IO_ALLOW_MMAP(36);

    private final int bit;

    InitFlag(int bit) {
        this.bit = bit;
    }

    long mask() {
        return 1L << bit;
    }
}

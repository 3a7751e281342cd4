package dev.ring3.linux;

/**
 * What one read or write of a {@link RawFile} asks for besides its data: the {@code RWF_*} flags of {@code preadv2(2)}.
 * {@code IoFlags.UNCACHED.and(IoFlags.DATA_SYNC)} is both.
 *
 * @param bits of {@code include/uapi/linux/fs.h}; flags that are newer than this class can be given too
 */
public record IoFlags(int bits) {
    /** Nothing special. */
    public static final IoFlags NONE = new IoFlags(0);

    /** Polls the device instead of sleeping; direct I/O alone. */
    public static final IoFlags HIGH_PRIORITY = new IoFlags(0x01);

    /** A write returns when its data is durable. */
    public static final IoFlags DATA_SYNC = new IoFlags(0x02);

    /** A write returns when data and metadata are durable. */
    public static final IoFlags SYNC = new IoFlags(0x04);

    /** Does what can be done without waiting, and fails with {@link Errno#EAGAIN} if that is nothing. */
    public static final IoFlags NO_WAIT = new IoFlags(0x08);

    /** A write goes to the end of the file, whatever its offset. */
    public static final IoFlags APPEND = new IoFlags(0x10);

    /** A write goes to its offset, although the file was opened with {@link OpenFlag#APPEND}; Linux 6.9. */
    public static final IoFlags NO_APPEND = new IoFlags(0x20);

    /** After a crash a write is there as a whole or not at all, within the limits of {@link AtomicWrite}; Linux 6.11. */
    public static final IoFlags ATOMIC = new IoFlags(0x40);

    /**
     * The page cache is passed through and left without a trace; Linux 6.14, and only some filesystems. Where it cannot
     * be had, {@link RawFile} does the same through the cache, see {@link RawFile#isUncachedAvailable}.
     */
    public static final IoFlags UNCACHED = new IoFlags(0x80);

    /** These and others. */
    public IoFlags and(IoFlags others) {
        return new IoFlags(bits | others.bits);
    }

    /** Whether all of some flags are among these. */
    public boolean contains(IoFlags others) {
        return (bits & others.bits) == others.bits;
    }

    /** These without some. */
    public IoFlags without(IoFlags others) {
        return new IoFlags(bits & ~others.bits);
    }
}

package dev.ring3.fs.extent;

import java.lang.foreign.MemorySegment;

/**
 * A file of fixed size that holds blocks: the seam below which real files, memory and faults are exchanged.
 *
 * <p>Reads and writes are of whole blocks. A write is durable only after {@link #force}; until then a crash may leave any
 * part of it, in units of a device's sector. Every method fails with {@link dev.ring3.fs.FsException}: ENOSPC when the
 * host is full, else EIO. Thread-safe; different ranges may be read and written at once.
 */
public interface SegmentFile extends AutoCloseable {
    /** Reads all of {@code into}. */
    void read(long offsetBytes, MemorySegment into);

    /** Writes all of {@code from}. */
    void write(long offsetBytes, MemorySegment from);

    /** Makes all writes that have returned durable. */
    void force();

    /**
     * Gives the range back to the host, which reads as zeros then; the file's size stays.
     *
     * @return false if this host cannot
     */
    boolean punch(long offsetBytes, long bytes);

    /** Makes the host set space aside for a range, so that writing it cannot fail with ENOSPC; its content stays. */
    void allocate(long offsetBytes, long bytes);

    /** Whether the host has set space aside for less than all of the file. */
    boolean isSparse();

    @Override
    void close();
}

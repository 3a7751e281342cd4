package dev.ring3.fs.extent;

import java.util.NavigableSet;

/**
 * Where segment files live. Names are numbers. Thread-safe; fails with {@link dev.ring3.fs.FsException}.
 */
public interface BlockDevice extends AutoCloseable {
    /** The numbers of the segments that exist. */
    NavigableSet<Integer> segments();

    /**
     * Makes a segment of zeros. Its existence, size and space are durable when this returns; if it fails there is none.
     *
     * @throws dev.ring3.fs.FsException ENOSPC if the host cannot set the space aside
     */
    SegmentFile create(int number, long bytes);

    /** Opens a segment that exists. One that a crash left shorter than it should be gets its size, with zeros. */
    SegmentFile open(int number, long bytes);

    /** Deletes a segment; the caller has closed it. Not necessarily durable: it may be back, empty, after a crash. */
    void delete(int number);

    /** What the host would let us write in addition, in bytes. */
    long usableBytes();

    /** Sets {@code bytes} of the host's space aside for bad times; returns how many it holds now, fewer if it is full. */
    long holdReserve(long bytes);

    /** Gives the reserve back to the host, so that what frees space can be logged while the host is full. */
    void releaseReserve();

    @Override
    void close();
}

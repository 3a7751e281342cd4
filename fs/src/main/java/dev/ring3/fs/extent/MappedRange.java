package dev.ring3.fs.extent;

import java.util.Set;

/**
 * A range of a file that is not a hole, as {@code FS_IOC_FIEMAP} tells it.
 *
 * @param offsetBytes where in the file
 * @param lengthBytes how long
 * @param storedBytes where in the volume's segments it begins, counted over all of them; 0 where it has no place
 */
public record MappedRange(long offsetBytes, long lengthBytes, long storedBytes, Set<Flag> flags) {
    /** What is special about it. */
    public enum Flag {
        /** Promised space that reads as zeros. */
        UNWRITTEN,
        /** Compressed: {@link #storedBytes} is where the unit is that this is a part of. */
        ENCODED,
        /** Data in the metadata. */
        INLINE,
        /** Other ranges or snapshots share its blocks. */
        SHARED,
        /** No range follows. */
        LAST
    }
}

package dev.ring3.fs;

/** What {@code fallocate(2)} does to a range; offsets and lengths of the last two must be multiples of a block. */
public enum AllocateMode {
    /** Makes sure that writes into the range find space; the file grows to its end. */
    ALLOCATE,
    /** The same, and the size stays. */
    ALLOCATE_KEEP_SIZE,
    /** The range reads as zeros and takes no space; the size stays. */
    PUNCH_HOLE,
    /** The range reads as zeros and has space; the file grows to its end. */
    ZERO_RANGE,
    /** The same, and the size stays. */
    ZERO_RANGE_KEEP_SIZE,
    /** The range goes, and what is behind it moves up. */
    COLLAPSE_RANGE,
    /** A hole is put in, and what was there moves back. */
    INSERT_RANGE
}

package dev.ring3.fs.extent;

/** How data is written; a property of a subvolume. What is stored says itself how it is read. */
public enum CompressionMode {
    /** As it is. */
    NONE,
    /** Zstandard, level 1, in units of 128 KiB; a unit that does not shrink by a block is stored as it is. */
    ZSTD
}

package dev.ring3.fs.extent;

/**
 * Stored blocks that are not as they were written, one after the other, by one of the records that name them.
 *
 * @param fileBlock where in the file what is lost begins, in blocks
 * @param blocks how many blocks of the file are lost
 * @param storedBlock the block of the segments where they lie; of compressed data, where its unit begins
 * @param packed whether they are compressed: then all that the record covers is lost
 */
public record DamagedRange(RecordName name, long fileBlock, long blocks, long storedBlock, boolean packed) {}

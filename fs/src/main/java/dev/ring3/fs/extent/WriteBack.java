package dev.ring3.fs.extent;

/**
 * How data is written back.
 *
 * @param placement where it may go
 * @param compression how it is stored in segments
 */
public record WriteBack(Placement placement, CompressionMode compression) {
    /** Where data goes. */
    public enum Placement {
        /** Small data goes into the log with its record, which costs one sync in place of two: for fsync. */
        LOG_IF_SMALL,
        /** To a segment. */
        SEGMENT
    }
}

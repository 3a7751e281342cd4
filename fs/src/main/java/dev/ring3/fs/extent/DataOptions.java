package dev.ring3.fs.extent;

/**
 * How a volume keeps data.
 *
 * @param segmentBlocks the size of a segment, in blocks; part of the format, so only a new volume takes it from here
 * @param limitBytes the most that may be stored; {@link Long#MAX_VALUE} for no limit
 * @param hostKeepBytes space of the host that data never takes, because the metadata needs it: at once as much as its
 *     store writes when it makes a table of what it has in memory and begins a new log. With less left the host is full
 * @param reserveBytes host space set aside, to be let go when the host is full
 */
public record DataOptions(int segmentBlocks, long limitBytes, long hostKeepBytes, long reserveBytes) {
    /** 256 MiB a segment, no limit, 96 MiB for the metadata and 64 MiB for the reserve. */
    public static final DataOptions DEFAULT = new DataOptions(1 << 16, Long.MAX_VALUE, 96L << 20, 64L << 20);

    /** The longest extent has to fit. */
    private static final int SEGMENT_BLOCKS_MAX = 1 << 20;

    public DataOptions {
        if (segmentBlocks <= 0 || segmentBlocks > SEGMENT_BLOCKS_MAX || segmentBlocks % Long.SIZE != 0) {
            throw new IllegalArgumentException("a segment of " + segmentBlocks + " blocks");
        }
        if (limitBytes <= 0 || hostKeepBytes < 0 || reserveBytes < 0) {
            throw new IllegalArgumentException("negative space");
        }
    }

    /** The same with another segment size. */
    public DataOptions withSegmentBlocks(int blocks) {
        return new DataOptions(blocks, limitBytes, hostKeepBytes, reserveBytes);
    }

    /** The same with a limit. */
    public DataOptions withLimitBytes(long bytes) {
        return new DataOptions(segmentBlocks, bytes, hostKeepBytes, reserveBytes);
    }
}

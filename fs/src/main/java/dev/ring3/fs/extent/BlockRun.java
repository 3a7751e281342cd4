package dev.ring3.fs.extent;

/**
 * Blocks that follow each other in one segment.
 *
 * @param start the first block's address: segment number times blocks per segment, plus the block within it
 * @param blocks how many, at least 1
 */
public record BlockRun(long start, int blocks) {
    public BlockRun {
        if (start < 0 || blocks <= 0 || start > Long.MAX_VALUE - blocks) {
            throw new IllegalArgumentException("run of " + blocks + " blocks at " + start);
        }
    }

    /** The address after the last block. */
    public long end() {
        return start + blocks;
    }

    /** The length in bytes. */
    public long bytes() {
        return (long) blocks * Blocks.BYTES;
    }

    /** A part of this run, {@code skip} blocks after its start. */
    public BlockRun slice(long skip, long length) {
        if (skip < 0 || length <= 0 || skip + length > blocks) {
            throw new IllegalArgumentException("blocks %d+%d of %s".formatted(skip, length, this));
        }
        return new BlockRun(start + skip, (int) length);
    }

    @Override
    public String toString() {
        return "blocks " + start + "+" + blocks;
    }
}

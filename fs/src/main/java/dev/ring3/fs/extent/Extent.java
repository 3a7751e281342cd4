package dev.ring3.fs.extent;

/** What a range of a file's blocks is made of; a range with no extent is a hole. */
sealed interface Extent {
    /** The longest extent, in blocks of the file. It bounds the record: {@value} checksums are 1 KiB. */
    int BLOCKS_MAX = 256;

    /** How many blocks of the file it covers. */
    long blocks();

    /** The part of it that covers {@code length} blocks, {@code skip} blocks after its first. */
    Extent slice(long skip, long length);

    /**
     * Blocks in a segment, as they are.
     *
     * @param run where
     * @param sums the CRC32C of each block
     */
    @SuppressWarnings("ArrayRecordComponent") // not compared; written nowhere
    record Plain(BlockRun run, int[] sums) implements Extent {
        @Override
        public long blocks() {
            return run.blocks();
        }

        @Override
        public Plain slice(long skip, long length) {
            int[] part = java.util.Arrays.copyOfRange(sums, (int) skip, (int) (skip + length));
            return new Plain(run.slice(skip, length), part);
        }
    }

    /**
     * A part of what was compressed together. Parts of one unit share its run, each with a reference of its own.
     *
     * @param run where the whole unit is
     * @param sums the CRC32C of each block of the run
     * @param frameBytes how much of the run is the zstd frame; zeros follow
     * @param unitBlocks how many blocks of a file the unit holds
     * @param skip how many of those come before this extent
     * @param blocks how many of those this extent covers
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Packed(BlockRun run, int[] sums, int frameBytes, int unitBlocks, int skip, long blocks) implements Extent {
        @Override
        public Packed slice(long skipMore, long length) {
            return new Packed(run, sums, frameBytes, unitBlocks, (int) (skip + skipMore), length);
        }
    }

    /**
     * Data in the record itself: what a small fsync wrote, until it is moved to a segment.
     *
     * @param blocks how many blocks it covers
     * @param data their bytes; zeros at the end may be left out
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Inline(long blocks, byte[] data) implements Extent {
        @Override
        public Inline slice(long skip, long length) {
            int from = (int) Math.min(Blocks.bytes(skip), data.length);
            int to = (int) Math.min(Blocks.bytes(skip + length), data.length);
            return new Inline(length, java.util.Arrays.copyOfRange(data, from, to));
        }
    }

    /** Space that was promised (fallocate) and reads as zeros. It has no place yet, only a claim on one. */
    record Promised(long blocks) implements Extent {
        @Override
        public Promised slice(long skip, long length) {
            return new Promised(length);
        }
    }
}

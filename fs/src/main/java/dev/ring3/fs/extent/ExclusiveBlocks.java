package dev.ring3.fs.extent;

import dev.ring3.fs.store.OrderedStore;

/**
 * How much of the space that some records take would come free with some of them. A block does if it has no other
 * references than theirs.
 */
public final class ExclusiveBlocks {
    private final BlockCounts total;
    private final BlockCounts all = new BlockCounts();
    private final BlockCounts alone = new BlockCounts();
    private long inlineBlocks; // those in records themselves, which have no place yet
    private long inlineAlone;

    /** @param store as it is at the moment in question */
    public ExclusiveBlocks(OrderedStore store) {
        this.total = ReferenceTable.read(store::scan).counts();
    }

    /**
     * Counts a record.
     *
     * @param goes whether it is one that would go
     */
    public void add(byte[] record, boolean goes) {
        switch (FileData.decode(record)) {
            case Extent.Plain plain -> add(plain.run(), goes);
            case Extent.Packed packed -> add(packed.run(), goes);
            case Extent.Inline inline -> {
                inlineBlocks += inline.blocks();
                inlineAlone += goes ? inline.blocks() : 0;
            }
            case Extent.Promised _ -> {}
        }
    }

    private void add(BlockRun run, boolean goes) {
        all.add(run);
        if (goes) {
            alone.add(run);
        }
    }

    /** What would come free; as it is stored, so after compression. */
    public long exclusiveBytes() {
        long[] blocks = {inlineAlone};
        alone.forEachPiece(piece -> {
            for (long block = piece * BlockCounts.PIECE_BLOCKS;
                    block < (piece + 1) * BlockCounts.PIECE_BLOCKS;
                    block++) {
                int count = alone.count(block);
                blocks[0] += count > 0 && count == total.count(block) ? 1 : 0;
            }
        });
        return Blocks.bytes(blocks[0]);
    }

    /** What all records take together, each block counted once. */
    public long storedBytes() {
        return Blocks.bytes(all.used() + inlineBlocks);
    }
}

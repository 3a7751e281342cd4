package dev.ring3.fs.extent;

import java.util.NavigableMap;

/** Segments by number, each with the blocks that are busy. */
record SegmentImage(int segmentBlocks, NavigableMap<Integer, Bitmap> busy) implements ExtentStore.Image {
    @Override
    public boolean exists(BlockRun run) {
        long number = run.start() / segmentBlocks;
        return run.start() % segmentBlocks + run.blocks() <= segmentBlocks
                && number <= Integer.MAX_VALUE
                && busy.containsKey((int) number);
    }

    @Override
    public void forEachBlock(BlockVisitor visitor) {
        busy.forEach((number, blocks) -> {
            for (int block = 0; block < segmentBlocks; block++) {
                visitor.visit((long) number * segmentBlocks + block, blocks.get(block));
            }
        });
    }
}

package dev.ring3.fs.extent;

import java.lang.foreign.MemorySegment;

/**
 * Data to be written back.
 *
 * @param offsetBytes where in the file it begins; a multiple of 4 KiB
 * @param data whole blocks, except that the file may end within the last one
 */
public record DirtyRange(long offsetBytes, MemorySegment data) {
    public DirtyRange {
        if (offsetBytes < 0 || !Blocks.aligned(offsetBytes) || data.byteSize() == 0) {
            throw new IllegalArgumentException("%d bytes at offset %d".formatted(data.byteSize(), offsetBytes));
        }
    }

    long startBlock() {
        return Blocks.of(offsetBytes);
    }

    /** How many blocks it covers, the last one perhaps in part. */
    long blocks() {
        return Blocks.covering(data.byteSize());
    }
}

package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * The buffer into which the kernel says why it refuses a program or types.
 *
 * @param level 0 for no log, which is the only level without a buffer
 */
record LoadLog(int level, MemorySegment buffer) {
    static final LoadLog NONE = new LoadLog(0, MemorySegment.NULL);

    /** A log of at least level 1. The segment is zeroed, so that {@link #text} finds an end whatever the kernel did. */
    static LoadLog of(SegmentAllocator allocator, int level, int sizeBytes) {
        return new LoadLog(level, allocator.allocate(sizeBytes));
    }

    /** How much the kernel may write: all but one byte, which stays zero. */
    int sizeBytes() {
        return (int) Math.max(0, buffer.byteSize() - 1);
    }

    /** What the kernel wrote. */
    String text() {
        return level == 0 ? "" : buffer.getString(0);
    }
}

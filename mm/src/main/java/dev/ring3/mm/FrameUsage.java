package dev.ring3.mm;

/**
 * What one user of frames holds, in frames. The last three are parts of the first and may overlap.
 *
 * @param heldFrames all
 * @param pinnedFrames those that nothing can free while somebody looks at them
 * @param dirtyFrames those that have to be written before they can be freed
 * @param writebackFrames those that are being written now
 */
public record FrameUsage(long heldFrames, long pinnedFrames, long dirtyFrames, long writebackFrames) {
    /** Frames of which none is pinned or dirty. */
    public static FrameUsage clean(long heldFrames) {
        return new FrameUsage(heldFrames, 0, 0, 0);
    }
}

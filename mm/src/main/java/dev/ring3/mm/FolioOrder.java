package dev.ring3.mm;

/** Sizes of folios, that is of physically contiguous, naturally aligned runs of frames. */
public enum FolioOrder {
    /** One frame, 4 KiB. */
    PAGE(0),
    /** 16 frames, 64 KiB. */
    LARGE(4),
    /** 512 frames, 2 MiB: what the host backs with one huge page. */
    HUGE(9);

    private final int log2Frames;

    FolioOrder(int log2Frames) {
        this.log2Frames = log2Frames;
    }

    /** The logarithm of the number of frames: 0, 4 or 9. */
    public int log2Frames() {
        return log2Frames;
    }

    /** How many frames a folio has. */
    public int frames() {
        return 1 << log2Frames;
    }

    /** How many bytes a folio has. */
    public int bytes() {
        return FrameAllocator.FRAME_BYTES << log2Frames;
    }
}

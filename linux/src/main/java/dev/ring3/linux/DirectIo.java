package dev.ring3.linux;

/**
 * How direct I/O on a file has to be aligned ({@code STATX_DIOALIGN}, Linux 6.1).
 *
 * @param memoryAlignmentBytes of the memory's address
 * @param offsetAlignmentBytes of offset and length; 0 if direct I/O is not possible on this file
 * @param readOffsetAlignmentBytes of offset and length of reads, which may be smaller (Linux 6.14)
 * @param isReported whether the kernel said so; otherwise these are values that are enough everywhere
 */
public record DirectIo(
        int memoryAlignmentBytes, int offsetAlignmentBytes, int readOffsetAlignmentBytes, boolean isReported) {
    private static final int PAGE_BYTES = 4096;

    /** The largest page of AArch64. */
    private static final int BLOCK_BYTES_MAX = 1 << 16;

    static DirectIo conservative(int blockBytes) {
        int alignment = Integer.highestOneBit(Math.clamp(blockBytes, PAGE_BYTES, BLOCK_BYTES_MAX));
        return new DirectIo(alignment, alignment, alignment, false);
    }

    /** Whether direct I/O is possible, as far as is known. */
    public boolean isPossible() {
        return offsetAlignmentBytes > 0;
    }
}

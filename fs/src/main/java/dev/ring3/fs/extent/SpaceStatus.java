package dev.ring3.fs.extent;

/**
 * The space of a volume, for {@code statfs}.
 *
 * @param totalBytes what is used and what could still be
 * @param usedBytes in blocks that something names
 * @param availableBytes what can still be written, promises and dirty data taken off
 * @param promisedBytes by fallocate
 */
public record SpaceStatus(long totalBytes, long usedBytes, long availableBytes, long promisedBytes) {
    static SpaceStatus ofBlocks(long used, long available, long promised) {
        long total = used + promised + available;
        return new SpaceStatus(
                Blocks.bytes(total), Blocks.bytes(used), Blocks.bytes(available), Blocks.bytes(promised));
    }
}

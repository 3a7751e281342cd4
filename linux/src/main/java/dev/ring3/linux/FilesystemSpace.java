package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * A filesystem's space and limits, {@code statfs(2)}.
 *
 * @param magic which filesystem it is, of {@code include/uapi/linux/magic.h}
 * @param blockBytes the unit of the counts
 * @param blocks in all
 * @param blocksFree not used
 * @param blocksAvailable not used, and there for who is not root
 * @param files how many inodes there can be; 0 where that has no limit
 * @param filesFree how many of them are not used
 * @param id as the filesystem chose it; 0 for none
 * @param nameBytesMax the longest name of a file
 * @param flags {@code ST_*}: 1 read-only, 2 no set-user-id
 */
public record FilesystemSpace(
        long magic,
        long blockBytes,
        long blocks,
        long blocksFree,
        long blocksAvailable,
        long files,
        long filesFree,
        long id,
        long nameBytesMax,
        long flags) {
    /** {@code struct statfs} of {@code include/uapi/asm-generic/statfs.h} on processors of 64 bits. */
    private static final int BYTES = 120;

    /**
     * Of the filesystem on which a path lies.
     *
     * @throws LinuxException if there is no such path
     */
    public static FilesystemSpace of(Path path) {
        SystemCalls calls = HostSystemCalls.get();
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment name = memory.cString(PathBytes.of(path));
            MemorySegment result = memory.allocate(BYTES, Long.BYTES);
            long status = calls.call(memory, SystemCall.STATFS, name.address(), result.address());
            LinuxException.require(status, "statfs", path.toString());
            return decode(result);
        }
    }

    static FilesystemSpace of(SystemCalls calls, int fd, String object) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment result = memory.allocate(BYTES, Long.BYTES);
            LinuxException.require(calls.call(memory, SystemCall.FSTATFS, fd, result.address()), "fstatfs", object);
            return decode(result);
        }
    }

    private static FilesystemSpace decode(MemorySegment statfs) {
        return new FilesystemSpace(
                word(statfs, 0),
                word(statfs, 8),
                word(statfs, 16),
                word(statfs, 24),
                word(statfs, 32),
                word(statfs, 40),
                word(statfs, 48),
                word(statfs, 56),
                word(statfs, 64),
                word(statfs, 80));
    }

    private static long word(MemorySegment statfs, long at) {
        return statfs.get(ValueLayout.JAVA_LONG, at);
    }
}

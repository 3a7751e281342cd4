package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;

/** Ranges of one file: holes, copies, clones. */
final class FileRanges {
    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;

    /** {@code FICLONE}, {@code FICLONERANGE} of {@code include/uapi/linux/fs.h}. */
    private static final int CLONE = 0x40049409;

    private static final int CLONE_RANGE = 0x4020940d;

    /** {@code struct file_clone_range}: s64 source, u64 offset there, length, offset here. */
    private static final int CLONE_RANGE_BYTES = 32;

    private final SystemCalls calls;
    private final OwnedDescriptor descriptor;

    FileRanges(SystemCalls calls, OwnedDescriptor descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    OptionalLong next(int whence, long offset) {
        try (CallMemory memory = CallMemory.open()) {
            long result = descriptor.use(fd -> calls.call(memory, SystemCall.LSEEK, fd, offset, whence));
            return result == -Errno.ENXIO.number()
                    ? OptionalLong.empty()
                    : OptionalLong.of(LinuxException.require(result, "lseek", descriptor.object()));
        }
    }

    long copyTo(OwnedDescriptor target, long from, long to, long length) {
        int source = descriptor.acquire();
        try (CallMemory memory = CallMemory.open()) {
            int into = target.acquire();
            try {
                MemorySegment offsets = memory.allocate(2 * Long.BYTES, Long.BYTES);
                offsets.set(ValueLayout.JAVA_LONG, 0, from);
                offsets.set(ValueLayout.JAVA_LONG, Long.BYTES, to);
                long done = 0;
                while (done < length) {
                    long rest = length - done;
                    // The kernel moves both offsets on.
                    long count = Retry.whileInterrupted(() -> calls.call(
                            memory,
                            SystemCall.COPY_FILE_RANGE,
                            source,
                            offsets.address(),
                            into,
                            offsets.address() + Long.BYTES,
                            rest,
                            0));
                    LinuxException.require(count, "copy_file_range", descriptor.object() + " to " + target.object());
                    if (count == 0) {
                        break;
                    }
                    done += count;
                }
                return done;
            } finally {
                target.release();
            }
        } finally {
            descriptor.release();
        }
    }

    void cloneOf(OwnedDescriptor source) {
        try (CallMemory memory = CallMemory.open()) {
            long result =
                    source.use(from -> descriptor.use(to -> calls.call(memory, SystemCall.IOCTL, to, CLONE, from)));
            LinuxException.require(result, "ioctl(FICLONE)", source.object() + " to " + descriptor.object());
        }
    }

    void cloneRangeOf(OwnedDescriptor source, long from, long to, long length) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment range = memory.allocate(CLONE_RANGE_BYTES, Long.BYTES);
            range.set(ValueLayout.JAVA_LONG, 8, from);
            range.set(ValueLayout.JAVA_LONG, 16, length);
            range.set(ValueLayout.JAVA_LONG, 24, to);
            long result = source.use(sourceFd -> descriptor.use(fd -> {
                range.set(ValueLayout.JAVA_LONG, 0, sourceFd);
                return calls.call(memory, SystemCall.IOCTL, fd, CLONE_RANGE, range.address());
            }));
            LinuxException.require(result, "ioctl(FICLONERANGE)", source.object() + " to " + descriptor.object());
        }
    }
}

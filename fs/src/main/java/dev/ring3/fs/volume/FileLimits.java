package dev.ring3.fs.volume;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.FileTree;
import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;

/** How far a file goes, and what is said to who asks for more. */
final class FileLimits {
    private FileLimits() {}

    /** EINVAL. */
    static void requireOffset(String operation, long offset) {
        if (offset < 0) {
            throw new FsException(Errno.EINVAL, operation, "offset " + offset);
        }
    }

    /** The end of a range that is written to: EINVAL, EFBIG. */
    static long end(String operation, long offset, long length) {
        requireOffset(operation, offset);
        if (length > FileTree.FILE_BYTES_MAX - offset) {
            throw new FsException(Errno.EFBIG, operation, "%d bytes at %d".formatted(length, offset));
        }
        return offset + length;
    }

    /** A range that is read from has to lie in a file: EINVAL. */
    static void requireSource(String operation, long offset, long length) {
        if (offset < 0 || length > FileTree.FILE_BYTES_MAX - offset) {
            throw new FsException(Errno.EINVAL, operation, "%d bytes from %d".formatted(length, offset));
        }
    }

    /** EINVAL, EFBIG. */
    static void requireSize(long size) {
        if (size < 0) {
            throw new FsException(Errno.EINVAL, "truncate", "to %d bytes".formatted(size));
        }
        if (size > FileTree.FILE_BYTES_MAX) {
            throw new FsException(Errno.EFBIG, "truncate", "to %d bytes".formatted(size));
        }
    }

    /** What of it lies below the largest size; EFBIG if nothing does. As {@code generic_write_checks_count} of the kernel. */
    static MemorySegment fitting(MemorySegment from, long offset) {
        if (offset >= FileTree.FILE_BYTES_MAX) {
            throw new FsException(Errno.EFBIG, "write", "at %d".formatted(offset));
        }
        return from.asSlice(0, Math.min(from.byteSize(), FileTree.FILE_BYTES_MAX - offset));
    }

    /** What collapsing and inserting ask of a range: EINVAL, EFBIG. */
    static void requireRange(AllocateMode mode, long size, long offset, long length) {
        boolean shifts = mode == AllocateMode.COLLAPSE_RANGE || mode == AllocateMode.INSERT_RANGE;
        boolean aligned = offset % Reserved.BLOCK_BYTES == 0 && length % Reserved.BLOCK_BYTES == 0;
        boolean inside = mode == AllocateMode.COLLAPSE_RANGE ? offset + length < size : offset < size;
        if (shifts && (!aligned || !inside)) {
            throw new FsException(Errno.EINVAL, "allocate", "%s of %d at %d".formatted(mode, length, offset));
        }
        if (mode == AllocateMode.INSERT_RANGE) {
            end("allocate", size, length);
        }
    }
}

package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads and writes of one file. Its one mutable field is a fact once learned, so it needs no lock. */
final class Transfers {
    /** {@code UIO_MAXIOV}: how many pieces one call takes. */
    static final int PIECES_MAX = 1024;

    /** {@code struct iovec}: address, length. */
    private static final int PIECE_BYTES = 16;

    /** Direct I/O aligns to at least this, so a count that is no multiple of it was cut by the end of the file. */
    private static final int SECTOR_BYTES = 512;

    private final SystemCalls calls;
    private final OwnedDescriptor descriptor;
    private final boolean direct;
    private volatile boolean uncachedRefused;

    Transfers(SystemCalls calls, OwnedDescriptor descriptor, boolean direct) {
        this.calls = calls;
        this.descriptor = descriptor;
        this.direct = direct;
    }

    long read(MemorySegment into, long offset, IoFlags flags) {
        return require("read", single(SystemCall.PREAD64, SystemCall.PREADV2, into, offset, flags), offset);
    }

    long write(MemorySegment from, long offset, IoFlags flags) {
        return require("write", single(SystemCall.PWRITE64, SystemCall.PWRITEV2, from, offset, flags), offset);
    }

    long read(List<MemorySegment> into, long offset, IoFlags flags) {
        return require("read", vectored(SystemCall.PREADV2, into, offset, flags), offset);
    }

    long write(List<MemorySegment> from, long offset, IoFlags flags) {
        return require("write", vectored(SystemCall.PWRITEV2, from, offset, flags), offset);
    }

    OptionalLong tryRead(List<MemorySegment> into, long offset, IoFlags flags) {
        return answer("read", vectored(SystemCall.PREADV2, into, offset, flags.and(IoFlags.NO_WAIT)), offset);
    }

    OptionalLong tryWrite(List<MemorySegment> from, long offset, IoFlags flags) {
        return answer("write", vectored(SystemCall.PWRITEV2, from, offset, flags.and(IoFlags.NO_WAIT)), offset);
    }

    long readFully(List<MemorySegment> into, long offset, IoFlags flags) {
        List<MemorySegment> rest = into;
        long done = 0;
        while (hasBytes(rest)) {
            long count = read(rest, at(offset, done), flags);
            done += count;
            rest = after(rest, count);
            // To read on at an unaligned place would be refused, and only the end of the file leads to one.
            if (count == 0 || (direct && count % SECTOR_BYTES != 0)) {
                return done;
            }
        }
        return done;
    }

    void writeFully(List<MemorySegment> from, long offset, IoFlags flags) {
        if (flags.contains(IoFlags.ATOMIC)) {
            throw new IllegalArgumentException("a write in several calls is not atomic");
        }
        List<MemorySegment> rest = from;
        long done = 0;
        while (hasBytes(rest)) {
            long count = write(rest, at(offset, done), flags);
            if (count == 0) {
                throw new LinuxException("write", descriptor.object() + ", which takes no bytes", Errno.EIO.number());
            }
            done += count;
            rest = after(rest, count);
        }
    }

    boolean isUncachedAvailable() {
        if (direct) {
            return false; // there is no cache to pass through
        }
        if (!uncachedRefused) {
            try (CallMemory memory = CallMemory.open()) {
                MemorySegment room = memory.allocate(1);
                long result = single(SystemCall.PREAD64, SystemCall.PREADV2, room, 0, IoFlags.UNCACHED);
                if (result == -Errno.EBADF.number()) {
                    uncachedRefused = !isUncachedAvailableForReaders();
                } else {
                    require("read", result, 0);
                }
            }
        }
        return !uncachedRefused;
    }

    /** The same file opened once more, because this descriptor can only write. */
    private boolean isUncachedAvailableForReaders() {
        return descriptor.use(fd -> {
            try (RawFile reader = RawFile.open(calls, Path.of("/proc/self/fd/" + fd), Access.READ, 0)) {
                return reader.isUncachedAvailable();
            }
        });
    }

    private long single(SystemCall plain, SystemCall flagged, MemorySegment piece, long offset, IoFlags flags) {
        if (flags.bits() != 0 || offset == RawFile.NEXT) {
            return vectored(flagged, List.of(piece), offset, flags);
        }
        requireUsable(piece);
        int fd = descriptor.acquire();
        try (CallMemory memory = CallMemory.open()) {
            long result;
            do {
                result = calls.call(memory, plain, fd, piece.address(), piece.byteSize(), offset);
            } while (result == -Errno.EINTR.number());
            return result;
        } finally {
            descriptor.release();
        }
    }

    /** The kernel's result; a refusal of {@link IoFlags#UNCACHED} is remembered, and the call made without. */
    private long vectored(SystemCall call, List<MemorySegment> pieces, long offset, IoFlags flags) {
        int fd = descriptor.acquire();
        try (CallMemory memory = CallMemory.open()) {
            int count = Math.min(pieces.size(), PIECES_MAX);
            MemorySegment vector = memory.allocate((long) count * PIECE_BYTES, Long.BYTES);
            for (int i = 0; i < count; i++) {
                MemorySegment piece = pieces.get(i);
                requireUsable(piece);
                vector.set(ValueLayout.JAVA_LONG, (long) i * PIECE_BYTES, piece.address());
                vector.set(ValueLayout.JAVA_LONG, (long) i * PIECE_BYTES + Long.BYTES, piece.byteSize());
            }
            IoFlags asked = uncachedRefused ? flags.without(IoFlags.UNCACHED) : flags;
            long result = invoke(memory, call, fd, vector, count, offset, asked);
            if (result == -Errno.EOPNOTSUPP.number() && asked.contains(IoFlags.UNCACHED)) {
                result = invoke(memory, call, fd, vector, count, offset, asked.without(IoFlags.UNCACHED));
                if (result >= 0) {
                    uncachedRefused = true; // it was that flag, not another
                }
            }
            return result;
        } finally {
            descriptor.release();
        }
    }

    private long invoke(
            CallMemory memory, SystemCall call, int fd, MemorySegment vector, int count, long offset, IoFlags flags) {
        while (true) {
            // The offset fills the first half of a pair, the second being for processors of 32 bits.
            long result = calls.call(memory, call, fd, vector.address(), count, offset, 0, flags.bits());
            if (result != -Errno.EINTR.number()) {
                return result;
            }
        }
    }

    private long require(String operation, long result, long offset) {
        if (result < 0) {
            LinuxException.require(result, operation, "%s at %d".formatted(descriptor.object(), offset));
        }
        return result;
    }

    private OptionalLong answer(String operation, long result, long offset) {
        return result == -Errno.EAGAIN.number()
                ? OptionalLong.empty()
                : OptionalLong.of(require(operation, result, offset));
    }

    private static long at(long offset, long done) {
        return offset == RawFile.NEXT ? offset : offset + done;
    }

    private static boolean hasBytes(List<MemorySegment> pieces) {
        for (MemorySegment piece : pieces) {
            if (piece.byteSize() > 0) {
                return true;
            }
        }
        return false;
    }

    /** What is left of some pieces after their first bytes. */
    private static List<MemorySegment> after(List<MemorySegment> pieces, long bytes) {
        List<MemorySegment> rest = new ArrayList<>(pieces.size());
        long skip = bytes;
        for (MemorySegment piece : pieces) {
            long skipped = Math.min(skip, piece.byteSize());
            skip -= skipped;
            if (skipped < piece.byteSize()) {
                rest.add(piece.asSlice(skipped));
            }
        }
        return rest;
    }

    /** The kernel is given an address alone, so whether this thread may use it is for us to ask. */
    private static void requireUsable(MemorySegment piece) {
        if (!piece.isNative()) {
            throw new IllegalArgumentException("memory of the heap, which the kernel cannot be given");
        }
        if (!piece.scope().isAlive() || !piece.isAccessibleBy(Thread.currentThread())) {
            throw new IllegalStateException("memory that is closed, or another thread's");
        }
    }
}

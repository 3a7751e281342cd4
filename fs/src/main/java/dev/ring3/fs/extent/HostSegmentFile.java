package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import dev.ring3.linux.IoFlags;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.RangeMode;
import dev.ring3.linux.RangeSync;
import dev.ring3.linux.RawFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** A segment as a file of the host. */
final class HostSegmentFile implements SegmentFile {
    /** Enough for O_DIRECT on every device of whole 4 KiB blocks. */
    private static final long ALIGNMENT = Blocks.BYTES;

    private static final long ZEROS_BYTES = 1 << 20;

    private static final long START_BYTES_MIN = 1 << 18;

    private final RawFile file;
    private final Path path;
    private final long bytes;
    private final boolean direct;
    private final IoFlags flags;

    HostSegmentFile(RawFile file, Path path, long bytes, HostCaching caching) {
        this.file = file;
        this.path = path;
        this.bytes = bytes;
        this.direct = caching == HostCaching.DIRECT;
        this.flags = caching == HostCaching.UNCACHED ? IoFlags.UNCACHED : IoFlags.NONE;
    }

    @Override
    public void read(long offsetBytes, MemorySegment into) {
        if (isUsable(into)) {
            readFully(offsetBytes, into);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(into.byteSize(), ALIGNMENT);
            readFully(offsetBytes, copy);
            into.copyFrom(copy);
        }
    }

    private void readFully(long offsetBytes, MemorySegment into) {
        long count = HostBlockDevice.translated(() -> file.readFully(List.of(into), offsetBytes, flags));
        if (count != into.byteSize()) {
            throw new FsException(Errno.EIO, "read", path + " ends at " + (offsetBytes + count));
        }
    }

    @Override
    public void write(long offsetBytes, MemorySegment from) {
        if (isUsable(from)) {
            writeFully(offsetBytes, from);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(from.byteSize(), ALIGNMENT);
            copy.copyFrom(from);
            writeFully(offsetBytes, copy);
        }
    }

    private void writeFully(long offsetBytes, MemorySegment from) {
        HostBlockDevice.translated(() -> {
            file.writeFully(List.of(from), offsetBytes, flags);
            if (!direct && from.byteSize() >= START_BYTES_MIN) {
                file.syncRange(
                        offsetBytes, from.byteSize(), RangeSync.START); // a sync will follow: let it find less to do
            }
            return 0;
        });
    }

    @Override
    public void force() {
        HostBlockDevice.translated(() -> {
            file.syncData();
            return 0;
        });
    }

    @Override
    public boolean punch(long offsetBytes, long length) {
        return HostBlockDevice.translated(() -> {
            try {
                file.allocate(RangeMode.PUNCH_HOLE, offsetBytes, length);
                return true;
            } catch (LinuxException e) {
                if (e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.ENOSYS) {
                    return false;
                }
                throw e;
            }
        });
    }

    @Override
    public void allocate(long offsetBytes, long length) {
        HostBlockDevice.translated(() -> {
            try {
                file.allocate(RangeMode.ALLOCATE, offsetBytes, length);
            } catch (LinuxException e) {
                if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.ENOSYS) {
                    throw e;
                }
                writeZeros(offsetBytes, length); // such a host punches no holes either, so this is a new file
            }
            return 0;
        });
    }

    private void writeZeros(long offsetBytes, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zeros = arena.allocate(Math.min(ZEROS_BYTES, length), ALIGNMENT);
            for (long done = 0; done < length; done += zeros.byteSize()) {
                file.writeFully(zeros.asSlice(0, Math.min(zeros.byteSize(), length - done)), offsetBytes + done);
            }
        }
    }

    @Override
    public boolean isSparse() {
        return HostBlockDevice.translated(() -> file.statx().blocks512().orElse(0) * 512 < bytes);
    }

    @Override
    public void close() {
        file.close();
    }

    private boolean isUsable(MemorySegment memory) {
        return memory.isNative() && (!direct || memory.address() % ALIGNMENT == 0);
    }
}

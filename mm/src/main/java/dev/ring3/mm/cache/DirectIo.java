package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.PageTable.PAGE_BYTES;
import static dev.ring3.mm.cache.PageTable.PAGE_SHIFT;
import static dev.ring3.mm.cache.PageWord.WORD;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Reads and writes past the cache that see what is in it. A read takes pages that are in the cache from there, and keeps
 * others from arriving while it reads the rest from the backing. A write has its range written back and taken out, and
 * keeps pages from arriving until it has written.
 */
final class DirectIo {
    /** How often a write tries to get its range out of the cache, while others make it dirty again. */
    private static final int ATTEMPTS_MAX = 16;

    private final AddressSpace file;

    DirectIo(AddressSpace file) {
        this.file = file;
    }

    long read(long offset, MemorySegment into) throws IOException {
        requireAligned(offset, into.byteSize());
        long length = into.byteSize();
        long wanted = Math.clamp(file.size() - offset, 0, length);
        long done = 0;
        while (done < wanted) {
            long position = offset + done;
            long end = position;
            if (isAbsent(position)) {
                done += readAbsent(position, offset + wanted, into, done);
                continue;
            }
            while (end < offset + wanted && !isAbsent(end)) {
                end += PAGE_BYTES;
            }
            long bytes = Math.min(end, offset + wanted) - position;
            long read = file.reader().readPages(position, into.asSlice(done, bytes), IoMode.UNCACHED);
            if (read <= 0) {
                break;
            }
            done += read;
        }
        return Math.clamp(file.size() - offset, 0, done);
    }

    long write(long offset, MemorySegment from) throws IOException {
        long length = from.byteSize();
        requireAligned(offset, length);
        if (length == 0) {
            return 0;
        }
        if (offset + length <= file.size()) {
            return writeAligned(offset, from, false);
        }
        file.sizeLock().lock();
        try {
            return writeAligned(offset, from, true);
        } finally {
            file.sizeLock().unlock();
        }
    }

    private long writeAligned(long offset, MemorySegment from, boolean sizeLocked) throws IOException {
        long fromPage = offset >>> PAGE_SHIFT;
        long toPage = fromPage + (from.byteSize() >>> PAGE_SHIFT);
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            file.writeBack(offset, from.byteSize());
            RangeLock.Held range = file.arrivals().lock(fromPage, toPage, RangeLock.Mode.EXCLUSIVE);
            try {
                file.requireOpen();
                if (!file.remover().removeClean(fromPage, toPage, RemovalReason.DIRECT_WRITE)) {
                    continue;
                }
                long end = offset + from.byteSize();
                if (!sizeLocked && end > file.size()) {
                    break; // it has become shorter, and a truncate may be waiting for the range
                }
                file.backing().writeDirect(offset, from);
                if (end > file.size()) {
                    file.setSize(end);
                }
                return from.byteSize();
            } finally {
                file.arrivals().unlock(range);
            }
        }
        // Somebody keeps writing there, or cut the file off: then by the way that both share.
        long written = file.write(offset, from, IoMode.BUFFERED);
        file.writeBack(offset, written);
        return written;
    }

    private long readAbsent(long position, long end, MemorySegment into, long intoOffset) throws IOException {
        long fromPage = position >>> PAGE_SHIFT;
        long toPage = (end + PAGE_BYTES - 1) >>> PAGE_SHIFT;
        RangeLock.Held range = file.arrivals().lock(fromPage, toPage, RangeLock.Mode.DIRECT_READ);
        try {
            file.requireOpen();
            long absentEnd = position;
            while (absentEnd < end && isAbsent(absentEnd)) {
                absentEnd += PAGE_BYTES;
            }
            long bytes = Math.min(absentEnd - position, into.byteSize() - intoOffset);
            MemorySegment part = into.asSlice(intoOffset, bytes);
            long read = 0;
            while (read < bytes) {
                long more = file.backing().readDirect(position + read, part.asSlice(read));
                if (more < 0 || more > bytes - read) {
                    throw new IOException("the backing supplied %d of %d bytes".formatted(more, bytes - read));
                }
                if (more == 0) {
                    break;
                }
                read += more;
            }
            part.asSlice(read).fill((byte) 0);
            return Math.min(bytes, end - position);
        } finally {
            file.arrivals().unlock(range);
        }
    }

    private boolean isAbsent(long position) {
        long page = position >>> PAGE_SHIFT;
        long[] leaf = file.table().leaf(page);
        return leaf == null || PageWord.isAbsent((long) WORD.getVolatile(leaf, PageTable.slot(page)));
    }

    private static void requireAligned(long offset, long length) {
        if (((offset | length) & (PAGE_BYTES - 1)) != 0) {
            throw new IllegalArgumentException(
                    "direct I/O of %d bytes at %d: both must be multiples of %d".formatted(length, offset, PAGE_BYTES));
        }
    }
}

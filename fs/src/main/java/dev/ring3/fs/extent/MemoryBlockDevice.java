package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** Segments on the heap: for volumes in memory, and for tests. */
public final class MemoryBlockDevice implements BlockDevice {
    private final NavigableMap<Integer, MemorySegmentFile> files = new ConcurrentSkipListMap<>();
    private final long capacityBytes;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong reserve = new AtomicLong();

    /** A device that takes so many bytes of segments. */
    public MemoryBlockDevice(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    @Override
    public NavigableSet<Integer> segments() {
        // One by one: the constructor that copies a sorted set believes its size, which another thread may be changing.
        NavigableSet<Integer> present = new TreeSet<>();
        files.keySet().forEach(present::add);
        return present;
    }

    @Override
    public SegmentFile create(int number, long bytes) {
        if (used.addAndGet(bytes) > capacityBytes) {
            used.addAndGet(-bytes);
            throw new FsException(Errno.ENOSPC, "create segment", "segment " + number + " in memory");
        }
        MemorySegmentFile file = new MemorySegmentFile(new byte[Math.toIntExact(bytes)]);
        if (files.putIfAbsent(number, file) != null) {
            used.addAndGet(-bytes);
            throw new IllegalStateException("segment " + number + " exists");
        }
        return file;
    }

    @Override
    public SegmentFile open(int number, long bytes) {
        MemorySegmentFile file = files.get(number);
        if (file == null) {
            throw new FsException(Errno.EIO, "open segment", "segment " + number + " is not there");
        }
        return file;
    }

    @Override
    public void delete(int number) {
        MemorySegmentFile file = files.remove(number);
        if (file != null) {
            used.addAndGet(-file.bytes.length);
        }
    }

    @Override
    public long usableBytes() {
        return capacityBytes - used.get();
    }

    @Override
    public long holdReserve(long bytes) {
        long held = Math.min(bytes, reserve.get() + usableBytes());
        used.addAndGet(held - reserve.getAndSet(held));
        return held;
    }

    @Override
    public void releaseReserve() {
        used.addAndGet(-reserve.getAndSet(0));
    }

    /** Nothing: what is on it stays, for the next to open it. */
    @Override
    public void close() {}

    /** @param bytes all of the segment; racing writers of one block are the caller's error */
    @SuppressWarnings("ArrayRecordComponent") // two files are never compared
    private record MemorySegmentFile(byte[] bytes) implements SegmentFile {
        @Override
        public void read(long offsetBytes, MemorySegment into) {
            MemorySegment.copy(MemorySegment.ofArray(bytes), offsetBytes, into, 0, into.byteSize());
        }

        @Override
        public void write(long offsetBytes, MemorySegment from) {
            MemorySegment.copy(from, 0, MemorySegment.ofArray(bytes), offsetBytes, from.byteSize());
        }

        @Override
        public void force() {}

        @Override
        public boolean punch(long offsetBytes, long length) {
            MemorySegment.ofArray(bytes).asSlice(offsetBytes, length).fill((byte) 0);
            return false; // nothing is given back
        }

        @Override
        public void allocate(long offsetBytes, long length) {}

        @Override
        public boolean isSparse() {
            return false;
        }

        @Override
        public void close() {}
    }
}

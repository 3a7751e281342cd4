package dev.ring3.it.crash;

import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.SegmentFile;
import java.lang.foreign.MemorySegment;
import java.util.NavigableSet;

/** A device that forces nothing. */
record UnforcedDevice(BlockDevice device) implements BlockDevice {
    private record Unforced(SegmentFile file) implements SegmentFile {
        @Override
        public void force() {}

        @Override
        public void read(long offsetBytes, MemorySegment into) {
            file.read(offsetBytes, into);
        }

        @Override
        public void write(long offsetBytes, MemorySegment from) {
            file.write(offsetBytes, from);
        }

        @Override
        public boolean punch(long offsetBytes, long bytes) {
            return file.punch(offsetBytes, bytes);
        }

        @Override
        public void allocate(long offsetBytes, long bytes) {
            file.allocate(offsetBytes, bytes);
        }

        @Override
        public boolean isSparse() {
            return file.isSparse();
        }

        @Override
        public void close() {
            file.close();
        }
    }

    @Override
    public NavigableSet<Integer> segments() {
        return device.segments();
    }

    @Override
    public SegmentFile create(int number, long bytes) {
        return new Unforced(device.create(number, bytes));
    }

    @Override
    public SegmentFile open(int number, long bytes) {
        return new Unforced(device.open(number, bytes));
    }

    @Override
    public void delete(int number) {
        device.delete(number);
    }

    @Override
    public long usableBytes() {
        return device.usableBytes();
    }

    @Override
    public long holdReserve(long bytes) {
        return device.holdReserve(bytes);
    }

    @Override
    public void releaseReserve() {
        device.releaseReserve();
    }

    @Override
    public void close() {
        device.close();
    }
}

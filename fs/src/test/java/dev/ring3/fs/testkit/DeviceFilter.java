package dev.ring3.fs.testkit;

import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.SegmentFile;
import java.util.NavigableSet;

/** A device that does what another one does, but for what a test changes. */
public class DeviceFilter implements BlockDevice {
    private final BlockDevice device;

    public DeviceFilter(BlockDevice device) {
        this.device = device;
    }

    /** Each file on its way to who opened it. */
    protected SegmentFile filter(SegmentFile file) {
        return file;
    }

    @Override
    public NavigableSet<Integer> segments() {
        return device.segments();
    }

    @Override
    public SegmentFile create(int number, long bytes) {
        return filter(device.create(number, bytes));
    }

    @Override
    public SegmentFile open(int number, long bytes) {
        return filter(device.open(number, bytes));
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

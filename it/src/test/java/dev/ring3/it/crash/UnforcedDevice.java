package dev.ring3.it.crash;

import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.SegmentFile;
import dev.ring3.fs.testkit.DeviceFilter;
import dev.ring3.fs.testkit.SegmentFilter;

/** A device that forces nothing. */
final class UnforcedDevice extends DeviceFilter {
    UnforcedDevice(BlockDevice device) {
        super(device);
    }

    @Override
    protected SegmentFile filter(SegmentFile file) {
        return new SegmentFilter(file) {
            @Override
            public void force() {}
        };
    }
}

package dev.ring3.fs.volume;

import dev.ring3.fs.TransactionId;
import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.DataOptions;
import dev.ring3.fs.extent.MemoryBlockDevice;
import dev.ring3.fs.extent.SegmentFile;
import dev.ring3.fs.store.MemoryMedium;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.concurrent.atomic.AtomicLong;

/** A medium and a device in memory that outlive the volumes opened on them, and a clock that ticks with each look. */
final class TestDisk {
    private static final long DEVICE_BYTES = 64L << 20;

    final MemoryMedium medium;
    private final BlockDevice device;
    private final AtomicLong ticks;

    TestDisk() {
        this(MemoryMedium.recording(), new MemoryBlockDevice(DEVICE_BYTES), new AtomicLong());
    }

    private TestDisk(MemoryMedium medium, BlockDevice device, AtomicLong ticks) {
        this.medium = medium;
        this.device = device;
        this.ticks = ticks;
    }

    /** Without a thread of its own, so that what happens is a function of what is called. */
    VolumeOptions options() {
        return VolumeOptions.DEFAULT
                .withCommitInterval(Duration.ZERO)
                .withTime(() -> Instant.ofEpochSecond(1_000_000_000L, 0).plusNanos(ticks.incrementAndGet()))
                .withData(new DataOptions(1 << 8, Long.MAX_VALUE, 0, 0));
    }

    Volume open() {
        return open(options());
    }

    /** With names that share few hashes. */
    Volume openWithWeakHash() {
        return Volume.open(medium.open("the test"), new KeptDevice(device), options(), name -> (name[0] & 1L) << 40);
    }

    Volume open(VolumeOptions options) {
        return Volume.open(medium.open("the test"), new KeptDevice(device), options);
    }

    /**
     * The disk after a crash that kept batches up to this one. Data is never overwritten in place and is durable before
     * it is named, so the device may be the very same.
     */
    TestDisk afterCrash(TransactionId last) {
        return new TestDisk(medium.afterCrash(last), device, ticks);
    }

    /** Does not end with the volume. */
    private record KeptDevice(BlockDevice device) implements BlockDevice {
        @Override
        public NavigableSet<Integer> segments() {
            return device.segments();
        }

        @Override
        public SegmentFile create(int number, long bytes) {
            return device.create(number, bytes);
        }

        @Override
        public SegmentFile open(int number, long bytes) {
            return device.open(number, bytes);
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
        public void close() {}
    }
}

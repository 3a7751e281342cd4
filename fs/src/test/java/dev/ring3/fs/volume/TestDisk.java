package dev.ring3.fs.volume;

import dev.ring3.fs.TransactionId;
import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.DataOptions;
import dev.ring3.fs.extent.MemoryBlockDevice;
import dev.ring3.fs.extent.SimulatedDisk;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.fs.testkit.DeviceFilter;
import dev.ring3.fs.testkit.FaultyStore;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A medium and a device in memory that outlive the volumes opened on them, and a clock that ticks with each look. */
final class TestDisk {
    private static final long DEVICE_BYTES = 64L << 20;
    private static final long MEMORY_BYTES = 4 << 20;
    private static final int SEGMENT_BLOCKS = 1 << 8;

    final MemoryMedium medium;
    private final BlockDevice device;
    private final AtomicLong ticks;
    private FaultyStore store;

    /** With all data that was written, however a crash comes. */
    TestDisk() {
        this(MemoryMedium.recording(), new MemoryBlockDevice(DEVICE_BYTES), new AtomicLong());
    }

    private TestDisk(MemoryMedium medium, BlockDevice device, AtomicLong ticks) {
        this.medium = medium;
        this.device = device;
        this.ticks = ticks;
        this.store = new FaultyStore(medium.open("nobody yet"));
    }

    /** On a disk with a write cache. */
    static TestDisk losing(SimulatedDisk disk) {
        return new TestDisk(MemoryMedium.recording(), disk, new AtomicLong());
    }

    /** Without a thread of its own, so that what happens is a function of what is called. */
    VolumeOptions options() {
        return VolumeOptions.DEFAULT
                .withCommitInterval(Duration.ZERO)
                .withMemoryBytes(MEMORY_BYTES)
                .withTime(() -> Instant.ofEpochSecond(1_000_000_000L, 0).plusNanos(ticks.incrementAndGet()))
                .withData(new DataOptions(SEGMENT_BLOCKS, Long.MAX_VALUE, 0, 0));
    }

    /** The device, for one that closes it. */
    BlockDevice device() {
        return new KeptDevice(device);
    }

    private FaultyStore claim() {
        store = new FaultyStore(medium.open("the test"));
        return store;
    }

    Volume open() {
        return open(options());
    }

    /** With names that share few hashes, and a cleaner that takes small steps. */
    Volume openWithRareEvents() {
        VolumeSeams seams = new VolumeSeams(name -> (name[0] & 1L) << 40, 3);
        return Volume.open(claim(), new KeptDevice(device), options(), seams);
    }

    Volume open(VolumeOptions options) {
        return Volume.open(claim(), new KeptDevice(device), options);
    }

    /** The store of the volume that was opened last. */
    FaultyStore store() {
        return store;
    }

    /**
     * The disk after a crash at this moment that kept batches up to this one. All data is there: it is durable before a
     * batch names it.
     */
    TestDisk afterCrash(TransactionId last) {
        return new TestDisk(medium.afterCrash(last), copyOf(device), ticks);
    }

    /** The same device and clock, with other metadata. */
    TestDisk with(MemoryMedium other) {
        return new TestDisk(other, device, ticks);
    }

    /** The same where the crash left that of the device. */
    TestDisk afterCrash(TransactionId last, BlockDevice left) {
        return new TestDisk(medium.afterCrash(last), left, ticks);
    }

    private static BlockDevice copyOf(BlockDevice device) {
        MemoryBlockDevice copy = new MemoryBlockDevice(DEVICE_BYTES);
        MemorySegment buffer = MemorySegment.ofArray(new byte[SEGMENT_BLOCKS * 4096]);
        for (int number : device.segments()) {
            device.open(number, buffer.byteSize()).read(0, buffer);
            copy.create(number, buffer.byteSize()).write(0, buffer);
        }
        return copy;
    }

    /** Does not end with the volume. */
    private static final class KeptDevice extends DeviceFilter {
        KeptDevice(BlockDevice device) {
            super(device);
        }

        @Override
        public void close() {}
    }
}

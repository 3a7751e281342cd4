package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.extent.BlockDevice;
import dev.ring3.fs.extent.MemoryBlockDevice;
import dev.ring3.fs.extent.SegmentFile;
import java.lang.foreign.MemorySegment;
import java.util.NavigableSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A device in memory whose syncs, while it holds them, end when the test says so. */
final class HeldSyncs implements BlockDevice {
    private static final long SECONDS_MAX = 30;

    private final MemoryBlockDevice device = new MemoryBlockDevice(1 << 30);
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore ends = new Semaphore(0);
    private volatile boolean holding;

    /** From now on. */
    void hold() {
        holding = true;
    }

    /** Waits for the next sync that begins. */
    void awaitOne() throws InterruptedException {
        assertThat(begun.tryAcquire(SECONDS_MAX, TimeUnit.SECONDS))
                .as("a sync began")
                .isTrue();
    }

    /** Lets one end. */
    void letOneEnd() {
        ends.release();
    }

    /** Lets this one end, and all to come. */
    void letAllEnd() {
        holding = false;
        ends.release(1000);
    }

    private final class Held implements SegmentFile {
        private final SegmentFile file;

        Held(SegmentFile file) {
            this.file = file;
        }

        @Override
        public void read(long offsetBytes, MemorySegment into) {
            file.read(offsetBytes, into);
        }

        @Override
        public void write(long offsetBytes, MemorySegment from) {
            file.write(offsetBytes, from);
        }

        @Override
        public void force() {
            if (holding) {
                begun.release();
                ends.acquireUninterruptibly();
            }
            file.force();
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
        return new Held(device.create(number, bytes));
    }

    @Override
    public SegmentFile open(int number, long bytes) {
        return new Held(device.open(number, bytes));
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

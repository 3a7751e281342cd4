package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.extent.MemoryBlockDevice;
import dev.ring3.fs.extent.SegmentFile;
import dev.ring3.fs.testkit.DeviceFilter;
import dev.ring3.fs.testkit.SegmentFilter;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A device in memory whose syncs, while it holds them, end when the test says so. */
final class HeldSyncs extends DeviceFilter {
    private static final long SECONDS_MAX = 30;

    private final Semaphore begun = new Semaphore(0);
    private final Semaphore ends = new Semaphore(0);
    private volatile boolean holding;

    HeldSyncs() {
        super(new MemoryBlockDevice(1 << 30));
    }

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

    @Override
    protected SegmentFile filter(SegmentFile file) {
        return new SegmentFilter(file) {
            @Override
            public void force() {
                if (holding) {
                    begun.release();
                    ends.acquireUninterruptibly();
                }
                super.force();
            }
        };
    }
}

package dev.ring3.mm;

import dev.ring3.mm.ShrinkControl.Trigger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what reclaim does, for reports. Thread-safe. */
final class ReclaimCounters {
    private final LongAdder backgroundPasses = new LongAdder();
    private final LongAdder directPasses = new LongAdder();
    private final LongAdder freedFrames = new LongAdder();
    private final LongAdder stalls = new LongAdder();
    private final LongAdder stallNanos = new LongAdder();
    private final LongAdder failures = new LongAdder();

    void passed(Trigger trigger, long freed) {
        freedFrames.add(freed);
        switch (trigger) {
            case BACKGROUND -> backgroundPasses.increment();
            case DIRECT -> directPasses.increment();
            case REQUESTED -> {} // only what it freed is of interest
        }
    }

    void stalled(long nanos) {
        stalls.increment();
        stallNanos.add(nanos);
    }

    void failed() {
        failures.increment();
    }

    MemoryReport.Reclaim snapshot() {
        return new MemoryReport.Reclaim(
                backgroundPasses.sum(),
                directPasses.sum(),
                freedFrames.sum(),
                stalls.sum(),
                stallNanos.sum(),
                failures.sum());
    }
}

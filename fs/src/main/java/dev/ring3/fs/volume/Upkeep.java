package dev.ring3.fs.volume;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a volume does at intervals: makes what was written durable; and seldomer, moves what small syncs have left in
 * records to segments, and gives space that was freed back to the host.
 */
final class Upkeep implements Runnable {
    private final VolumeCore core;
    private final SmallDataWork small;
    private final long trimIntervalNanos;
    private final AtomicBoolean busy = new AtomicBoolean(); // whether somebody flushes

    // Whoever has set busy.
    private long trimmedAtNanos = System.nanoTime();

    Upkeep(VolumeCore core, Duration trimInterval) {
        this.core = core;
        this.small = new SmallDataWork(core);
        this.trimIntervalNanos = trimInterval.toNanos();
    }

    @Override
    public void run() {
        core.store().durable(core.store().lastWritten()); // what is written to files may take longer than an interval
        if (busy.compareAndSet(false, true)) {
            try {
                flushAndTrim();
            } finally {
                busy.set(false);
            }
        }
    }

    private void flushAndTrim() {
        try {
            core.writeback().flushAll();
        } finally {
            core.store().durable(core.store().lastWritten());
        }
        long now = System.nanoTime();
        if (now - trimmedAtNanos >= trimIntervalNanos) {
            trimmedAtNanos = now;
            small.run();
            core.data().trim();
        }
    }
}

package dev.ring3.fs.volume;

import java.time.Duration;

/**
 * What a volume does at intervals: makes what was written durable; and seldomer, moves what small syncs have left in
 * records to segments, and gives space that was freed back to the host.
 */
final class Upkeep implements Runnable {
    private final VolumeCore core;
    private final SmallDataWork small;
    private final long trimIntervalNanos;

    // Only the thread that runs this knows it.
    private long trimmedAtNanos = System.nanoTime();

    Upkeep(VolumeCore core, Duration trimInterval) {
        this.core = core;
        this.small = new SmallDataWork(core);
        this.trimIntervalNanos = trimInterval.toNanos();
    }

    @Override
    public void run() {
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

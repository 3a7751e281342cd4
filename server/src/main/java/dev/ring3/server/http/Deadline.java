package dev.ring3.server.http;

import java.time.Duration;

/** When a connection is cut unless it gets on. Set by the connection's thread, read by the one that cuts. */
final class Deadline {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long originNanos = System.nanoTime();
    private volatile long afterNanos = Long.MAX_VALUE; // the origin

    /** This much from now on. */
    void in(Duration time) {
        afterNanos = System.nanoTime() - originNanos + time.toNanos();
    }

    /** This much from now on, and what so many bytes may take beyond it. */
    void in(Duration time, long bytes) {
        in(time.plusNanos(bytes * NANOS_PER_SECOND / HttpLimits.BYTES_PER_SECOND_MIN));
    }

    /** Whenever it likes. */
    void never() {
        afterNanos = Long.MAX_VALUE;
    }

    boolean hasPassed() {
        return System.nanoTime() - originNanos > afterNanos;
    }
}

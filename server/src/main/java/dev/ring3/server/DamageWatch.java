package dev.ring3.server;

import dev.ring3.server.event.Events;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that data could not be read or written: a checksum that does not fit, a disk that fails. It is told as an
 * {@code alert}, each time that there is more of it, and stays among the problems until the server ends.
 */
final class DamageWatch implements AutoCloseable {
    private static final long PERIOD_SECONDS = 5;

    private final Events events;
    private final LongSupplier readFailures;
    private final LongSupplier writeFailures;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("damage-watch").daemon(true).factory());

    // Written by the thread.
    private volatile long seenReads;
    private volatile long seenWrites;

    /**
     * Of counters that never go back.
     *
     * @param readFailures how often data could not be read since the start
     * @param writeFailures how often data could not be written back
     */
    DamageWatch(Events events, LongSupplier readFailures, LongSupplier writeFailures) {
        this.events = events;
        this.readFailures = readFailures;
        this.writeFailures = writeFailures;
    }

    void start() {
        var _ = thread.scheduleWithFixedDelay(this::look, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    void look() {
        long reads = readFailures.getAsLong();
        long writes = writeFailures.getAsLong();
        boolean worse = reads > seenReads || writes > seenWrites;
        seenReads = reads;
        seenWrites = writes;
        if (worse) {
            problems()
                    .forEach(line -> events.publish(
                            "alert",
                            new JsonObject().put("kind", "data.damaged").put("message", line)));
        }
    }

    /** What was noticed, a line each. */
    List<String> problems() {
        List<String> lines = new ArrayList<>();
        if (seenReads > 0) {
            lines.add("data could not be read %d times since the start; 'ring3 fs scrub' says of which files"
                    .formatted(seenReads));
        }
        if (seenWrites > 0) {
            lines.add(
                    "data could not be written to the disk %d times since the start; it is kept in memory and tried again"
                            .formatted(seenWrites));
        }
        return lines;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

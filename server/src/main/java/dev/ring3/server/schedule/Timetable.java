package dev.ring3.server.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * When things are due that are to happen once in every slot of the clock: an hour, a day. A clock that is set, forth or
 * back, lets a thing happen once more at most, because half a slot has to pass by the clock that only runs.
 */
public final class Timetable {
    /**
     * When a thing last happened.
     *
     * @param ranNanos on the clock that only runs
     */
    private record Last(long slot, long ranNanos) {}

    private final InstantSource clock;
    private final LongSupplier nanos;

    // Guarded by this object's monitor.
    private final Map<Long, Last> last = new HashMap<>();

    /** @param nanos a clock that only runs, {@link System#nanoTime} */
    public Timetable(InstantSource clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
    }

    private static long slot(Instant moment, Duration every) {
        return Math.floorDiv(moment.getEpochSecond() + offset(every), every.toSeconds());
    }

    /** Weeks begin on Mondays, and the epoch was a Thursday; all else begins with the epoch. */
    private static long offset(Duration every) {
        return every.toDays() % 7 == 0 && every.equals(Duration.ofDays(every.toDays()))
                ? Duration.ofDays(3).toSeconds()
                : 0;
    }

    /** Notes what happened before this began, so that it is not due again in the same slot. */
    public synchronized void happened(long id, Duration every, Instant moment) {
        last.put(id, new Last(slot(moment, every), nanos.getAsLong() - every.toNanos()));
    }

    /** Notes that it happens now. */
    public synchronized void happens(long id, Duration every) {
        last.put(id, new Last(slot(clock.instant(), every), nanos.getAsLong()));
    }

    /** Notes nothing of it any more. */
    public synchronized void forget(long id) {
        last.remove(id);
    }

    /** Whether it has not happened in this slot. */
    public synchronized boolean isDue(long id, Duration every) {
        Last before = last.get(id);
        return before == null
                || (slot(clock.instant(), every) != before.slot()
                        && nanos.getAsLong() - before.ranNanos() >= every.toNanos() / 2);
    }

    /** When it is next due, by the clock as it is. */
    public Instant next(long id, Duration every) {
        Instant now = clock.instant();
        return isDue(id, every)
                ? now
                : Instant.ofEpochSecond((slot(now, every) + 1) * every.toSeconds() - offset(every));
    }
}

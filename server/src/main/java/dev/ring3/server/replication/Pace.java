package dev.ring3.server.replication;

import dev.ring3.server.json.JsonObject;
import dev.ring3.server.schedule.Retention;
import dev.ring3.server.schedule.Schedule;
import java.time.Duration;

/**
 * How often a replication runs, how fast, and what is kept on the other side.
 *
 * @param every zero for when it is asked to
 * @param bytesPerSecond zero for as fast as it goes
 */
record Pace(Duration every, Retention retention, long bytesPerSecond) {
    /** Slower than this the other side would believe that we have gone. */
    static final long BYTES_PER_SECOND_MIN = 64 << 10;

    /** By hand, as fast as it goes; the newest alone is kept. */
    static final Pace USUAL = new Pace(Duration.ZERO, new Retention(0, 0, 0), 0);

    Pace {
        boolean byHand = every.isZero();
        if (!byHand && (every.compareTo(Schedule.EVERY_MIN) < 0 || every.compareTo(Schedule.EVERY_MAX) > 0)) {
            throw new IllegalArgumentException("every " + every + ": from a minute to a year, or 0 for by hand");
        }
        if (bytesPerSecond != 0 && bytesPerSecond < BYTES_PER_SECOND_MIN) {
            throw new IllegalArgumentException("%d bytes a second: %d at least, or 0 for no limit"
                    .formatted(bytesPerSecond, BYTES_PER_SECOND_MIN));
        }
    }

    boolean isByHand() {
        return every.isZero();
    }

    JsonObject json() {
        return new JsonObject()
                .put("everySeconds", every.toSeconds())
                .put("keepHourly", retention.hourly())
                .put("keepDaily", retention.daily())
                .put("keepWeekly", retention.weekly())
                .put("bytesPerSecond", bytesPerSecond);
    }

    /** What an object says, and for what it does not say, what holds already. */
    static Pace of(JsonObject json, Pace otherwise) {
        return new Pace(
                Duration.ofSeconds(json.number("everySeconds", otherwise.every.toSeconds())),
                new Retention(
                        Math.toIntExact(json.number("keepHourly", otherwise.retention.hourly())),
                        Math.toIntExact(json.number("keepDaily", otherwise.retention.daily())),
                        Math.toIntExact(json.number("keepWeekly", otherwise.retention.weekly()))),
                json.number("bytesPerSecond", otherwise.bytesPerSecond));
    }
}

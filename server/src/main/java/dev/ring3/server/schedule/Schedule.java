package dev.ring3.server.schedule;

import dev.ring3.fs.SubvolumeId;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;

/**
 * When snapshots of a subvolume are taken, and which are kept.
 *
 * @param every the length of a slot, from a minute to a year
 */
public record Schedule(long id, SubvolumeId subvolume, Duration every, Retention retention) {
    /** More often is not looked at. */
    public static final Duration EVERY_MIN = Duration.ofMinutes(1);

    public static final Duration EVERY_MAX = Duration.ofDays(366);

    public Schedule {
        if (every.compareTo(EVERY_MIN) < 0 || every.compareTo(EVERY_MAX) > 0) {
            throw new IllegalArgumentException("a snapshot every " + every);
        }
    }

    /** What the names of its snapshots begin with; no others are deleted. */
    String prefix() {
        return "auto-%d-".formatted(id);
    }

    JsonObject json() {
        return new JsonObject()
                .put("id", id)
                .put("subvolume", subvolume.value())
                .put("everySeconds", every.toSeconds())
                .put("keepHourly", retention.hourly())
                .put("keepDaily", retention.daily())
                .put("keepWeekly", retention.weekly());
    }

    static Schedule of(JsonObject json) {
        return new Schedule(
                json.number("id"),
                new SubvolumeId(json.number("subvolume")),
                Duration.ofSeconds(json.number("everySeconds")),
                new Retention(
                        Math.toIntExact(json.number("keepHourly", 0)),
                        Math.toIntExact(json.number("keepDaily", 0)),
                        Math.toIntExact(json.number("keepWeekly", 0))));
    }
}

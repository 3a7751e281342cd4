package dev.ring3.server.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Names of snapshots that say when they were taken: a prefix, and the time in UTC. */
public final class TimedName {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private TimedName() {}

    /** The name of one that is taken at a moment. */
    public static String of(String prefix, Instant moment) {
        return prefix + TIME.format(moment);
    }

    /** When one of this prefix was taken; empty for a name of somebody else, which may look alike. */
    public static Optional<Instant> moment(String prefix, String name) {
        if (!name.startsWith(prefix)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.from(TIME.parse(name.substring(prefix.length()))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}

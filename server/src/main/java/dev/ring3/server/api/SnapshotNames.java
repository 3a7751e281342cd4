package dev.ring3.server.api;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Names for snapshots that nobody named. */
final class SnapshotNames {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT);

    private final InstantSource clock;

    SnapshotNames(InstantSource clock) {
        this.clock = clock;
    }

    /** The present time in UTC behind a word, so that names sort by time. */
    String now(String word) {
        return word + "-" + TIME.format(clock.instant().atZone(ZoneOffset.UTC));
    }
}

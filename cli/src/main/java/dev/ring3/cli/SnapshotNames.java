package dev.ring3.cli;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Names for snapshots that nobody named. */
final class SnapshotNames {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT);

    private SnapshotNames() {}

    /** The present time in UTC behind a word, so that names sort by time. */
    static String now(String word) {
        return word + "-" + TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    }
}

package dev.ring3.server.api;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a server knows of itself. */
public interface StatusSource {
    /** Whether it serves: all was started, nothing is being stopped. */
    boolean isReady();

    /** When it started. */
    Instant started();

    /** The data directory. */
    Path data();

    /** Where the console is; empty if there is none. */
    Optional<String> httpUrl();

    /** What could not be started, or is wrong, for people. */
    List<String> problems();
}

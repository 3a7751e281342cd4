package dev.ring3.server.access;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Browsers that were let in: one-time codes, and the sessions that they were exchanged for. Gone with the server. */
final class Sessions {
    /** Who prints more of them than this forgets the oldest. */
    static final int MAX = 64;

    static final Duration CODE_LIFE = Duration.ofMinutes(15);
    static final Duration SESSION_LIFE = Duration.ofHours(12);

    private final Secrets secrets;
    private final InstantSource clock;

    // Guarded by this object's monitor; hashes, with when they end in milliseconds of the epoch.
    private final Map<String, Long> codes = new LinkedHashMap<>();
    private final Map<String, Long> sessions = new LinkedHashMap<>();

    Sessions(Secrets secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    /** A code that lets one browser in, once. */
    synchronized String newCode() {
        return put(codes, CODE_LIFE);
    }

    /** The session that a code is good for, if it is good. */
    synchronized Optional<String> exchange(String code) {
        Long end = codes.remove(Secrets.hash(code));
        return end == null || end < clock.millis() ? Optional.empty() : Optional.of(put(sessions, SESSION_LIFE));
    }

    /** Whether this is a session. One that is used lives on. */
    synchronized boolean isKnown(String session) {
        String hash = Secrets.hash(session);
        Long end = sessions.remove(hash);
        if (end == null || end < clock.millis()) {
            return false;
        }
        sessions.put(hash, clock.millis() + SESSION_LIFE.toMillis());
        return true;
    }

    /** Ends a session. */
    synchronized void end(String session) {
        sessions.remove(Secrets.hash(session));
    }

    private String put(Map<String, Long> into, Duration life) {
        if (into.size() >= MAX) {
            into.remove(into.keySet().iterator().next());
        }
        String secret = secrets.next();
        into.put(Secrets.hash(secret), clock.millis() + life.toMillis());
        return secret;
    }
}

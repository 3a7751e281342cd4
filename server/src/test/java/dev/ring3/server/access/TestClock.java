package dev.ring3.server.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that goes as it is told, also back. */
final class TestClock implements InstantSource {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void advance(Duration time) {
        now = now.plus(time);
    }

    @Override
    public Instant instant() {
        return now;
    }
}

package dev.ring3.server.api;

import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Identity;
import dev.ring3.server.http.Receiving;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Status;
import dev.ring3.server.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * What somebody may do who only brings copies: see and make the subvolume that they are in, make copies directly in it, give
 * up one that is not whole, and delete one that is as old as its credential says. Everybody else is bound by nothing here.
 */
record Receivers(Identity caller, Optional<Receiving> bound) {
    static Receivers of(Request request) {
        return new Receivers(request.caller(), request.caller().receiving());
    }

    boolean areBound() {
        return bound.isPresent();
    }

    /** Whether a subvolume is theirs to see. */
    boolean sees(JsonObject subvolume) {
        return sees(subvolume.text("path"));
    }

    private boolean sees(String path) {
        return bound.map(where -> where.isInto(path) || where.isCopy(path)).orElse(true);
    }

    void requireSeen(String path) {
        require(sees(path), path);
    }

    void requireInto(String path) {
        require(bound.map(where -> where.isInto(path)).orElse(true), path);
    }

    void requireCopy(String path) {
        require(bound.map(where -> where.isCopy(path)).orElse(true), path);
    }

    void requireDeletable(JsonObject subvolume, Instant now) {
        String path = subvolume.text("path");
        requireCopy(path);
        boolean part = subvolume.has("receiving");
        boolean old = bound.flatMap(Receiving::keep)
                .map(keep ->
                        !Instant.parse(subvolume.text("created")).plus(keep).isAfter(now))
                .orElse(bound.isEmpty());
        require(part || old, path + ", which is kept");
    }

    private void require(boolean allowed, String what) {
        if (!allowed) {
            throw new HttpException(Status.FORBIDDEN, "EPERM", "%s may not: %s".formatted(caller.name(), what));
        }
    }
}

package dev.ring3.server.replication;

import dev.ring3.server.json.JsonObject;
import java.time.Instant;
import java.util.UUID;

/**
 * A snapshot that the other side has whole.
 *
 * @param content its identity, which is the same wherever it is
 * @param name the same on both sides
 * @param when it was taken
 */
record Sent(UUID content, String name, Instant when) {
    JsonObject json() {
        return new JsonObject()
                .put("content", content.toString())
                .put("name", name)
                .put("time", when.toString());
    }

    static Sent of(JsonObject json) {
        return new Sent(UUID.fromString(json.text("content")), json.text("name"), Instant.parse(json.text("time")));
    }
}

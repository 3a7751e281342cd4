package dev.ring3.server.replication;

import dev.ring3.fs.SubvolumeId;
import dev.ring3.server.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A subvolume that is copied to another server.
 *
 * @param key of eight hexadecimal digits, by which its snapshots are told from those of others, on both sides
 * @param sent what the other side has, and increments build on; null before the first
 * @param previous what that was before, while its holds were not taken back yet; else null
 */
record Replication(
        long id,
        String key,
        SubvolumeId source,
        Destination destination,
        Pace pace,
        @Nullable Sent sent,
        @Nullable Sent previous) {

    /** What the names of its snapshots begin with; no others are deleted, on either side. */
    String prefix() {
        return "replica-%s-".formatted(key);
    }

    Replication with(Destination other, Pace another) {
        return new Replication(id, key, source, other, another, sent, previous);
    }

    Replication with(@Nullable Sent now, @Nullable Sent before) {
        return new Replication(id, key, source, destination, pace, now, before);
    }

    /** As the API shows it. */
    JsonObject json() {
        JsonObject json = new JsonObject()
                .put("id", id)
                .put("subvolume", source.value())
                .putAll(destination.json())
                .putAll(pace.json())
                .put("prefix", prefix());
        if (sent != null) {
            json.put(
                    "sent",
                    new JsonObject()
                            .put("name", sent.name())
                            .put("time", sent.when().toString()));
        }
        return json;
    }

    JsonObject secretJson() {
        JsonObject json = new JsonObject()
                .put("id", id)
                .put("key", key)
                .put("subvolume", source.value())
                .put("destination", destination.secretJson())
                .putAll(pace.json());
        if (sent != null) {
            json.put("sent", sent.json());
        }
        if (previous != null) {
            json.put("previous", previous.json());
        }
        return json;
    }

    static Replication of(JsonObject json) {
        return new Replication(
                json.number("id"),
                json.text("key"),
                new SubvolumeId(json.number("subvolume")),
                Destination.of(json.object("destination")),
                Pace.of(json, Pace.USUAL),
                json.has("sent") ? Sent.of(json.object("sent")) : null,
                json.has("previous") ? Sent.of(json.object("previous")) : null);
    }
}

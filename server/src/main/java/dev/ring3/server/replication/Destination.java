package dev.ring3.server.replication;

import dev.ring3.server.client.RemoteAddress;
import dev.ring3.server.client.RemoteClient;
import dev.ring3.server.json.JsonObject;
import java.util.Optional;

/**
 * Where a replication goes.
 *
 * @param into the subvolume there in which snapshots are made: an absolute path
 * @param token that lets us in, of which nobody is told
 * @param certificates in PEM, which alone are trusted; empty for those that the JDK trusts
 */
record Destination(RemoteAddress address, String into, String token, Optional<String> certificates) {
    private static final int PATH_CHARS_MAX = 4096;

    Destination {
        boolean plain = into.startsWith("/") && into.length() > 1 && !into.endsWith("/") && !into.contains("//");
        if (!plain || into.length() > PATH_CHARS_MAX) {
            throw new IllegalArgumentException("\"%s\" is no path of a subvolume on the other side: /backup/projects"
                    .formatted(into.length() > PATH_CHARS_MAX ? into.substring(0, 99) + "..." : into));
        }
        if (!token.matches("[\\x21-\\x7e]{1,512}")) {
            throw new IllegalArgumentException(
                    "what was given as a token is none; 'ring3 token create NAME --receive PATH' makes one");
        }
    }

    /**
     * One that asks there, not connected yet.
     *
     * @throws IllegalArgumentException for certificates that are none
     */
    RemoteClient client() {
        return new RemoteClient(address, token, certificates);
    }

    Destination withToken(String other) {
        return new Destination(address, into, other, certificates);
    }

    JsonObject json() {
        return new JsonObject().put("url", address.toString()).put("into", into);
    }

    /** As it is kept in a file that is the owner's alone. */
    JsonObject secretJson() {
        JsonObject json = json().put("token", token);
        certificates.ifPresent(pem -> json.put("certificates", pem));
        return json;
    }

    static Destination of(JsonObject json) {
        return new Destination(
                RemoteAddress.parse(json.text("url")),
                json.text("into"),
                json.text("token"),
                json.optionalText("certificates"));
    }

    /** Without the token. */
    @Override
    public String toString() {
        return address + into;
    }
}

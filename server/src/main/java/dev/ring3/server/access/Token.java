package dev.ring3.server.access;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Receiving;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A token, without what makes it one.
 *
 * @param receiving where it brings copies; it may do nothing else then
 * @param hash of its secret
 */
record Token(String name, Access access, Optional<Receiving> receiving, Instant created, String hash) {
    private static final String RECEIVE = "receive";
    private static final String NAME = "[A-Za-z0-9._-]{1,64}";
    private static final int KEEP_DAYS_MAX = 36_500;

    Token {
        if (!name.matches(NAME)) {
            throw invalid("the name \"%s\"".formatted(name));
        }
    }

    private static FsException invalid(String what) {
        return new FsException(Errno.EINVAL, "create token", what);
    }

    /** One that is asked for. */
    static Token wanted(JsonObject json, Instant created, String hash) {
        String word = json.optionalText("access").orElse("read");
        boolean receives = word.equals(RECEIVE);
        if (!receives && (json.has("into") || json.has("keepDays"))) {
            throw invalid("\"into\" and \"keepDays\" are for access \"receive\"");
        }
        return new Token(
                json.text("name"),
                access(word),
                receives ? Optional.of(receiving(json)) : Optional.empty(),
                created,
                hash);
    }

    /** One that was kept. */
    static Token kept(JsonObject json) {
        return wanted(json, Instant.parse(json.text("created")), json.text("hash"));
    }

    private static Access access(String word) {
        return switch (word) {
            case RECEIVE -> Access.PUBLIC;
            case "read" -> Access.READ;
            case "admin" -> Access.ADMIN;
            default -> throw invalid("access \"%s\": receive, read or admin".formatted(word));
        };
    }

    private static Receiving receiving(JsonObject json) {
        try {
            if (!json.has("keepDays")) {
                return new Receiving(json.text("into"), Optional.empty());
            }
            long days = json.number("keepDays");
            if (days < 0 || days > KEEP_DAYS_MAX) {
                throw invalid("\"keepDays\" of %d".formatted(days));
            }
            return new Receiving(json.text("into"), Optional.of(Duration.ofDays(days)));
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    JsonObject json() {
        JsonObject json = new JsonObject()
                .put("name", name)
                .put("access", receiving.isPresent() ? RECEIVE : access.name().toLowerCase(Locale.ROOT))
                .put("created", created.toString());
        receiving.ifPresent(where -> {
            json.put("into", where.into());
            where.keep().ifPresent(keep -> json.put("keepDays", keep.toDays()));
        });
        return json;
    }
}

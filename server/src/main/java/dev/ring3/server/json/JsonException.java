package dev.ring3.server.json;

/** A text is no JSON, or not the JSON that was expected; the message says where. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }

    static JsonException of(String member, String expected) {
        return new JsonException("\"%s\" has to be %s".formatted(member, expected));
    }
}

package dev.ring3.server.http;

import dev.ring3.server.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An answer. */
public final class Response {
    private static final String JSON = "application/json";

    /** A header; neither part has a line's end in it. */
    record Header(String name, String value) {}

    /** What is sent behind the head. */
    sealed interface Body {
        /** Nothing. */
        record None() implements Body {}

        /** These bytes. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Whole(byte[] bytes) implements Body {}

        /** What comes. */
        record Pieces(Chunks chunks) implements Body {}

        /** Events, until either end has enough. */
        record Events(EventSource source) implements Body {}
    }

    private final int status;
    private final List<Header> headers;
    private final Body body;

    private Response(int status, List<Header> headers, Body body) {
        this.status = status;
        this.headers = List.copyOf(headers);
        this.body = body;
    }

    private static Response of(String contentType, Body body) {
        return new Response(Status.OK, List.of(new Header("Content-Type", contentType)), body);
    }

    /** 200 with an object. */
    public static Response json(JsonObject object) {
        return text(JSON, object + "\n");
    }

    /** 201 with what was made. */
    public static Response created(JsonObject object) {
        return json(object).withStatus(Status.CREATED);
    }

    /** 204. */
    public static Response empty() {
        return new Response(Status.NO_CONTENT, List.of(), new Body.None());
    }

    /** 200 with text in UTF-8. */
    public static Response text(String contentType, String text) {
        return bytes(contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    /** 200 with bytes. */
    public static Response bytes(String contentType, byte[] bytes) {
        return of(contentType, new Body.Whole(bytes.clone()));
    }

    /** 200 with a body that is made while it is sent. */
    public static Response chunks(String contentType, Chunks chunks) {
        return of(contentType, new Body.Pieces(chunks));
    }

    /** 200 with events. */
    public static Response events(EventSource source) {
        return of("text/event-stream", new Body.Events(source));
    }

    /** 303: go there with GET. */
    public static Response seeOther(String location) {
        return empty().withStatus(Status.SEE_OTHER).withHeader("Location", location);
    }

    public Response withStatus(int other) {
        return new Response(other, headers, body);
    }

    /** With one more header. */
    public Response withHeader(String name, String value) {
        if ((name + value).chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("a header with more than printable ASCII: " + name);
        }
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Response(status, more, body);
    }

    public int status() {
        return status;
    }

    List<Header> headers() {
        return headers;
    }

    Body body() {
        return body;
    }

    /** Its body, where it is there as a whole; for callers in the same process. */
    public byte[] wholeBody() {
        return switch (body) {
            case Body.Whole(byte[] bytes) -> bytes.clone();
            case Body.None _ -> new byte[0];
            case Body.Pieces _, Body.Events _ -> throw new IllegalStateException("a body that comes in pieces");
        };
    }

    /** Its body in pieces, as it comes; for callers in the same process. */
    public Chunks pieces() {
        return switch (body) {
            case Body.Pieces(Chunks chunks) -> chunks;
            case Body.None _, Body.Whole _, Body.Events _ -> throw new IllegalStateException("no body in pieces");
        };
    }
}

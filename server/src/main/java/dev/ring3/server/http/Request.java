package dev.ring3.server.http;

import dev.ring3.server.json.JsonException;
import dev.ring3.server.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A request to an endpoint that its caller may use. */
public final class Request {
    private final Method method;
    private final RequestHead head;
    private final Identity caller;
    private final Map<String, String> parameters;
    private final Map<String, byte[]> query;
    private final byte[] body;

    Request(Method method, RequestHead head, Identity caller, Map<String, String> parameters, byte[] body) {
        this.method = method;
        this.head = head;
        this.caller = caller;
        this.parameters = parameters;
        this.query = parse(head.query());
        this.body = body.clone();
    }

    Request with(Map<String, String> ofRoute) {
        return new Request(method, head, caller, ofRoute, body);
    }

    Request withBody(byte[] bytes) {
        return new Request(method, head, caller, parameters, bytes);
    }

    private static Map<String, byte[]> parse(String query) {
        Map<String, byte[]> values = new LinkedHashMap<>();
        if (query.isEmpty()) {
            return values;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = Percent.text(Percent.decode(equals < 0 ? pair : pair.substring(0, equals), true));
            byte[] value = Percent.decode(equals < 0 ? "" : pair.substring(equals + 1), true);
            if (values.put(name, value) != null) {
                throw HttpException.badRequest("\"%s\" is asked for twice".formatted(name));
            }
        }
        return values;
    }

    public Method method() {
        return method;
    }

    /** Who asks. */
    public Identity caller() {
        return caller;
    }

    /** The path as it was sent, percent-encoded. */
    public String rawPath() {
        return head.path();
    }

    public Optional<String> header(String name) {
        return head.header(name);
    }

    /** What stands in the path at a parameter of the route, decoded. */
    public String path(String parameter) {
        String value = parameters.get(parameter);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + parameter + "}");
        }
        return value;
    }

    /** A parameter of the route that is a number; 404 if it is none. */
    public long pathNumber(String parameter) {
        String value = path(parameter);
        if (!value.matches("\\d{1,18}")) {
            throw HttpException.notFound("there is no %s \"%s\"".formatted(parameter, value));
        }
        return Long.parseLong(value);
    }

    /** A parameter of the query, as text. */
    public Optional<String> query(String name) {
        return queryBytes(name).map(Percent::text);
    }

    /** A parameter of the query, which need not be text: the path of a file. */
    public Optional<byte[]> queryBytes(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** A parameter of the query that has to be there. */
    public byte[] requiredBytes(String name) {
        return queryBytes(name).orElseThrow(() -> HttpException.badRequest("\"%s\" is missing".formatted(name)));
    }

    /** A number in the query. */
    public long number(String name, long otherwise, long most) {
        Optional<String> text = query(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.get().matches("\\d{1,18}") || Long.parseLong(text.get()) > most) {
            throw HttpException.badRequest("\"%s\" has to be a number of at most %d".formatted(name, most));
        }
        return Long.parseLong(text.get());
    }

    /** A number in the query that has to be there. */
    public long requiredNumber(String name) {
        requiredBytes(name);
        return number(name, 0, Long.MAX_VALUE);
    }

    /** The body. */
    public byte[] bytes() {
        return body.clone();
    }

    /** The body as an object, which it has to be; an empty one is one without members. */
    public JsonObject json() {
        if (body.length == 0) {
            return new JsonObject();
        }
        String type = header("content-type").orElse("");
        if (!type.matches("(?i)application/json\\s*(;.*)?")) {
            throw new HttpException(
                    Status.UNSUPPORTED_MEDIA_TYPE, "EINVAL", "application/json is wanted, not \"%s\"".formatted(type));
        }
        try {
            return JsonObject.parse(new String(body, StandardCharsets.UTF_8));
        } catch (JsonException e) {
            throw HttpException.badRequest(String.valueOf(e.getMessage()));
        }
    }
}

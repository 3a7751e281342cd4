package dev.ring3.server.json;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object, built member by member, and read by name; {@link #toString} is its text, indented, members in the order
 * they were put. The answer of a command is one of these, whose first member {@code schema} names its form and version:
 * members may be added within a version, and never change or go.
 *
 * <p>64-bit values are strings in hexadecimal, {@code "0x2a"}, because many readers take numbers for doubles. Not
 * thread-safe while it is built.
 */
public final class JsonObject implements Json {
    private final Map<String, Json> members = new LinkedHashMap<>();

    /** An object without members. */
    public JsonObject() {}

    /** The answer of a command. */
    public static JsonObject ofSchema(String schema) {
        return new JsonObject().put("schema", schema);
    }

    /** Reads an object of a text; {@link JsonException} if it is none. */
    public static JsonObject parse(String text) {
        if (JsonReader.read(text) instanceof JsonObject object) {
            return object;
        }
        throw new JsonException("an object is expected");
    }

    /** Its members, in order. */
    public Map<String, Json> members() {
        return Collections.unmodifiableMap(members);
    }

    public JsonObject put(String name, Json value) {
        members.put(name, value);
        return this;
    }

    public JsonObject put(String name, String text) {
        return put(name, Json.of(text));
    }

    public JsonObject put(String name, boolean value) {
        return put(name, Json.of(value));
    }

    /** A number that every reader takes as it is: its size is below 2<sup>53</sup>. */
    public JsonObject put(String name, long number) {
        return put(name, Json.of(number));
    }

    /** A finite number. */
    public JsonObject put(String name, double number, int decimals) {
        return put(name, Json.of(number, decimals));
    }

    public JsonObject putHex(String name, long value) {
        return put(name, "0x%x".formatted(value));
    }

    public JsonObject putTexts(String name, List<String> texts) {
        return put(name, Json.array(texts.stream().map(Json::of).toList()));
    }

    public JsonObject putObjects(String name, List<JsonObject> objects) {
        return put(name, Json.array(objects));
    }

    /** The members of another one after these. */
    public JsonObject putAll(JsonObject other) {
        members.putAll(other.members);
        return this;
    }

    public boolean has(String name) {
        return members.containsKey(name) && members.get(name) != Null.NULL;
    }

    /** A member that has to be a string. */
    public String text(String name) {
        return text(name, members.get(name));
    }

    private static String text(String name, @Nullable Json value) {
        if (value instanceof Text(String text)) {
            return text;
        }
        throw JsonException.of(name, "a string");
    }

    public Optional<String> optionalText(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    /** A member that has to be a whole number. */
    public long number(String name) {
        if (members.get(name) instanceof Numeral(String digits)) {
            try {
                return new BigDecimal(digits).longValueExact();
            } catch (ArithmeticException | NumberFormatException e) {
                throw JsonException.of(name, "a whole number below 2^63");
            }
        }
        throw JsonException.of(name, "a whole number");
    }

    /** The same, or another where it is not given. */
    public long number(String name, long otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    /** A member that is true or false; false where it is not given. */
    public boolean flag(String name) {
        if (!has(name)) {
            return false;
        }
        if (members.get(name) instanceof Flag(boolean value)) {
            return value;
        }
        throw JsonException.of(name, "true or false");
    }

    /** A member that has to be an object. */
    public JsonObject object(String name) {
        return object(name, members.get(name));
    }

    private static JsonObject object(String name, @Nullable Json value) {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw JsonException.of(name, "an object");
    }

    /** A member that has to be an array of objects. */
    public List<JsonObject> objects(String name) {
        return elements(name).stream().map(each -> object(name, each)).toList();
    }

    /** A member that has to be an array of strings. */
    public List<String> texts(String name) {
        return elements(name).stream().map(each -> text(name, each)).toList();
    }

    private List<Json> elements(String name) {
        if (members.get(name) instanceof Array(List<Json> elements)) {
            return elements;
        }
        throw JsonException.of(name, "an array");
    }

    @Override
    public String toString() {
        return JsonWriter.indented(this);
    }
}

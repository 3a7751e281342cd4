package dev.ring3.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A JSON object (RFC 8259) under construction; {@link #toString} is its text, indented, members in the order they were
 * put. The answer of a command is one of these, whose first member {@code schema} names its form and version: members
 * may be added within a version, and never change or go.
 *
 * <p>64-bit values are strings in hexadecimal, {@code "0x2a"}, because many readers take numbers for doubles.
 */
final class JsonObject {
    private static final String INDENT = "  ";

    /** Members as text, already encoded. */
    private final Map<String, String> members = new LinkedHashMap<>();

    /** The answer of a command. */
    static JsonObject ofSchema(String schema) {
        return new JsonObject().put("schema", schema);
    }

    JsonObject put(String name, String text) {
        members.put(name, quote(text));
        return this;
    }

    JsonObject put(String name, boolean value) {
        members.put(name, Boolean.toString(value));
        return this;
    }

    /** A number that every reader takes as it is: its size is below 2<sup>53</sup>. */
    JsonObject put(String name, long number) {
        members.put(name, Long.toString(number));
        return this;
    }

    /** A finite number. */
    JsonObject put(String name, double number, int decimals) {
        members.put(name, String.format(Locale.ROOT, "%." + decimals + "f", number));
        return this;
    }

    JsonObject putHex(String name, long value) {
        return put(name, "0x%x".formatted(value));
    }

    JsonObject put(String name, JsonObject object) {
        members.put(name, object.toString());
        return this;
    }

    JsonObject putTexts(String name, List<String> texts) {
        return putArray(name, texts.stream().map(JsonObject::quote).toList());
    }

    JsonObject putObjects(String name, List<JsonObject> objects) {
        return putArray(name, objects.stream().map(JsonObject::toString).toList());
    }

    private JsonObject putArray(String name, List<String> elements) {
        members.put(name, block('[', elements, ']'));
        return this;
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        members.forEach((name, value) -> lines.add(quote(name) + ": " + value));
        return block('{', lines, '}');
    }

    private static String block(char open, List<String> elements, char close) {
        return elements.isEmpty()
                ? "" + open + close
                : open + "\n" + String.join(",\n", elements).indent(INDENT.length()) + close;
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ' || c > '~') { // so that the text survives every character set
                        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}

package dev.ring3.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A JSON object (RFC 8259) that is being made; members stay in the order in which they were put. */
public final class JsonText {
    private static final int SIGNIFICANT = 5;

    private final Map<String, String> members = new LinkedHashMap<>();

    /** An object without members. */
    public JsonText() {
        // There is nothing to be made.
    }

    /** An object whose first member names its form and version. */
    public static JsonText ofSchema(String schema) {
        return new JsonText().put("schema", schema);
    }

    public JsonText put(String name, String text) {
        members.put(name, quote(text));
        return this;
    }

    public JsonText put(String name, boolean value) {
        members.put(name, Boolean.toString(value));
        return this;
    }

    public JsonText put(String name, long number) {
        members.put(name, Long.toString(number));
        return this;
    }

    /** A finite number, with as many digits as a measurement has. */
    public JsonText put(String name, double number) {
        members.put(name, number(number));
        return this;
    }

    public JsonText put(String name, JsonText object) {
        members.put(name, object.toString());
        return this;
    }

    /** A median with the least and the greatest value. */
    public JsonText put(String name, Spread spread) {
        return put(
                name,
                new JsonText()
                        .put("median", spread.median())
                        .put("least", spread.least())
                        .put("most", spread.most())
                        .put("values", spread.count()));
    }

    public JsonText putObjects(String name, List<JsonText> objects) {
        members.put(name, block('[', objects.stream().map(JsonText::toString).toList(), ']'));
        return this;
    }

    public JsonText putNumbers(String name, List<Double> numbers) {
        members.put(
                name,
                "[" + String.join(", ", numbers.stream().map(JsonText::number).toList()) + "]");
        return this;
    }

    public JsonText putTexts(String name, List<String> texts) {
        members.put(name, block('[', texts.stream().map(JsonText::quote).toList(), ']'));
        return this;
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        members.forEach((name, value) -> lines.add(quote(name) + ": " + value));
        return block('{', lines, '}');
    }

    private static String number(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("JSON has no number " + number);
        }
        int before = number == 0 ? 1 : (int) Math.floor(Math.log10(Math.abs(number))) + 1;
        return String.format(Locale.ROOT, "%." + Math.clamp(SIGNIFICANT - before, 0, 9) + "f", number);
    }

    private static String block(char open, List<String> elements, char close) {
        return elements.isEmpty()
                ? "" + open + close
                : open + "\n" + String.join(",\n", elements).indent(2) + close;
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c == '\n') {
                quoted.append("\\n");
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}

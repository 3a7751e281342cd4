package dev.ring3.server.json;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** JSON as text. Everything but ASCII is escaped, so that it survives every character set. */
final class JsonWriter {
    private static final String INDENT = "  ";

    private final StringBuilder text = new StringBuilder();
    private final boolean indented;
    private int depth;

    private JsonWriter(boolean indented) {
        this.indented = indented;
    }

    static String compact(Json value) {
        JsonWriter writer = new JsonWriter(false);
        writer.write(value);
        return writer.text.toString();
    }

    static String indented(Json value) {
        JsonWriter writer = new JsonWriter(true);
        writer.write(value);
        return writer.text.toString();
    }

    static String quoted(String value) {
        JsonWriter writer = new JsonWriter(false);
        writer.quote(value);
        return writer.text.toString();
    }

    private void write(Json value) {
        switch (value) {
            case JsonObject object -> writeObject(object.members());
            case Json.Array(List<Json> elements) -> writeArray(elements);
            case Json.Text(String string) -> quote(string);
            case Json.Numeral number -> text.append(number);
            case Json.Flag flag -> text.append(flag);
            case Json.Null nothing -> text.append(nothing);
        }
    }

    private void writeObject(Map<String, Json> members) {
        text.append('{');
        depth++;
        Iterator<Map.Entry<String, Json>> rest = members.entrySet().iterator();
        while (rest.hasNext()) {
            Map.Entry<String, Json> member = rest.next();
            newLine();
            quote(member.getKey());
            text.append(indented ? ": " : ":");
            write(member.getValue());
            text.append(rest.hasNext() ? "," : "");
        }
        close('}', members.isEmpty());
    }

    private void writeArray(List<Json> elements) {
        text.append('[');
        depth++;
        Iterator<Json> rest = elements.iterator();
        while (rest.hasNext()) {
            newLine();
            write(rest.next());
            text.append(rest.hasNext() ? "," : "");
        }
        close(']', elements.isEmpty());
    }

    private void close(char bracket, boolean empty) {
        depth--;
        if (!empty) {
            newLine();
        }
        text.append(bracket);
    }

    private void newLine() {
        if (indented) {
            text.append('\n').append(INDENT.repeat(depth));
        }
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ' || c > '~') {
                        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}

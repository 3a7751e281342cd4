package dev.ring3.server.json;

import java.util.ArrayList;
import java.util.List;

/** Reads JSON text strictly as RFC 8259 has it, nested at most {@link #DEPTH_MAX} deep, each member once. */
final class JsonReader {
    /** Far more than any request has; bounds the stack. */
    static final int DEPTH_MAX = 32;

    private static final int HEX = 16;
    private static final int HEX_DIGITS = 4;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    static Json read(String text) {
        JsonReader reader = new JsonReader(text);
        Json value = reader.value(0);
        reader.skipSpace();
        if (reader.at != text.length()) {
            throw reader.wrong("something behind the value");
        }
        return value;
    }

    private JsonException wrong(String what) {
        return new JsonException("JSON at character %d: %s".formatted(at, what));
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(char expected) {
        skipSpace();
        boolean there = at < text.length() && text.charAt(at) == expected;
        at += there ? 1 : 0;
        return there;
    }

    private void require(char expected) {
        if (!take(expected)) {
            throw wrong("'%s' expected".formatted(expected));
        }
    }

    private Json value(int depth) {
        if (depth > DEPTH_MAX) {
            throw wrong("nested more than %d deep".formatted(DEPTH_MAX));
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> new Json.Text(string());
            case 't' -> word("true", new Json.Flag(true));
            case 'f' -> word("false", new Json.Flag(false));
            case 'n' -> word("null", Json.Null.NULL);
            default -> number();
        };
    }

    private Json word(String word, Json value) {
        if (!text.startsWith(word, at)) {
            throw wrong("a value expected");
        }
        at += word.length();
        return value;
    }

    private JsonObject object(int depth) {
        JsonObject object = new JsonObject();
        at++;
        if (take('}')) {
            return object;
        }
        do {
            skipSpace();
            if (peek() != '"') {
                throw wrong("the name of a member expected");
            }
            String name = string();
            if (object.members().containsKey(name)) {
                throw wrong("\"%s\" is there twice".formatted(name));
            }
            require(':');
            object.put(name, value(depth + 1));
        } while (take(','));
        require('}');
        return object;
    }

    private Json array(int depth) {
        List<Json> elements = new ArrayList<>();
        at++;
        if (take(']')) {
            return new Json.Array(elements);
        }
        do {
            elements.add(value(depth + 1));
        } while (take(','));
        require(']');
        return new Json.Array(elements);
    }

    private String string() {
        StringBuilder value = new StringBuilder();
        at++;
        while (true) {
            if (at >= text.length()) {
                throw wrong("a string without an end");
            }
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            if (c < ' ') {
                throw wrong("a control character in a string");
            }
            value.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("an escape that is none");
        };
    }

    private char unicode() {
        int value = 0;
        for (int i = 0; i < HEX_DIGITS; i++) {
            int digit = Character.digit(peek(), HEX);
            if (digit < 0 || peek() > 'f') {
                throw wrong("four hexadecimal digits expected");
            }
            value = value * HEX + digit;
            at++;
        }
        return (char) value;
    }

    private Json number() {
        int start = at;
        at += peek() == '-' ? 1 : 0;
        int whole = at;
        digits();
        if (text.charAt(whole) == '0' && at > whole + 1) {
            throw wrong("a number that begins with 0");
        }
        if (peek() == '.') {
            at++;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            at += peek() == '+' || peek() == '-' ? 1 : 0;
            digits();
        }
        return new Json.Numeral(text.substring(start, at));
    }

    private void digits() {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == start) {
            throw wrong("a value expected");
        }
    }
}

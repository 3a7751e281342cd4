package dev.ring3.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of a JSON text (RFC 8259) that was read. */
public sealed interface JsonNode {
    /** How deep values may lie in each other. */
    int DEPTH_MAX = 64;

    /** A JSON text cannot be read; says where, or what it lacks. */
    final class FormException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public FormException(String message) {
            super(message);
        }
    }

    record Members(Map<String, JsonNode> members) implements JsonNode {}

    record Elements(List<JsonNode> elements) implements JsonNode {}

    record Text(String text) implements JsonNode {}

    record Numeral(double number) implements JsonNode {}

    /** {@code true}, {@code false} or {@code null}. */
    record Word(String word) implements JsonNode {}

    /**
     * Reads a text.
     *
     * @throws FormException at a character that must not be there, by its offset
     */
    static JsonNode parse(String text) {
        return new Parser(text).whole();
    }

    /** The members of an object. */
    default Map<String, JsonNode> members() {
        if (this instanceof Members(Map<String, JsonNode> members)) {
            return members;
        }
        throw new FormException("an object is expected");
    }

    /** The elements of an array. */
    default List<JsonNode> elements() {
        if (this instanceof Elements(List<JsonNode> elements)) {
            return elements;
        }
        throw new FormException("an array is expected");
    }

    default double number() {
        if (this instanceof Numeral(double number)) {
            return number;
        }
        throw new FormException("a number is expected");
    }

    /** The numbers of an array. */
    default List<Double> numbers() {
        return elements().stream().map(JsonNode::number).toList();
    }

    /** A member that may be absent. */
    default Optional<JsonNode> find(String name) {
        return Optional.ofNullable(members().get(name));
    }

    /** A member that has to be there. */
    default JsonNode at(String name) {
        return find(name).orElseThrow(() -> new FormException("no member \"%s\"".formatted(name)));
    }

    default double number(String name) {
        return at(name).number();
    }

    default String text(String name) {
        if (at(name) instanceof Text(String text)) {
            return text;
        }
        throw new FormException("\"%s\" is no text".formatted(name));
    }

    /** Reads by descent, no deeper than {@link #DEPTH_MAX}. */
    final class Parser {
        private static final int HEX = 16;
        private static final int ESCAPED_DIGITS = 4;

        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        JsonNode whole() {
            JsonNode node = value(0);
            skip();
            if (at < text.length()) {
                throw unexpected();
            }
            return node;
        }

        private FormException unexpected() {
            return new FormException(
                    at >= text.length()
                            ? "the JSON text ends too early"
                            : "JSON: unexpected '%s' at character %d".formatted(text.charAt(at), at));
        }

        private void skip() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private char next() {
            skip();
            if (at >= text.length()) {
                throw unexpected();
            }
            return text.charAt(at);
        }

        private boolean eat(char wanted) {
            if (next() == wanted) {
                at++;
                return true;
            }
            return false;
        }

        private void want(char wanted) {
            if (!eat(wanted)) {
                throw unexpected();
            }
        }

        private JsonNode value(int depth) {
            if (depth > DEPTH_MAX) {
                throw new FormException("JSON: deeper than %d at character %d".formatted(DEPTH_MAX, at));
            }
            return switch (next()) {
                case '{' -> object(depth);
                case '[' -> array(depth);
                case '"' -> new Text(string());
                case 't' -> word("true");
                case 'f' -> word("false");
                case 'n' -> word("null");
                default -> numeral();
            };
        }

        private JsonNode object(int depth) {
            Map<String, JsonNode> members = new LinkedHashMap<>();
            want('{');
            if (!eat('}')) {
                do {
                    next();
                    String name = string();
                    want(':');
                    members.put(name, value(depth + 1));
                } while (eat(','));
                want('}');
            }
            return new Members(members);
        }

        private JsonNode array(int depth) {
            List<JsonNode> elements = new ArrayList<>();
            want('[');
            if (!eat(']')) {
                do {
                    elements.add(value(depth + 1));
                } while (eat(','));
                want(']');
            }
            return new Elements(elements);
        }

        private JsonNode word(String word) {
            if (!text.startsWith(word, at)) {
                throw unexpected();
            }
            at += word.length();
            return new Word(word);
        }

        private JsonNode numeral() {
            int begin = at;
            while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            try {
                return new Numeral(Double.parseDouble(text.substring(begin, at)));
            } catch (NumberFormatException e) {
                at = begin;
                throw unexpected();
            }
        }

        private String string() {
            want('"');
            StringBuilder string = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"') {
                char c = text.charAt(at++);
                string.append(c == '\\' ? escape() : c);
            }
            if (at >= text.length()) {
                throw unexpected();
            }
            at++;
            return string.toString();
        }

        private char escape() {
            if (at >= text.length()) {
                throw unexpected();
            }
            char c = text.charAt(at++);
            return switch (c) {
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'r' -> '\r';
                case 'b' -> '\b';
                case 'f' -> '\f';
                case '"', '\\', '/' -> c;
                case 'u' -> code();
                default -> {
                    at--;
                    throw unexpected();
                }
            };
        }

        private char code() {
            int end = at + ESCAPED_DIGITS;
            try {
                char c = (char) Integer.parseInt(text.substring(at, Math.min(end, text.length())), HEX);
                at = end;
                return c;
            } catch (NumberFormatException e) {
                throw unexpected();
            }
        }
    }
}

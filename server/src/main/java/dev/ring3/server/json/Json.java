package dev.ring3.server.json;

import java.util.List;
import java.util.Locale;

/** A JSON value. */
public sealed interface Json permits JsonObject, Json.Array, Json.Text, Json.Numeral, Json.Flag, Json.Null {
    /** Several values. */
    record Array(List<Json> elements) implements Json {
        public Array {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return JsonWriter.indented(this);
        }
    }

    /** A string. */
    record Text(String value) implements Json {
        @Override
        public String toString() {
            return JsonWriter.quoted(value);
        }
    }

    /** A number, as it is written, so that none loses digits. */
    record Numeral(String digits) implements Json {
        @Override
        public String toString() {
            return digits;
        }
    }

    /** True or false. */
    record Flag(boolean value) implements Json {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** {@code null}. */
    enum Null implements Json {
        NULL;

        @Override
        public String toString() {
            return "null";
        }
    }

    /** A string. */
    static Json of(String text) {
        return new Text(text);
    }

    /** A whole number. */
    static Json of(long number) {
        return new Numeral(Long.toString(number));
    }

    /** A truth value. */
    static Json of(boolean value) {
        return new Flag(value);
    }

    /** A finite number with this many decimals. */
    static Json of(double number, int decimals) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException(number + " cannot be written in JSON");
        }
        return new Numeral(String.format(Locale.ROOT, "%." + decimals + "f", number));
    }

    /** Several values. */
    static Json array(List<? extends Json> elements) {
        return new Array(List.copyOf(elements));
    }

    /** The shortest text, in one line. */
    default String compact() {
        return JsonWriter.compact(this);
    }
}

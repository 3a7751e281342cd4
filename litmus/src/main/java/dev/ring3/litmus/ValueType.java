package dev.ring3.litmus;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A type of the C language, as far as a test uses it: a size and a sign. */
record ValueType(int bytes, boolean signed) {
    /** What a location has that is given none, in herd's reading. */
    static final ValueType INT = new ValueType(4, true);

    static final ValueType POINTER = new ValueType(8, false);

    private static final Map<String, ValueType> BY_NAME = names();

    private static Map<String, ValueType> names() {
        Map<String, ValueType> names = new HashMap<>();
        String[] sized = {"8", "16", "32", "64"};
        for (int i = 0; i < sized.length; i++) {
            for (String pattern : new String[] {"int%s_t", "s%s", "__s%s", "i%s"}) {
                names.put(pattern.formatted(sized[i]), new ValueType(1 << i, true));
            }
            for (String pattern : new String[] {"uint%s_t", "u%s", "__u%s"}) {
                names.put(pattern.formatted(sized[i]), new ValueType(1 << i, false));
            }
        }
        names.put("char", new ValueType(1, true));
        names.put("short", new ValueType(2, true));
        names.put("int", INT);
        names.put("atomic_t", INT);
        names.put("long", new ValueType(8, true));
        names.put("intptr_t", new ValueType(8, true));
        names.put("uintptr_t", POINTER);
        names.put("size_t", POINTER);
        return names;
    }

    /** The type of one or several words ({@code unsigned long long}), or null if there is none. */
    static @Nullable ValueType of(String words, LitmusTest.Reading reading) {
        String rest = words.replaceAll("\\b(const|volatile|signed|_Atomic|atomic)\\b", " ")
                .strip();
        boolean unsigned = rest.matches("(.*\\s)?unsigned(\\s.*)?");
        rest = rest.replaceAll("\\bunsigned\\b", " ").strip().replaceAll("\\s+", " ");
        rest = switch (rest) {
            case "" -> "int";
            case "long int", "long long", "long long int" -> "long";
            case "short int" -> "short";
            default -> rest;
        };
        ValueType type = BY_NAME.get(rest);
        if (type == null || (rest.equals("int") && words.isBlank())) {
            return null;
        }
        if (rest.equals("long") && reading == LitmusTest.Reading.HERD) {
            type = INT;
        }
        return unsigned ? new ValueType(type.bytes(), false) : type;
    }
}

package dev.ring3.server.http;

import dev.ring3.server.json.Json;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a JSON value looks like: for the description of the API, and for tests that hold answers to it. */
public sealed interface Shape {
    /** A string. */
    record Text(String meaning) implements Shape {}

    /** A string out of a few. */
    record Choice(String meaning, List<String> values) implements Shape {}

    /** A whole number. */
    record Whole(String meaning) implements Shape {}

    /** Any number. */
    record Real(String meaning) implements Shape {}

    /** True or false. */
    record Flag(String meaning) implements Shape {}

    /** Several of one kind. */
    record Array(Shape element) implements Shape {}

    /** Any object. */
    record Any(String meaning) implements Shape {}

    /** An object of these members, and of no others. */
    record Members(Map<String, Shape> members, Set<String> optional) implements Shape {
        /** With a member that is always there. */
        public Members with(String name, Shape shape) {
            return with(name, shape, false);
        }

        /** With a member that may be missing. */
        public Members maybe(String name, Shape shape) {
            return with(name, shape, true);
        }

        private Members with(String name, Shape shape, boolean optionally) {
            Map<String, Shape> more = new LinkedHashMap<>(members);
            more.put(name, shape);
            List<String> names = new ArrayList<>(optional);
            if (optionally) {
                names.add(name);
            }
            return new Members(more, Set.copyOf(names));
        }
    }

    /** An object without members yet. */
    static Members object() {
        return new Members(Map.of(), Set.of());
    }

    static Shape text(String meaning) {
        return new Text(meaning);
    }

    static Shape choice(String meaning, String... values) {
        return new Choice(meaning, List.of(values));
    }

    static Shape whole(String meaning) {
        return new Whole(meaning);
    }

    static Shape real(String meaning) {
        return new Real(meaning);
    }

    static Shape flag(String meaning) {
        return new Flag(meaning);
    }

    static Shape array(Shape element) {
        return new Array(element);
    }

    static Shape any(String meaning) {
        return new Any(meaning);
    }

    /** Where a value is not of this shape: paths into it, and why. Empty if it is. */
    default List<String> misfits(Json value) {
        List<String> found = new ArrayList<>();
        compare(value, "$", found);
        return found;
    }

    private void compare(Json value, String at, List<String> found) {
        boolean fits = switch (this) {
            case Text _ -> value instanceof Json.Text;
            case Choice choice ->
                value instanceof Json.Text(String text) && choice.values().contains(text);
            case Whole _ -> value instanceof Json.Numeral(String digits) && digits.matches("-?\\d+");
            case Real _ -> value instanceof Json.Numeral;
            case Flag _ -> value instanceof Json.Flag;
            case Any _ -> value instanceof JsonObject;
            case Array _ -> value instanceof Json.Array;
            case Members _ -> value instanceof JsonObject;
        };
        if (!fits) {
            found.add("%s is %s, not %s".formatted(at, value, this));
            return;
        }
        if (this instanceof Array(Shape element) && value instanceof Json.Array(List<Json> elements)) {
            for (int i = 0; i < elements.size(); i++) {
                element.compare(elements.get(i), "%s[%d]".formatted(at, i), found);
            }
        }
        if (this instanceof Members shape && value instanceof JsonObject object) {
            compareMembers(shape, object, at, found);
        }
    }

    private static void compareMembers(Members shape, JsonObject object, String at, List<String> found) {
        shape.members().forEach((name, member) -> {
            Json value = object.members().get(name);
            if (value != null) {
                member.compare(value, at + "." + name, found);
            } else if (!shape.optional().contains(name)) {
                found.add("%s.%s is missing".formatted(at, name));
            }
        });
        object.members().keySet().stream()
                .filter(name -> !shape.members().containsKey(name))
                .forEach(name -> found.add("%s.%s is not described".formatted(at, name)));
    }

    /** The same as JSON Schema (2020-12), as OpenAPI 3.1 has it. */
    default JsonObject schema() {
        return switch (this) {
            case Text(String meaning) -> typed("string", meaning);
            case Choice choice -> typed("string", choice.meaning()).putTexts("enum", choice.values());
            case Whole(String meaning) -> typed("integer", meaning);
            case Real(String meaning) -> typed("number", meaning);
            case Flag(String meaning) -> typed("boolean", meaning);
            case Any(String meaning) -> typed("object", meaning);
            case Array(Shape element) -> new JsonObject().put("type", "array").put("items", element.schema());
            case Members shape -> {
                JsonObject properties = new JsonObject();
                shape.members().forEach((name, member) -> properties.put(name, member.schema()));
                yield new JsonObject()
                        .put("type", "object")
                        .put("properties", properties)
                        .putTexts(
                                "required",
                                shape.members().keySet().stream()
                                        .filter(name -> !shape.optional().contains(name))
                                        .toList());
            }
        };
    }

    private static JsonObject typed(String type, String meaning) {
        return new JsonObject().put("type", type).put("description", meaning);
    }
}

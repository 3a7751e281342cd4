package dev.ring3.bpf.hook;

import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.StructType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A context while it is put together: each field with what it holds. */
final class ContextFields {
    private final List<Field> fields = new ArrayList<>();
    private final Map<String, String> comments = new LinkedHashMap<>();

    ContextFields add(Field field, String comment) {
        fields.add(field);
        comments.put(field.name(), comment);
        return this;
    }

    StructType type(String name, int sizeBytes) {
        return new StructType(name, sizeBytes, fields);
    }

    Map<String, String> comments() {
        return Map.copyOf(comments);
    }
}

package dev.ring3.bpf.type;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A structure that programs reach by an address that the host gives them, with the fields that they may touch. Bytes that
 * no field covers are not theirs.
 *
 * @param name as in C, without {@code struct}
 * @param sizeBytes the whole size
 * @param fields in the order of their offsets, without overlap
 */
public record StructType(String name, int sizeBytes, List<Field> fields) {
    public StructType {
        fields = new ArrayList<>(fields);
        fields.sort(Comparator.comparingInt(Field::offsetBytes));
        fields = List.copyOf(fields);
        int end = 0;
        for (Field field : fields) {
            if (field.offsetBytes() < end || field.endBytes() > sizeBytes) {
                throw new IllegalArgumentException("struct %s of %d bytes: field %s at [%d, %d) overlaps or sticks out"
                        .formatted(name, sizeBytes, field.name(), field.offsetBytes(), field.endBytes()));
            }
            end = field.endBytes();
        }
    }

    /** The field that holds a byte. */
    public Optional<Field> fieldAt(int offsetBytes) {
        for (Field field : fields) {
            if (offsetBytes >= field.offsetBytes() && offsetBytes < field.endBytes()) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    /** The field of a name. */
    public Optional<Field> field(String fieldName) {
        return fields.stream().filter(field -> field.name().equals(fieldName)).findFirst();
    }
}

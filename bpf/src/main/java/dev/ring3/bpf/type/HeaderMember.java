package dev.ring3.bpf.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A member of a struct as a C compiler is to lay it out: a field, or the bytes between two that belong to nobody. Both
 * the header and the BTF of a structure are made from these, so that they agree.
 *
 * @param offsetBytes from the start of the structure
 * @param sizeBytes of one element
 * @param count how many elements there are; what is declared as an array of one element is not told apart
 * @param array whether it is declared as an array
 */
record HeaderMember(String name, int offsetBytes, int sizeBytes, int count, boolean array, FieldKind kind) {
    /** Where {@code data} and its like are as wide as an address, they are one. */
    boolean isAddress() {
        return switch (kind) {
            case FieldKind.Packet _ -> sizeBytes == Long.BYTES;
            case FieldKind.Pointer _ -> true;
            case FieldKind.Scalar _, FieldKind.Bytes _ -> false;
        };
    }

    /** The structure that it is the address of. */
    Optional<StructType> target() {
        return kind instanceof FieldKind.Pointer pointer ? Optional.of(pointer.target()) : Optional.empty();
    }

    /**
     * All members of a structure, without a gap.
     *
     * @throws IllegalArgumentException if C cannot express it: a field that is not aligned to its size, a size that is
     *     not a multiple of the widest field's
     */
    static List<HeaderMember> of(StructType type) {
        List<HeaderMember> members = new ArrayList<>();
        int end = 0;
        int alignment = 1;
        for (Field field : type.fields()) {
            HeaderMember member = of(field);
            if (member.offsetBytes() % member.sizeBytes() != 0) {
                throw new IllegalArgumentException("struct %s: field %s of %d bytes at %d is not aligned"
                        .formatted(type.name(), field.name(), member.sizeBytes(), member.offsetBytes()));
            }
            alignment = Math.max(alignment, member.sizeBytes());
            addPadding(members, end, field.offsetBytes());
            members.add(member);
            end = field.endBytes();
        }
        if (type.sizeBytes() % alignment != 0) {
            throw new IllegalArgumentException(
                    "struct %s: %d bytes are not a multiple of %d".formatted(type.name(), type.sizeBytes(), alignment));
        }
        addPadding(members, end, type.sizeBytes());
        return members;
    }

    private static HeaderMember of(Field field) {
        if (field.kind() instanceof FieldKind.Bytes) {
            int bytes = field.sizeBytes() * field.count();
            return new HeaderMember(field.name(), field.offsetBytes(), 1, bytes, true, field.kind());
        }
        return new HeaderMember(
                field.name(), field.offsetBytes(), field.sizeBytes(), field.count(), field.count() > 1, field.kind());
    }

    private static void addPadding(List<HeaderMember> members, int from, int to) {
        if (from < to) {
            members.add(new HeaderMember("padding_" + from, from, 1, to - from, true, new FieldKind.Bytes()));
        }
    }
}

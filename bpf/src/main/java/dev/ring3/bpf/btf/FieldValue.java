package dev.ring3.bpf.btf;

import java.nio.ByteOrder;

/**
 * What a CO-RE relocation asks of a field, in one set of types.
 *
 * @param value the answer
 * @param accessBytes for the offset of a field that is no bit field, how many bytes a load of it moves; otherwise 0
 * @param typeId the type of that load
 * @param certain whether compilers cannot differ about the answer, as they do about the integer that holds a bit field
 */
record FieldValue(long value, long accessBytes, int typeId, boolean certain) {
    private static final int LOAD_BYTES_MAX = 8;

    private static FieldValue of(long value, boolean certain) {
        return new FieldValue(value, 0, 0, certain);
    }

    /**
     * The answer for a field that exists.
     *
     * @param order the byte order of the machine that runs the program
     */
    static FieldValue of(CoreSpec spec, CoreRelocation relocation, ByteOrder order) {
        if (relocation.kind() == CoreKind.FIELD_EXISTS) {
            return of(1, true);
        }
        return spec.lastStep().name() == null ? ofElement(spec, relocation) : ofMember(spec, relocation, order);
    }

    private static FieldValue ofElement(CoreSpec spec, CoreRelocation relocation) {
        int typeId = spec.lastStep().typeId();
        long bytes = spec.btf().sizeBytes(typeId);
        return switch (relocation.kind()) {
            case FIELD_BYTE_OFFSET -> new FieldValue(spec.bitOffset() / Byte.SIZE, bytes, typeId, true);
            case FIELD_BYTE_SIZE -> of(bytes, true);
            case FIELD_EXISTS,
                    FIELD_SIGNED,
                    FIELD_LSHIFT_U64,
                    FIELD_RSHIFT_U64,
                    TYPE_ID_LOCAL,
                    TYPE_ID_TARGET,
                    TYPE_EXISTS,
                    TYPE_SIZE,
                    ENUMVAL_EXISTS,
                    ENUMVAL_VALUE,
                    TYPE_MATCHES -> throw CoreSpec.malformed(relocation, "cannot be asked of an array's element");
        };
    }

    /** The integer that a load must fetch to have all bits of a field. */
    private record Container(long byteOffset, long bytes) {
        static Container of(CoreSpec spec, CoreRelocation relocation, long typeBytes, int bitFieldBits) {
            long bits = spec.bitOffset();
            if (bitFieldBits == 0) {
                return new Container(bits / Byte.SIZE, typeBytes);
            }
            for (long bytes = typeBytes; bytes > 0 && bytes <= LOAD_BYTES_MAX; bytes *= 2) {
                long offset = bits / Byte.SIZE / bytes * bytes;
                if (bits + bitFieldBits <= (offset + bytes) * Byte.SIZE) {
                    return new Container(offset, bytes);
                }
            }
            throw CoreSpec.malformed(relocation, "no load of up to 8 bytes holds the whole bit field");
        }
    }

    private static FieldValue ofMember(CoreSpec spec, CoreRelocation relocation, ByteOrder order) {
        Btf btf = spec.btf();
        CoreSpec.Step step = spec.lastStep();
        BtfType.Composite composite = (BtfType.Composite) btf.type(step.typeId());
        BtfType.Member member = composite.members().get(step.index());
        int typeId = btf.strip(member.typeId());
        boolean bitField = member.bitFieldBits() != 0;
        Container container = Container.of(spec, relocation, btf.sizeBytes(typeId), member.bitFieldBits());
        long bits = bitField ? member.bitFieldBits() : container.bytes() * Byte.SIZE;
        long bitsBefore = spec.bitOffset() - container.byteOffset() * Byte.SIZE;
        return switch (relocation.kind()) {
            case FIELD_BYTE_OFFSET -> bitField ? of(container.byteOffset(), false) : offset(btf, container, typeId);
            case FIELD_BYTE_SIZE -> of(container.bytes(), !bitField);
            case FIELD_SIGNED -> of(isSigned(btf.type(typeId)) ? 1 : 0, true);
            case FIELD_LSHIFT_U64 -> {
                long shift = order == ByteOrder.LITTLE_ENDIAN
                        ? Long.SIZE - (bitsBefore + bits)
                        : Long.SIZE - container.bytes() * Byte.SIZE + bitsBefore;
                yield of(requireShift(relocation, shift), !bitField);
            }
            case FIELD_RSHIFT_U64 -> of(requireShift(relocation, Long.SIZE - bits), true);
            case FIELD_EXISTS,
                    TYPE_ID_LOCAL,
                    TYPE_ID_TARGET,
                    TYPE_EXISTS,
                    TYPE_SIZE,
                    ENUMVAL_EXISTS,
                    ENUMVAL_VALUE,
                    TYPE_MATCHES -> throw new IllegalStateException("not asked of a field: " + relocation.kind());
        };
    }

    /** A load from an array moves one element. */
    private static FieldValue offset(Btf btf, Container container, int typeId) {
        int element = typeId;
        for (int depth = 0; btf.type(element) instanceof BtfType.Array array; depth++) {
            if (depth == Btf.RESOLVE_DEPTH_MAX) {
                throw new BtfException(
                        btf.offset(typeId), "type %d is an array of more than %d arrays".formatted(typeId, depth));
            }
            element = btf.strip(array.elementTypeId());
        }
        return new FieldValue(container.byteOffset(), btf.sizeBytes(element), element, true);
    }

    private static long requireShift(CoreRelocation relocation, long shift) {
        if (shift < 0) {
            throw CoreSpec.malformed(relocation, "the field is larger than 8 bytes, it has no shift");
        }
        return shift;
    }

    private static boolean isSigned(BtfType type) {
        return (type instanceof BtfType.Int integer && integer.encoding() == BtfType.Encoding.SIGNED)
                || (type instanceof BtfType.Enumeration enumeration && enumeration.signed());
    }
}

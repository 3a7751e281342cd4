package dev.ring3.bpf.btf;

import java.nio.ByteBuffer;

/**
 * Offsets, sizes and bits of BTF ({@code Documentation/bpf/btf.rst}; {@code include/uapi/linux/btf.h}). The byte order
 * is that of the magic number.
 */
final class BtfLayout {
    static final int MAGIC = 0xeb9f;
    static final int VERSION = 1;

    static final int VERSION_AT = 2;
    static final int FLAGS_AT = 3;
    static final int HEADER_BYTES_AT = 4;
    static final int TYPES_AT = 8;
    static final int TYPES_BYTES_AT = 12;
    static final int STRINGS_AT = 16;
    static final int STRINGS_BYTES_AT = 20;
    static final int HEADER_BYTES = 24;

    /** Name, info, and a size or a type: what every type begins with. */
    static final int TYPE_BYTES = 12;

    static final int INFO_AT = 4;
    static final int SIZE_OR_TYPE_AT = 8;

    /** What follows in an integer, a variable, a declaration tag. */
    static final int WORD_BYTES = 4;

    static final int ARRAY_BYTES = 12;
    static final int MEMBER_BYTES = 12;
    static final int ENUMERATOR_BYTES = 8;
    static final int ENUMERATOR64_BYTES = 12;
    static final int PARAMETER_BYTES = 8;
    static final int PLACED_BYTES = 12;

    private static final int KIND_SHIFT = 24;
    private static final int KIND_MASK = 0x1f;
    private static final int FLAG = 1 << 31;
    static final int COUNT_MAX = 0xffff;

    private static final int INT_ENCODING_SHIFT = 24;
    private static final int INT_OFFSET_SHIFT = 16;
    private static final int BYTE_MASK = 0xff;

    /** In a struct with bit fields an offset has 24 bits, and the width stands above it. */
    static final int BIT_FIELD_SHIFT = 24;

    static final int BIT_OFFSET_MASK = 0xffffff;

    private BtfLayout() {}

    static int kind(int info) {
        return info >>> KIND_SHIFT & KIND_MASK;
    }

    static int count(int info) {
        return info & COUNT_MAX;
    }

    static boolean flag(int info) {
        return (info & FLAG) != 0;
    }

    static int info(BtfKind kind, int count, boolean flag) {
        return kind.code() << KIND_SHIFT | count | (flag ? FLAG : 0);
    }

    /** The bits of an info word that mean nothing and are zero. */
    static int reserved(int info) {
        return info & ~(FLAG | KIND_MASK << KIND_SHIFT | COUNT_MAX);
    }

    static int intEncoding(int word) {
        return word >>> INT_ENCODING_SHIFT;
    }

    static int intOffset(int word) {
        return word >>> INT_OFFSET_SHIFT & BYTE_MASK;
    }

    static int intBits(int word) {
        return word & BYTE_MASK;
    }

    static int intWord(BtfType.Int type) {
        return type.encoding().code << INT_ENCODING_SHIFT | type.bitOffset() << INT_OFFSET_SHIFT | type.bits();
    }

    /** Bytes of a type after the first twelve. */
    static int tailBytes(BtfKind kind, int count) {
        return switch (kind) {
            case INT, VAR, DECL_TAG -> WORD_BYTES;
            case ARRAY -> ARRAY_BYTES;
            case STRUCT, UNION -> count * MEMBER_BYTES;
            case ENUM -> count * ENUMERATOR_BYTES;
            case ENUM64 -> count * ENUMERATOR64_BYTES;
            case FUNC_PROTO -> count * PARAMETER_BYTES;
            case DATASEC -> count * PLACED_BYTES;
            case VOID, PTR, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FLOAT, TYPE_TAG -> 0;
        };
    }

    static long unsigned(ByteBuffer data, int at) {
        return Integer.toUnsignedLong(data.getInt(at));
    }
}

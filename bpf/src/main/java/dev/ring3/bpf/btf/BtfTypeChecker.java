package dev.ring3.bpf.btf;

import java.nio.ByteBuffer;

/** The rules for single types: what they refer to exists, counts and flags stand only where they mean something. */
final class BtfTypeChecker {
    private static final int INT_BYTES_MAX = 16;
    private static final int ENUM_BYTES_MAX = 8;
    private static final int FLOAT_BYTES_ODD = 12;
    private static final int LINKAGES = BtfType.Linkage.values().length;

    private final ByteBuffer data;
    private final int[] offsets;
    private final int count;
    private final BtfStrings.Checker names;

    BtfTypeChecker(ByteBuffer data, int[] offsets, int count, BtfStrings.Checker names) {
        this.data = data;
        this.offsets = offsets;
        this.count = count;
        this.names = names;
    }

    void check(int id) {
        int at = offsets[id];
        names.require(at, data.getInt(at));
        int info = data.getInt(at + BtfLayout.INFO_AT);
        BtfKind kind = BtfKind.of(BtfLayout.kind(info));
        int vlen = BtfLayout.count(info);
        requireInfo(id, at, kind, vlen, BtfLayout.flag(info));
        int tail = at + BtfLayout.TYPE_BYTES;
        switch (kind) {
            case INT -> checkInt(id, at);
            case PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> requireId(id, at + BtfLayout.SIZE_OR_TYPE_AT);
            case ARRAY -> {
                requireId(id, tail);
                requireId(id, tail + 4);
            }
            case STRUCT, UNION -> checkMembers(id, at, vlen, BtfLayout.flag(info));
            case ENUM -> {
                requirePowerOfTwo(id, at, ENUM_BYTES_MAX);
                requireNames(tail, vlen, BtfLayout.ENUMERATOR_BYTES);
            }
            case ENUM64 -> {
                requirePowerOfTwo(id, at, ENUM_BYTES_MAX);
                requireNames(tail, vlen, BtfLayout.ENUMERATOR64_BYTES);
            }
            case FUNC -> {
                requireKind(id, at + BtfLayout.SIZE_OR_TYPE_AT, BtfKind.FUNC_PROTO, BtfKind.FUNC_PROTO);
                requireLinkage(id, at + BtfLayout.INFO_AT, vlen);
            }
            case FUNC_PROTO -> {
                requireId(id, at + BtfLayout.SIZE_OR_TYPE_AT);
                requireNames(tail, vlen, BtfLayout.PARAMETER_BYTES);
                for (int i = 0; i < vlen; i++) {
                    requireId(id, tail + i * BtfLayout.PARAMETER_BYTES + 4);
                }
            }
            case VAR -> {
                requireId(id, at + BtfLayout.SIZE_OR_TYPE_AT);
                requireLinkage(id, tail, data.getInt(tail));
            }
            case DATASEC -> {
                for (int i = 0; i < vlen; i++) {
                    requireKind(id, tail + i * BtfLayout.PLACED_BYTES, BtfKind.VAR, BtfKind.FUNC);
                }
            }
            case FLOAT -> {
                if (data.getInt(at + BtfLayout.SIZE_OR_TYPE_AT) != FLOAT_BYTES_ODD) {
                    requirePowerOfTwo(id, at, INT_BYTES_MAX);
                }
            }
            case DECL_TAG -> {
                requireId(id, at + BtfLayout.SIZE_OR_TYPE_AT);
                if (data.getInt(tail) < -1) {
                    throw new BtfException(tail, "type %d: component %d, from -1 on".formatted(id, data.getInt(tail)));
                }
            }
            case FWD, VOID -> {}
        }
    }

    private void requireInfo(int id, int at, BtfKind kind, int vlen, boolean flag) {
        boolean counts = switch (kind) {
            case STRUCT, UNION, ENUM, ENUM64, FUNC_PROTO, DATASEC, FUNC -> true;
            case VOID, INT, PTR, ARRAY, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, VAR, FLOAT, DECL_TAG, TYPE_TAG ->
                false;
        };
        boolean flags = switch (kind) {
            case STRUCT, UNION, ENUM, ENUM64, FWD, DECL_TAG, TYPE_TAG -> true;
            case VOID, INT, PTR, ARRAY, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO, VAR, DATASEC, FLOAT ->
                false;
        };
        if ((vlen != 0 && !counts) || (flag && !flags)) {
            throw new BtfException(
                    at + BtfLayout.INFO_AT,
                    "type %d: count %d or flag %d in the info of a %s, which has none"
                            .formatted(id, vlen, flag ? 1 : 0, kind));
        }
    }

    private void checkInt(int id, int at) {
        requirePowerOfTwo(id, at, INT_BYTES_MAX);
        int bits = data.getInt(at + BtfLayout.SIZE_OR_TYPE_AT) * Byte.SIZE;
        int word = data.getInt(at + BtfLayout.TYPE_BYTES);
        if (BtfLayout.intBits(word) + BtfLayout.intOffset(word) > bits) {
            throw new BtfException(
                    at + BtfLayout.TYPE_BYTES,
                    "type %d: bits %d to %d of an integer of %d"
                            .formatted(
                                    id,
                                    BtfLayout.intOffset(word),
                                    BtfLayout.intOffset(word) + BtfLayout.intBits(word),
                                    bits));
        }
        int encoding = BtfLayout.intEncoding(word);
        if (Integer.bitCount(encoding) > 1 || encoding > BtfType.Encoding.BOOL.code) {
            throw new BtfException(
                    at + BtfLayout.TYPE_BYTES,
                    "type %d: encoding 0x%x of an integer; 0, 1, 2 and 4 exist".formatted(id, encoding));
        }
    }

    private void checkMembers(int id, int at, int vlen, boolean bitFields) {
        long bits = BtfLayout.unsigned(data, at + BtfLayout.SIZE_OR_TYPE_AT) * Byte.SIZE;
        for (int i = 0; i < vlen; i++) {
            int member = at + BtfLayout.TYPE_BYTES + i * BtfLayout.MEMBER_BYTES;
            names.require(member, data.getInt(member));
            requireId(id, member + 4);
            long offset = BtfLayout.unsigned(data, member + 8);
            long end =
                    bitFields ? (offset & BtfLayout.BIT_OFFSET_MASK) + (offset >>> BtfLayout.BIT_FIELD_SHIFT) : offset;
            if (end > bits) {
                throw new BtfException(
                        member + 8, "type %d: member %d reaches bit %d of %d".formatted(id, i, end, bits));
            }
        }
    }

    private void requireNames(int tail, int vlen, int entryBytes) {
        for (int i = 0; i < vlen; i++) {
            names.require(tail + (long) i * entryBytes, data.getInt(tail + i * entryBytes));
        }
    }

    private void requireId(int id, int at) {
        int reference = data.getInt(at);
        if (reference < 0 || reference > count) {
            throw new BtfException(
                    at,
                    "type %d refers to type %s, the types are 0 to %d"
                            .formatted(id, Integer.toUnsignedString(reference), count));
        }
    }

    private void requireKind(int id, int at, BtfKind kind, BtfKind orKind) {
        requireId(id, at);
        int reference = data.getInt(at);
        BtfKind found = reference == 0
                ? BtfKind.VOID
                : BtfKind.of(BtfLayout.kind(data.getInt(offsets[reference] + BtfLayout.INFO_AT)));
        if (found != kind && found != orKind) {
            throw new BtfException(
                    at, "type %d refers to type %d, a %s and no %s".formatted(id, reference, found, kind));
        }
    }

    private static void requireLinkage(int id, int at, int linkage) {
        if (linkage < 0 || linkage >= LINKAGES) {
            throw new BtfException(at, "type %d: linkage %d; 0 to 2 exist".formatted(id, linkage));
        }
    }

    private void requirePowerOfTwo(int id, int at, int bytesMax) {
        int bytes = data.getInt(at + BtfLayout.SIZE_OR_TYPE_AT);
        if (Integer.bitCount(bytes) != 1 || bytes < 0 || bytes > bytesMax) {
            throw new BtfException(
                    at + BtfLayout.SIZE_OR_TYPE_AT,
                    "type %d: size %s; powers of two up to %d are accepted"
                            .formatted(id, Integer.toUnsignedString(bytes), bytesMax));
        }
    }
}

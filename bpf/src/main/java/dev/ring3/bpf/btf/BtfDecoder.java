package dev.ring3.bpf.btf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Makes values of checked types; {@link BtfEncoder} is its inverse. */
final class BtfDecoder {
    private static final BtfType.Linkage[] LINKAGES = BtfType.Linkage.values();

    private final ByteBuffer data;
    private final BtfStrings strings;

    BtfDecoder(ByteBuffer data, BtfStrings strings) {
        this.data = data;
        this.strings = strings;
    }

    BtfType decode(int at) {
        int info = data.getInt(at + BtfLayout.INFO_AT);
        int count = BtfLayout.count(info);
        boolean flag = BtfLayout.flag(info);
        int sizeOrType = data.getInt(at + BtfLayout.SIZE_OR_TYPE_AT);
        int tail = at + BtfLayout.TYPE_BYTES;
        return switch (BtfKind.of(BtfLayout.kind(info))) {
            case VOID -> new BtfType.VoidType();
            case INT -> integer(name(at), sizeOrType, data.getInt(tail));
            case PTR -> new BtfType.Pointer(name(at), sizeOrType);
            case ARRAY ->
                new BtfType.Array(data.getInt(tail), data.getInt(tail + 4), BtfLayout.unsigned(data, tail + 8));
            case STRUCT -> new BtfType.Struct(name(at), Integer.toUnsignedLong(sizeOrType), members(tail, count, flag));
            case UNION -> new BtfType.Union(name(at), Integer.toUnsignedLong(sizeOrType), members(tail, count, flag));
            case ENUM -> new BtfType.Enum32(name(at), sizeOrType, flag, enumerators(tail, count, flag));
            case ENUM64 -> new BtfType.Enum64(name(at), sizeOrType, flag, enumerators64(tail, count));
            case FWD -> new BtfType.Forward(name(at), flag);
            case TYPEDEF -> new BtfType.Typedef(name(at), sizeOrType);
            case VOLATILE -> new BtfType.Volatile(sizeOrType);
            case CONST -> new BtfType.Const(sizeOrType);
            case RESTRICT -> new BtfType.Restrict(sizeOrType);
            case FUNC -> new BtfType.Function(name(at), sizeOrType, LINKAGES[count]);
            case FUNC_PROTO -> new BtfType.Prototype(sizeOrType, parameters(tail, count));
            case VAR -> new BtfType.Variable(name(at), sizeOrType, LINKAGES[data.getInt(tail)]);
            case DATASEC ->
                new BtfType.DataSection(name(at), Integer.toUnsignedLong(sizeOrType), contents(tail, count));
            case FLOAT -> new BtfType.FloatType(name(at), sizeOrType);
            case DECL_TAG -> new BtfType.DeclarationTag(name(at), sizeOrType, data.getInt(tail), flag);
            case TYPE_TAG -> new BtfType.TypeTag(name(at), sizeOrType, flag);
        };
    }

    private String name(int at) {
        return strings.get(data.getInt(at));
    }

    private static BtfType integer(String name, int sizeBytes, int word) {
        BtfType.Encoding encoding = switch (BtfLayout.intEncoding(word)) {
            case 1 -> BtfType.Encoding.SIGNED;
            case 2 -> BtfType.Encoding.CHAR;
            case 4 -> BtfType.Encoding.BOOL;
            default -> BtfType.Encoding.UNSIGNED;
        };
        return new BtfType.Int(name, sizeBytes, encoding, BtfLayout.intBits(word), BtfLayout.intOffset(word));
    }

    private List<BtfType.Member> members(int tail, int count, boolean bitFields) {
        return entries(tail, count, BtfLayout.MEMBER_BYTES, at -> {
            int offset = data.getInt(at + 8);
            return bitFields
                    ? new BtfType.Member(
                            name(at),
                            data.getInt(at + 4),
                            offset & BtfLayout.BIT_OFFSET_MASK,
                            offset >>> BtfLayout.BIT_FIELD_SHIFT)
                    : new BtfType.Member(name(at), data.getInt(at + 4), Integer.toUnsignedLong(offset));
        });
    }

    private List<BtfType.Enumerator> enumerators(int tail, int count, boolean signed) {
        return entries(
                tail,
                count,
                BtfLayout.ENUMERATOR_BYTES,
                at -> new BtfType.Enumerator(
                        name(at), signed ? data.getInt(at + 4) : BtfLayout.unsigned(data, at + 4)));
    }

    private List<BtfType.Enumerator> enumerators64(int tail, int count) {
        return entries(
                tail,
                count,
                BtfLayout.ENUMERATOR64_BYTES,
                at -> new BtfType.Enumerator(
                        name(at), (long) data.getInt(at + 8) << Integer.SIZE | BtfLayout.unsigned(data, at + 4)));
    }

    private List<BtfType.Parameter> parameters(int tail, int count) {
        return entries(
                tail, count, BtfLayout.PARAMETER_BYTES, at -> new BtfType.Parameter(name(at), data.getInt(at + 4)));
    }

    private List<BtfType.Placed> contents(int tail, int count) {
        return entries(
                tail,
                count,
                BtfLayout.PLACED_BYTES,
                at -> new BtfType.Placed(
                        data.getInt(at), BtfLayout.unsigned(data, at + 4), BtfLayout.unsigned(data, at + 8)));
    }

    private static <T> List<T> entries(int tail, int count, int entryBytes, IntFunction<T> read) {
        List<T> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(read.apply(tail + i * entryBytes));
        }
        return entries;
    }
}

package dev.ring3.hooks;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Memory of C as values of Java, by its types: a number is a {@link Long}, or a {@link BigInteger} where it is above that;
 * an enumerator its name; {@code _Bool} a {@link Boolean}; an array of {@code char} a {@link String} up to its zero byte,
 * of other bytes one in hexadecimal; another array a {@link List}; a structure or union a {@link Map} of its members in
 * order; a pointer or what cannot be shown a hexadecimal text.
 */
public final class BtfValues {
    private static final int DEPTH_MAX = 16;
    private static final int ELEMENTS_MAX = 4096;

    private final Btf types;

    private BtfValues(Btf types) {
        this.types = types;
    }

    /**
     * The value of a type.
     *
     * @throws IllegalArgumentException if there are not as many bytes as the type has
     */
    public static Object read(Btf types, int typeId, byte[] bytes) {
        if (size(types, typeId) != bytes.length) {
            throw new IllegalArgumentException(
                    "%d bytes, and type %d has %d".formatted(bytes.length, typeId, size(types, typeId)));
        }
        return new BtfValues(types).read(typeId, MemorySegment.ofArray(bytes), 0);
    }

    /** How many bytes a value has; -1 for a type without values. */
    static long size(Btf types, int typeId) {
        return switch (types.type(types.strip(typeId))) {
            case BtfType.Int _,
                    BtfType.Pointer _,
                    BtfType.Array _,
                    BtfType.Composite _,
                    BtfType.Enumeration _,
                    BtfType.FloatType _,
                    BtfType.DataSection _ -> types.sizeBytes(typeId);
            case BtfType.Variable variable -> size(types, variable.typeId());
            case BtfType.VoidType _,
                    BtfType.Forward _,
                    BtfType.Typedef _,
                    BtfType.Volatile _,
                    BtfType.Const _,
                    BtfType.Restrict _,
                    BtfType.Function _,
                    BtfType.Prototype _,
                    BtfType.DeclarationTag _,
                    BtfType.TypeTag _ -> -1;
        };
    }

    /** The name of a type, or of what it is another name for; empty if it has none. */
    static String name(Btf types, int typeId) {
        String own = types.type(typeId).name();
        return own.isEmpty() ? types.type(types.strip(typeId)).name() : own;
    }

    private Object read(int typeId, MemorySegment from, int depth) {
        if (depth > DEPTH_MAX) {
            return hexadecimal(from);
        }
        return switch (types.type(types.strip(typeId))) {
            case BtfType.Int number -> number(number, from, 0, number.bits());
            case BtfType.Enumeration enumeration -> enumerator(enumeration, from);
            case BtfType.Array array -> array(array, from, depth);
            case BtfType.Composite composite -> members(composite, from, depth);
            case BtfType.DataSection section -> variables(section, from, depth);
            case BtfType.Variable variable -> read(variable.typeId(), from, depth);
            case BtfType.Pointer _ -> "0x" + Long.toHexString(unsigned(from).longValue());
            case BtfType.FloatType _ -> floating(from);
            case BtfType.VoidType _,
                    BtfType.Forward _,
                    BtfType.Typedef _,
                    BtfType.Volatile _,
                    BtfType.Const _,
                    BtfType.Restrict _,
                    BtfType.Function _,
                    BtfType.Prototype _,
                    BtfType.DeclarationTag _,
                    BtfType.TypeTag _ -> hexadecimal(from);
        };
    }

    /** Some bits of little-endian memory, as bit fields are. */
    private static Object number(BtfType.Int type, MemorySegment from, int bitOffset, int bits) {
        BigInteger value = unsigned(from).shiftRight(bitOffset).mod(BigInteger.ONE.shiftLeft(bits));
        if (type.encoding() == BtfType.Encoding.BOOL) {
            return value.signum() != 0;
        }
        boolean negative = type.encoding() == BtfType.Encoding.SIGNED && value.testBit(bits - 1);
        return boxed(negative ? value.subtract(BigInteger.ONE.shiftLeft(bits)) : value);
    }

    private static Object boxed(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    private static BigInteger unsigned(MemorySegment from) {
        byte[] bytes = from.toArray(ValueLayout.JAVA_BYTE);
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[bytes.length - 1 - i] = bytes[i];
        }
        return new BigInteger(1, reversed);
    }

    private static Object enumerator(BtfType.Enumeration type, MemorySegment from) {
        BigInteger number = unsigned(from);
        int bits = type.sizeBytes() * Byte.SIZE;
        long value = number.longValue();
        if (type.signed() && number.testBit(bits - 1)) {
            value = number.subtract(BigInteger.ONE.shiftLeft(bits)).longValue();
        }
        for (BtfType.Enumerator enumerator : type.enumerators()) {
            if (enumerator.value() == value) {
                return enumerator.name();
            }
        }
        return value;
    }

    private static Object floating(MemorySegment from) {
        return switch ((int) from.byteSize()) {
            case Float.BYTES -> (double) from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
            case Double.BYTES -> from.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 0);
            default -> hexadecimal(from);
        };
    }

    private Object array(BtfType.Array array, MemorySegment from, int depth) {
        BtfType element = types.type(types.strip(array.elementTypeId()));
        if (element instanceof BtfType.Int byteType && byteType.sizeBytes() == 1) {
            return isCharacter(array.elementTypeId()) ? text(from) : hexadecimal(from);
        }
        long bytes = types.sizeBytes(array.elementTypeId());
        List<Object> elements = new ArrayList<>();
        for (long i = 0; i < Math.min(array.count(), ELEMENTS_MAX); i++) {
            elements.add(read(array.elementTypeId(), from.asSlice(i * bytes, bytes), depth + 1));
        }
        return elements;
    }

    /** {@code char} is a signed or unsigned byte by that very name; {@code __u8} is a number. */
    private boolean isCharacter(int typeId) {
        return types.type(typeId).name().equals("char")
                || types.type(types.strip(typeId)).name().equals("char");
    }

    private static String text(MemorySegment from) {
        byte[] bytes = from.toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private static String hexadecimal(MemorySegment from) {
        return HexFormat.of().formatHex(from.toArray(ValueLayout.JAVA_BYTE));
    }

    private Map<String, Object> members(BtfType.Composite type, MemorySegment from, int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (BtfType.Member member : type.members()) {
            Object value = member(member, from, depth);
            if (!member.name().isEmpty()) {
                members.put(member.name(), value);
            } else if (value instanceof Map<?, ?> inner) {
                inner.forEach((name, each) -> members.put(String.valueOf(name), each));
            }
        }
        return members;
    }

    private Object member(BtfType.Member member, MemorySegment from, int depth) {
        long bytes = types.sizeBytes(member.typeId());
        if (member.bitFieldBits() > 0 && types.type(types.strip(member.typeId())) instanceof BtfType.Int type) {
            long start = member.bitOffset() / Byte.SIZE;
            int within = (int) (member.bitOffset() % Byte.SIZE);
            int needed = (within + member.bitFieldBits() + Byte.SIZE - 1) / Byte.SIZE;
            return number(type, from.asSlice(start, needed), within, member.bitFieldBits());
        }
        return read(member.typeId(), from.asSlice(member.bitOffset() / Byte.SIZE, bytes), depth + 1);
    }

    private Map<String, Object> variables(BtfType.DataSection section, MemorySegment from, int depth) {
        Map<String, Object> variables = new LinkedHashMap<>();
        for (BtfType.Placed placed : section.contents()) {
            if (types.type(placed.typeId()) instanceof BtfType.Variable variable) {
                MemorySegment place = from.asSlice(placed.offsetBytes(), placed.sizeBytes());
                variables.put(variable.name(), read(variable.typeId(), place, depth + 1));
            }
        }
        return variables;
    }

    /** Values in a line: {@code op=16 name="a" at={x=1 y=2} list=[1 2]}. */
    static String line(Map<String, ?> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + text(field.getValue()))
                .collect(Collectors.joining(" "));
    }

    /** A value as {@link #line} shows it. */
    public static String text(Object value) {
        return switch (value) {
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(field -> field.getKey() + "=" + text(field.getValue()))
                        .collect(Collectors.joining(" ", "{", "}"));
            case List<?> list -> list.stream().map(BtfValues::text).collect(Collectors.joining(" ", "[", "]"));
            case String text -> '"' + escaped(text) + '"';
            default -> value.toString();
        };
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"' || each == '\\') {
                escaped.append('\\').append(each);
            } else if (each < ' ' || each == 0x7f) {
                escaped.append("\\x%02x".formatted((int) each));
            } else {
                escaped.append(each);
            }
        }
        return escaped.toString();
    }
}

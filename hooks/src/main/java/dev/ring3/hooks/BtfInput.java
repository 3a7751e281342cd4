package dev.ring3.hooks;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfField;
import dev.ring3.bpf.btf.BtfType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Texts of people as memory of C, by its types: a number in decimal or after {@code 0x} in hexadecimal, the name of an
 * enumerator, the characters of a {@code char} array, bytes after {@code 0x}; for a structure {@code field=value} with
 * commas between, each as it was before where it is not named.
 */
final class BtfInput {
    private final Btf types;

    private BtfInput(Btf types) {
        this.types = types;
    }

    /**
     * Changes a value.
     *
     * @param before what is there, with as many bytes as the type; the result goes there
     * @throws IllegalArgumentException for what is no such value
     */
    static void write(Btf types, int typeId, String text, byte[] before) {
        new BtfInput(types).write(typeId, text, MemorySegment.ofArray(before));
    }

    /** Without types: a number of that size, or all bytes after {@code 0x}. */
    static void write(String text, byte[] into) {
        if (!isBytes(text, into.length)) {
            putNumber(number(text), MemorySegment.ofArray(into), text);
            return;
        }
        byte[] bytes = HexFormat.of().parseHex(text.substring(2));
        System.arraycopy(bytes, 0, into, 0, into.length);
    }

    private static boolean isBytes(String text, long bytes) {
        return bytes > Long.BYTES && text.startsWith("0x") && text.length() == 2 + 2 * bytes;
    }

    private void write(int typeId, String text, MemorySegment to) {
        switch (types.type(types.strip(typeId))) {
            case BtfType.Int type -> {
                boolean truth = type.encoding() == BtfType.Encoding.BOOL
                        && List.of("true", "false").contains(text);
                putNumber(truth ? (text.equals("true") ? BigInteger.ONE : BigInteger.ZERO) : number(text), to, text);
            }
            case BtfType.Enumeration type -> putNumber(enumerator(type, text), to, text);
            case BtfType.Array array -> putBytes(array, text, to);
            case BtfType.Composite _, BtfType.DataSection _ -> putFields(typeId, text, to);
            case BtfType.Variable variable -> write(variable.typeId(), text, to);
            case BtfType.VoidType _,
                    BtfType.Pointer _,
                    BtfType.FloatType _,
                    BtfType.Forward _,
                    BtfType.Typedef _,
                    BtfType.Volatile _,
                    BtfType.Const _,
                    BtfType.Restrict _,
                    BtfType.Function _,
                    BtfType.Prototype _,
                    BtfType.DeclarationTag _,
                    BtfType.TypeTag _ ->
                throw new IllegalArgumentException("'%s' for a value of a type that nobody sets".formatted(text));
        }
    }

    private static BigInteger number(String text) {
        try {
            String lower = text.strip().toLowerCase(Locale.ROOT);
            return lower.startsWith("0x") ? new BigInteger(lower.substring(2), 16) : new BigInteger(lower);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'%s' is no number".formatted(text), e);
        }
    }

    private static BigInteger enumerator(BtfType.Enumeration type, String text) {
        return type.enumerators().stream()
                .filter(each -> each.name().equals(text))
                .findFirst()
                .map(each -> BigInteger.valueOf(each.value()))
                .orElseGet(() -> number(text));
    }

    private static void putNumber(BigInteger value, MemorySegment to, String text) {
        long bits = to.byteSize() * Byte.SIZE;
        if (value.bitLength() > (value.signum() < 0 ? bits - 1 : bits)) {
            throw new IllegalArgumentException("%s does not fit into %d bytes".formatted(text, to.byteSize()));
        }
        for (int i = 0; i < to.byteSize(); i++) {
            to.set(ValueLayout.JAVA_BYTE, i, value.shiftRight(i * Byte.SIZE).byteValue());
        }
    }

    private void putBytes(BtfType.Array array, String text, MemorySegment to) {
        if (types.sizeBytes(array.elementTypeId()) != 1) {
            throw new IllegalArgumentException("'%s' for an array, whose elements are not bytes".formatted(text));
        }
        byte[] bytes = text.startsWith("0x")
                ? HexFormat.of().parseHex(text.substring(2))
                : text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > to.byteSize()) {
            throw new IllegalArgumentException(
                    "'%s' has %d bytes, there is room for %d".formatted(text, bytes.length, to.byteSize()));
        }
        to.fill((byte) 0);
        MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    private void putFields(int typeId, String text, MemorySegment to) {
        for (String assignment : text.split(",", -1)) {
            int equals = assignment.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("'%s' is not field=value".formatted(assignment));
            }
            String name = assignment.substring(0, equals).strip();
            String value = assignment.substring(equals + 1).strip();
            if (types.type(types.strip(typeId)) instanceof BtfType.DataSection section) {
                putVariable(section, name, value, to);
            } else {
                putField(typeId, name, value, to);
            }
        }
    }

    private void putField(int typeId, String path, String value, MemorySegment to) {
        BtfField field = types.field(typeId, path)
                .filter(found -> found.bitFieldBits() == 0)
                .orElseThrow(() -> new IllegalArgumentException("there is no field '%s' to set".formatted(path)));
        write(field.typeId(), value, to.asSlice(field.byteOffset(), types.sizeBytes(field.typeId())));
    }

    /** @param path a variable, or a field of one: {@code budget.bytes} */
    private void putVariable(BtfType.DataSection section, String path, String value, MemorySegment to) {
        int dot = path.indexOf('.');
        String name = dot < 0 ? path : path.substring(0, dot);
        for (BtfType.Placed placed : section.contents()) {
            if (types.type(placed.typeId()) instanceof BtfType.Variable variable
                    && variable.name().equals(name)) {
                MemorySegment place = to.asSlice(placed.offsetBytes(), placed.sizeBytes());
                if (dot < 0) {
                    write(variable.typeId(), value, place);
                } else {
                    putField(variable.typeId(), path.substring(dot + 1), value, place);
                }
                return;
            }
        }
        throw new IllegalArgumentException("there is no variable '%s' to set".formatted(name));
    }
}

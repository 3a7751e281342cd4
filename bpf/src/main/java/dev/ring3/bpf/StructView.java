package dev.ring3.bpf;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfField;
import dev.ring3.bpf.btf.BtfKind;
import dev.ring3.bpf.btf.BtfType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A structure of C as the types of an object lay it out, for keys and values that are records in Java:
 *
 * <pre>{@code
 * record Flow(int pid, long bytes, String name) {}
 *
 * StructView flow = object.valueStruct("flows");
 * NumberField pid = flow.number("pid");
 * NumberField bytes = flow.number("bytes");
 * TextField name = flow.text("name");
 * Codec<Flow> codec = flow.codec(
 *         from -> new Flow(pid.getInt(from), bytes.get(from), name.get(from)),
 *         (value, to) -> {
 *             pid.set(to, value.pid());
 *             bytes.set(to, value.bytes());
 *             name.set(to, value.name());
 *         });
 * }</pre>
 *
 * <p>What does not suit the structure is refused when the fields are asked for, not when a value comes. Immutable.
 */
public final class StructView {
    private final Btf btf;
    private final int typeId;
    private final String name;
    private final int bytes;

    private StructView(Btf btf, int typeId, String name) {
        this.btf = btf;
        this.typeId = typeId;
        this.name = name;
        this.bytes = Math.toIntExact(btf.sizeBytes(typeId));
    }

    /**
     * The structure of a name.
     *
     * @throws IllegalArgumentException if the types have none, or are of another byte order than this machine
     */
    public static StructView of(Btf btf, String name) {
        OptionalInt id = btf.find(BtfKind.STRUCT, name);
        if (id.isEmpty()) {
            throw new IllegalArgumentException("the types have no struct " + name);
        }
        return of(btf, id.getAsInt());
    }

    /** The structure of a type, perhaps under another name or without one, see {@link #of(Btf, String)}. */
    public static StructView of(Btf btf, int typeId) {
        if (!btf.order().equals(ByteOrder.nativeOrder())) {
            throw new IllegalArgumentException("types of a machine of the other byte order");
        }
        int id = btf.strip(typeId);
        if (!(btf.type(id) instanceof BtfType.Composite composite)) {
            throw new IllegalArgumentException("type %d is no structure".formatted(typeId));
        }
        return new StructView(btf, id, composite.name());
    }

    /** The size of the structure. */
    public int bytes() {
        return bytes;
    }

    /**
     * A field with a number: an integer, an enumeration, a boolean.
     *
     * @param path the field, or one in it: {@code caller.uid}
     * @throws IllegalArgumentException if there is no such field, or it is no number of whole bytes
     */
    public NumberField number(String path) {
        BtfField field = field(path);
        return switch (btf.type(btf.strip(field.typeId()))) {
            case BtfType.Int number
            when isWhole(field, number) ->
                new NumberField(path, at(field), number.sizeBytes(), number.encoding() == BtfType.Encoding.SIGNED);
            case BtfType.Enum32 number
            when field.bitFieldBits() == 0 -> new NumberField(path, at(field), number.sizeBytes(), number.signed());
            case BtfType.Enum64 number
            when field.bitFieldBits() == 0 -> new NumberField(path, at(field), number.sizeBytes(), number.signed());
            case BtfType other -> throw refused(path, "is no number of whole bytes, but " + other.kind());
        };
    }

    private static boolean isWhole(BtfField field, BtfType.Int number) {
        return field.bitFieldBits() == 0
                && number.bits() == number.sizeBytes() * Byte.SIZE
                && Integer.bitCount(number.sizeBytes()) == 1
                && number.sizeBytes() <= Long.BYTES;
    }

    /** A field with a text: an array of bytes that a zero byte ends, or its end; see {@link #number}. */
    public TextField text(String path) {
        BtfField field = field(path);
        if (btf.type(btf.strip(field.typeId())) instanceof BtfType.Array array
                && btf.sizeBytes(array.elementTypeId()) == 1) {
            return new TextField(path, at(field), Math.toIntExact(array.count()));
        }
        throw refused(path, "is no array of characters");
    }

    /** A field of any type as its bytes, see {@link #number}. */
    public BytesField raw(String path) {
        BtfField field = field(path);
        if (field.bitFieldBits() != 0) {
            throw refused(path, "is a bit field");
        }
        return new BytesField(path, at(field), Math.toIntExact(btf.sizeBytes(field.typeId())));
    }

    private BtfField field(String path) {
        return btf.field(typeId, path).orElseThrow(() -> refused(path, "is not in it"));
    }

    private static int at(BtfField field) {
        return Math.toIntExact(field.byteOffset());
    }

    private IllegalArgumentException refused(String path, String problem) {
        return new IllegalArgumentException("struct %s: field %s %s".formatted(name, path, problem));
    }

    /**
     * Keys or values that are this structure in C and something else in Java. Bytes that are not written are zeros.
     *
     * @param read makes one from its memory, which is not to be kept
     * @param write writes one into its memory
     */
    public <T> Codec<T> codec(Function<MemorySegment, T> read, BiConsumer<T, MemorySegment> write) {
        return new Codec<>() {
            @Override
            public int bytes() {
                return bytes;
            }

            @Override
            public void write(T value, MemorySegment to) {
                write.accept(value, to.fill((byte) 0));
            }

            @Override
            public T read(MemorySegment from) {
                return read.apply(from);
            }
        };
    }
}

package dev.ring3.bpf.btf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a set of types, so that a host can describe its own to {@link CoreResolver}. Types get ids in the order in which
 * they are added, from 1; a type may refer to one that is added later. Not for several threads.
 *
 * <pre>{@code
 * BtfBuilder types = new BtfBuilder(ByteOrder.nativeOrder());
 * int u32 = types.add(new BtfType.Int("unsigned int", 4, BtfType.Encoding.UNSIGNED));
 * types.addStruct("request", new BtfBuilder.Field("op", u32), new BtfBuilder.Field("uid", u32));
 * Btf btf = types.build();
 * }</pre>
 */
public final class BtfBuilder {
    private static final long POINTER_BYTES = 8;

    private final ByteOrder order;
    private final List<BtfType> types = new ArrayList<>();
    private final Map<String, Integer> names = new HashMap<>();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();

    /** Types of machines with a byte order. */
    public BtfBuilder(ByteOrder order) {
        this.order = order;
        names.put("", 0);
        strings.write(0);
    }

    /** A member for {@link #addStruct}. */
    public record Field(String name, int typeId) {}

    /** Adds a type and returns its id. */
    public int add(BtfType type) {
        types.add(type);
        return types.size();
    }

    /** The id that the next type will get. */
    public int nextId() {
        return types.size() + 1;
    }

    /**
     * Adds a struct laid out as C compilers do, every member aligned to its own need, and returns its id.
     *
     * @throws IllegalArgumentException if the size of a member is not known yet
     */
    public int addStruct(String name, Field... fields) {
        List<BtfType.Member> members = new ArrayList<>();
        long size = 0;
        long alignment = 1;
        for (Field field : fields) {
            Extent extent = extent(field.typeId(), 0);
            size = Math.ceilDiv(size, extent.alignment()) * extent.alignment();
            members.add(new BtfType.Member(field.name(), field.typeId(), size * Byte.SIZE));
            size += extent.bytes();
            alignment = Math.max(alignment, extent.alignment());
        }
        return add(new BtfType.Struct(name, Math.ceilDiv(size, alignment) * alignment, members));
    }

    private record Extent(long bytes, long alignment) {}

    private Extent extent(int typeId, int depth) {
        if (typeId < 1 || typeId > types.size() || depth > Btf.RESOLVE_DEPTH_MAX) {
            throw new IllegalArgumentException("the size of type %d is not known".formatted(typeId));
        }
        return switch (types.get(typeId - 1)) {
            case BtfType.Int integer -> new Extent(integer.sizeBytes(), integer.sizeBytes());
            case BtfType.FloatType number -> new Extent(number.sizeBytes(), Long.lowestOneBit(number.sizeBytes()));
            case BtfType.Enumeration enumeration -> new Extent(enumeration.sizeBytes(), enumeration.sizeBytes());
            case BtfType.Pointer _ -> new Extent(POINTER_BYTES, POINTER_BYTES);
            case BtfType.Array array -> {
                Extent element = extent(array.elementTypeId(), depth + 1);
                yield new Extent(Math.multiplyExact(element.bytes(), array.count()), element.alignment());
            }
            case BtfType.Composite composite -> {
                long alignment = 1;
                for (BtfType.Member member : composite.members()) {
                    alignment = Math.max(
                            alignment, extent(member.typeId(), depth + 1).alignment());
                }
                yield new Extent(composite.sizeBytes(), alignment);
            }
            case BtfType.Typedef typedef -> extent(typedef.typeId(), depth + 1);
            case BtfType.Volatile modifier -> extent(modifier.typeId(), depth + 1);
            case BtfType.Const modifier -> extent(modifier.typeId(), depth + 1);
            case BtfType.Restrict modifier -> extent(modifier.typeId(), depth + 1);
            case BtfType.TypeTag tag -> extent(tag.typeId(), depth + 1);
            case BtfType.VoidType _,
                    BtfType.Forward _,
                    BtfType.Function _,
                    BtfType.Prototype _,
                    BtfType.Variable _,
                    BtfType.DataSection _,
                    BtfType.DeclarationTag _ ->
                throw new IllegalArgumentException("type %d, a %s, has no size"
                        .formatted(typeId, types.get(typeId - 1).kind()));
        };
    }

    /** The types as the contents of a section {@code .BTF}. */
    public byte[] toBytes() {
        int typesBytes = types.stream().mapToInt(BtfEncoder::bytes).sum();
        ByteBuffer body = ByteBuffer.allocate(typesBytes).order(order);
        BtfEncoder encoder = new BtfEncoder(body, this::offsetOf);
        types.forEach(encoder::encode);
        return ByteBuffer.allocate(BtfLayout.HEADER_BYTES + typesBytes + strings.size())
                .order(order)
                .putShort((short) BtfLayout.MAGIC)
                .put((byte) BtfLayout.VERSION)
                .put((byte) 0)
                .putInt(BtfLayout.HEADER_BYTES)
                .putInt(0)
                .putInt(typesBytes)
                .putInt(typesBytes)
                .putInt(strings.size())
                .put(body.array())
                .put(strings.toByteArray())
                .array();
    }

    /**
     * The types, checked.
     *
     * @throws BtfException if one refers to a type that was never added, or is otherwise impossible
     */
    public Btf build() {
        return Btf.parse(toBytes());
    }

    /** The offset of a string in the string section, which gets it if it is new. */
    int offsetOf(String name) {
        return names.computeIfAbsent(name, text -> {
            int offset = strings.size();
            strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            strings.write(0);
            return offset;
        });
    }
}

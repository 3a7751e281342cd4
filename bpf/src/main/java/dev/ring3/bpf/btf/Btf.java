package dev.ring3.bpf.btf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A set of types, by id: those of an object file, of the running kernel, or of a host. Everything is checked when it is
 * parsed; types are decoded when they are asked for, and the index of names is made on the first search, so that the
 * kernel's hundred thousand types cost little more than their bytes.
 *
 * <p>Sources that are not a tree: types may refer to each other in cycles, through pointers rightly, and through
 * typedefs, arrays or members by value wrongly. What must follow references says so in time.
 */
public final class Btf {
    /** Input past this is refused. */
    public static final int BYTES_MAX = BtfParser.BYTES_MAX;

    /** The kernel's limit to what one type leads through before it has a size ({@code MAX_RESOLVE_DEPTH}). */
    public static final int RESOLVE_DEPTH_MAX = 32;

    private static final int POINTER_BYTES = 8;

    private final ByteBuffer data;
    private final int[] offsets;
    private final BtfStrings strings;
    private final BtfDecoder decoder;

    // Both are filled without a lock: racing threads make equal immutable values, and one of them stays.
    private final @Nullable BtfType[] decoded;
    private @Nullable NameIndex names;

    Btf(ByteBuffer data, int[] offsets, BtfStrings strings) {
        this.data = data;
        this.offsets = offsets;
        this.strings = strings;
        this.decoder = new BtfDecoder(data, strings);
        this.decoded = new BtfType[offsets.length];
    }

    /**
     * Reads the contents of a section {@code .BTF} or of a file such as {@code /sys/kernel/btf/vmlinux}.
     *
     * @throws BtfException if it is malformed
     */
    public static Btf parse(byte[] bytes) {
        return BtfParser.parse(bytes.clone());
    }

    /**
     * Reads a file of types, such as {@code /sys/kernel/btf/vmlinux}.
     *
     * @throws BtfException if it is malformed or larger than {@link #BYTES_MAX}
     */
    public static Btf read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return BtfParser.parse(in.readNBytes(BYTES_MAX + 1));
        }
    }

    /** The byte order it was written in, that of the machine it describes. */
    public ByteOrder order() {
        return data.order();
    }

    /** How many types there are; their ids are 1 to this, and 0 is {@code void}. */
    public int typeCount() {
        return offsets.length - 1;
    }

    /**
     * The type of an id.
     *
     * @throws IndexOutOfBoundsException if the id is not 0 to {@link #typeCount}
     */
    public BtfType type(int id) {
        BtfType type = decoded[id];
        if (type == null) {
            type = id == 0 ? new BtfType.VoidType() : decoder.decode(offsets[id]);
            decoded[id] = type;
        }
        return type;
    }

    /** The kind of a type, without decoding it. */
    public BtfKind kind(int id) {
        return id == 0 ? BtfKind.VOID : BtfKind.of(BtfLayout.kind(data.getInt(offsets[id] + BtfLayout.INFO_AT)));
    }

    /** The first type of a kind with a name. */
    public OptionalInt find(BtfKind kind, String name) {
        return findAll(kind, name).findFirst();
    }

    /** All types of a kind with a name, by id. */
    public IntStream findAll(BtfKind kind, String name) {
        return names().named(name).filter(id -> kind(id) == kind);
    }

    /** Types with a name that agrees but for the flavour after {@code ___}; see {@link CoreResolver}. */
    IntStream flavoursOf(String essentialName) {
        return names().flavoursOf(essentialName);
    }

    /**
     * What is left of a type without {@code const} and the like, type tags and typedefs.
     *
     * @throws BtfException if they form a cycle
     */
    public int strip(int id) {
        int stripped = id;
        for (int steps = 0; kind(stripped).isTransparent(); steps++) {
            if (steps == offsets.length) {
                throw new BtfException(
                        offsets[id], "type %d leads through typedefs or modifiers to itself".formatted(id));
            }
            stripped = data.getInt(offsets[stripped] + BtfLayout.SIZE_OR_TYPE_AT);
        }
        return stripped;
    }

    /**
     * The size of a type in bytes. A pointer has 8.
     *
     * @throws BtfException if it has none (such as {@code void} or a function), is larger than 2<sup>32</sup> - 1, or
     *     contains itself
     */
    public long sizeBytes(int id) {
        long count = 1;
        int current = id;
        for (int depth = 0; depth < RESOLVE_DEPTH_MAX; depth++) {
            BtfType type = type(strip(current));
            switch (type) {
                case BtfType.Array array -> {
                    count = product(id, count, array.count());
                    current = array.elementTypeId();
                }
                case BtfType.Variable variable -> current = variable.typeId();
                case BtfType _ -> {
                    return product(id, count, ownSizeBytes(id, type));
                }
            }
        }
        throw new BtfException(
                offset(id),
                "type %d has no size: it leads through more than %d types, or to itself"
                        .formatted(id, RESOLVE_DEPTH_MAX));
    }

    private long ownSizeBytes(int id, BtfType type) {
        return switch (type) {
            case BtfType.Int integer -> integer.sizeBytes();
            case BtfType.Pointer _ -> POINTER_BYTES;
            case BtfType.Composite composite -> composite.sizeBytes();
            case BtfType.Enumeration enumeration -> enumeration.sizeBytes();
            case BtfType.FloatType number -> number.sizeBytes();
            case BtfType.DataSection section -> section.sizeBytes();
            case BtfType.VoidType _,
                    BtfType.Forward _,
                    BtfType.Function _,
                    BtfType.Prototype _,
                    BtfType.DeclarationTag _,
                    BtfType.Array _,
                    BtfType.Variable _,
                    BtfType.Typedef _,
                    BtfType.Volatile _,
                    BtfType.Const _,
                    BtfType.Restrict _,
                    BtfType.TypeTag _ ->
                throw new BtfException(
                        offset(id), "type %d has no size: it leads to %s %s".formatted(id, type.kind(), type.name()));
        };
    }

    private long product(int id, long count, long sizeBytes) {
        long high = Math.multiplyHigh(count, sizeBytes);
        long product = count * sizeBytes;
        if (high != 0 || product < 0 || product > 0xffff_ffffL) {
            throw new BtfException(
                    offset(id),
                    "type %d has %d times %d bytes, more than 32 bits count".formatted(id, count, sizeBytes));
        }
        return product;
    }

    /**
     * Finds a member of a struct or union by its path.
     *
     * @param typeId the struct or union; typedefs and the like are looked through
     * @param path names with dots between them, such as {@code caller.uid}; members of anonymous structs and unions are
     *     members of what encloses them
     * @return nothing if there is no such member
     * @throws BtfException if a typedef on the way leads to itself, or anonymous members are nested too deep
     */
    public Optional<BtfField> field(int typeId, String path) {
        BtfField field = new BtfField(typeId, 0, 0);
        for (String name : path.split("\\.", -1)) {
            Optional<BtfField> next = member(field, name, new HashSet<>(), 0);
            if (next.isEmpty()) {
                return next;
            }
            field = next.get();
        }
        return Optional.of(field);
    }

    /** Each type is searched once, however many anonymous members lead to it. */
    private Optional<BtfField> member(BtfField in, String name, Set<Integer> searched, int depth) {
        int id = strip(in.typeId());
        if (!(type(id) instanceof BtfType.Composite composite) || !searched.add(id)) {
            return Optional.empty();
        }
        if (depth == RESOLVE_DEPTH_MAX) {
            throw new BtfException(
                    offset(id), "type %d: anonymous members are nested more than %d deep".formatted(id, depth));
        }
        for (BtfType.Member member : composite.members()) {
            BtfField field = new BtfField(member.typeId(), in.bitOffset() + member.bitOffset(), member.bitFieldBits());
            if (member.name().equals(name) && !name.isEmpty()) {
                return Optional.of(field);
            }
            if (member.name().isEmpty()) {
                Optional<BtfField> found = member(field, name, searched, depth + 1);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The same types with the sizes of data sections, which compilers leave to the loader: each that has none gets what
     * the function knows of its name.
     */
    public Btf withSectionSizes(Function<String, OptionalLong> sizeBytes) {
        byte[] bytes = new byte[data.capacity()];
        data.get(0, bytes);
        ByteBuffer changed = ByteBuffer.wrap(bytes).order(data.order());
        for (int id = 1; id < offsets.length; id++) {
            if (kind(id) == BtfKind.DATASEC && type(id) instanceof BtfType.DataSection section) {
                int at = offsets[id] + BtfLayout.SIZE_OR_TYPE_AT;
                if (section.sizeBytes() == 0) {
                    sizeBytes.apply(section.name()).ifPresent(size -> changed.putInt(at, (int) size));
                }
            }
        }
        return BtfParser.parse(bytes);
    }

    /** A string of the string section; the offset must have been checked. */
    String string(int offset) {
        return strings.get(offset);
    }

    BtfStrings strings() {
        return strings;
    }

    /** Where a type begins in the data, for messages. */
    int offset(int id) {
        return offsets[id];
    }

    private NameIndex names() {
        NameIndex index = names;
        if (index == null) {
            int[] nameOffsets = new int[offsets.length];
            for (int id = 1; id < offsets.length; id++) {
                nameOffsets[id] = data.getInt(offsets[id]);
            }
            index = new NameIndex(strings, nameOffsets);
            names = index;
        }
        return index;
    }
}

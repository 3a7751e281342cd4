package dev.ring3.bpf;

import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.map.HashLayout;
import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.map.ValueFormat;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Values that belong to objects of the host ({@code BPF_MAP_TYPE_TASK_STORAGE}, {@code INODE_STORAGE}): each object has
 * none or one. They go when the object goes, which the host says with {@link BpfRuntime#objectGone}; a run that has the
 * address of a value keeps it until it ends.
 *
 * <p>As in the kernel, it is made with {@link MapFlags#NO_PREALLOC} and without a number of entries; there is room for as
 * many values as fit into {@value #BYTES_DEFAULT} bytes, at least {@value #VALUES_MIN} and at most
 * {@value #VALUES_MAX_DEFAULT}, unless the host says another number.
 */
public final class LocalStorageMap extends MapBase implements BpfMap {
    static final int TYPE_INODE = 28;
    static final int TYPE_TASK = 29;

    /** {@code BPF_LOCAL_STORAGE_GET_F_CREATE}. */
    static final long CREATE = 1;

    /** Memory for values where nobody says how many. */
    static final long BYTES_DEFAULT = 16 << 20;

    static final int VALUES_MIN = 64;
    static final int VALUES_MAX_DEFAULT = 16_384;

    /** As in the kernel, what an object's values fit into. */
    private static final int VALUE_BYTES_MAX = 0xffff - 128;

    /** Of objects, as the keys of the table: the two halves of their identity. */
    private static final int IDENTITY_BYTES = 2 * Long.BYTES;

    /** {@code BPF_F_CLONE}: also for sockets alone, where it means something. */
    private static final int CLONE = 1 << 9;

    private final HostObject.Kind kind;
    private final HashLayout layout;
    private final HashTable table;
    private final long address;
    private final long zeros; // of the size of a value

    LocalStorageMap(Origin origin) {
        super(origin);
        this.kind = origin.shape().type() == TYPE_TASK ? HostObject.Kind.TASK : HostObject.Kind.INODE;
        if ((origin.flags() & MapFlags.NO_PREALLOC) == 0
                || MapFlags.areInvalid(origin.flags(), MapFlags.NO_PREALLOC | CLONE)) {
            throw new IllegalArgumentException(
                    "flags 0x%x of local storage, which has BPF_F_NO_PREALLOC".formatted(origin.flags()));
        }
        if (keyBytes() != Integer.BYTES || valueBytes() < 1 || valueBytes() > VALUE_BYTES_MAX) {
            throw new IllegalArgumentException("keys of %d and values of %d bytes of local storage, not 4 and 1 to %d"
                    .formatted(keyBytes(), valueBytes(), VALUE_BYTES_MAX));
        }
        ValueFormat format = new ValueFormat(valueBytes(), origin.shape().spinLockOffset());
        this.layout = new HashLayout(IDENTITY_BYTES, format, values(format), 0, false);
        this.address = allocate(layout.bytes() + format.strideBytes());
        this.zeros = address + layout.bytes();
        this.table = new HashTable(
                layout,
                address,
                ThreadLocalRandom.current().nextLong(),
                origin.runtime().gracePeriod());
    }

    private int values(ValueFormat format) {
        long fit = BYTES_DEFAULT / format.strideBytes();
        return entriesMax() != 0 ? entriesMax() : Math.clamp(fit, VALUES_MIN, VALUES_MAX_DEFAULT);
    }

    @Override
    String kind() {
        return "local storage";
    }

    @Override
    List<MemoryRegion> regions() {
        return table.regions(programsMayWrite()).subList(1, 2); // not the identities
    }

    /** The objects whose values these are. */
    public HostObject.Kind objects() {
        return kind;
    }

    /** How many objects have a value at the moment. */
    public int size() {
        try (HostAccess _ = HostAccess.to(this)) {
            return table.count();
        }
    }

    // For programs.

    /**
     * The address of an object's value, or {@link #NULL}.
     *
     * @param scratch bytes for an identity
     * @param value the address of what a new value begins with, or {@link #NULL} for zeros
     */
    long get(HostObject object, long scratch, long value, long flags) {
        if (object.kind() != kind || (flags & ~CREATE) != 0) {
            return NULL;
        }
        write(object, scratch);
        int row = flags == CREATE ? table.findOrInsert(scratch, value == NULL ? zeros : value) : table.find(scratch);
        return row == 0 ? NULL : table.value(row);
    }

    /** 0 or a negative errno. */
    int delete(HostObject object, long scratch) {
        write(object, scratch);
        return object.kind() == kind ? table.delete(scratch) : HelperErrors.ENOENT;
    }

    private static void write(HostObject object, long to) {
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_LONG_UNALIGNED, to, object.high());
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_LONG_UNALIGNED, to + Long.BYTES, object.low());
    }

    // For the host.

    /** The value of an object. */
    public <V> Optional<V> get(Codec<V> codec, HostObject object) {
        requireValues(codec);
        requireObject(object);
        if ((flags() & MapFlags.WRITE_ONLY) != 0) {
            throw unsupported("lookup in");
        }
        try (HostAccess access = HostAccess.to(this)) {
            long scratch = access.memory(IDENTITY_BYTES + ValueFormat.aligned(valueBytes()));
            write(object, scratch);
            int row = table.find(scratch);
            if (row == 0) {
                return Optional.empty();
            }
            table.load(row, scratch + IDENTITY_BYTES);
            return Optional.of(codec.read(BpfMemory.SEGMENT
                    .asSlice(scratch + IDENTITY_BYTES, valueBytes())
                    .asReadOnly()));
        }
    }

    /** Sets the value of an object. */
    public <V> MapResult put(Codec<V> codec, HostObject object, V value, UpdateMode mode) {
        requireValues(codec);
        requireObject(object);
        if ((flags() & MapFlags.READ_ONLY) != 0) {
            return MapResult.NOT_PERMITTED;
        }
        try (HostAccess access = HostAccess.to(this)) {
            long scratch = access.memory(IDENTITY_BYTES + ValueFormat.aligned(valueBytes()));
            write(object, scratch);
            codec.write(value, BpfMemory.SEGMENT.asSlice(scratch + IDENTITY_BYTES, valueBytes()));
            return MapResult.of(table.update(scratch, scratch + IDENTITY_BYTES, mode.flags(), 0));
        }
    }

    /** Takes the value of an object away. */
    public MapResult remove(HostObject object) {
        requireObject(object);
        return (flags() & MapFlags.READ_ONLY) != 0 ? MapResult.NOT_PERMITTED : forget(object);
    }

    /** Takes the value of an object away, if these are values of its kind. */
    MapResult forget(HostObject object) {
        try (HostAccess access = HostAccess.to(this)) {
            return MapResult.of(delete(object, access.memory(IDENTITY_BYTES)));
        }
    }

    private void requireValues(Codec<?> codec) {
        if (codec.bytes() != valueBytes()) {
            throw new IllegalArgumentException(
                    "map %s has values of %d bytes, not %d".formatted(name(), valueBytes(), codec.bytes()));
        }
    }

    private void requireObject(HostObject object) {
        if (object.kind() != kind) {
            throw new IllegalArgumentException(
                    "map %s is for objects of kind %s, not %s".formatted(name(), kind, object));
        }
    }
}

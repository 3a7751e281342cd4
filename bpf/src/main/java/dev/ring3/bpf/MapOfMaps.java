package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.HashLayout;
import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.map.ValueFormat;
import dev.ring3.bpf.memory.BpfBytes;
import dev.ring3.bpf.memory.BpfMemory;
import dev.ring3.bpf.type.MapShape;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Maps by index or by key ({@code BPF_MAP_TYPE_ARRAY_OF_MAPS}, {@code HASH_OF_MAPS}), all of them of one shape, which is
 * what programs were verified for. Only the host changes it. A run that has looked a map up keeps it until it ends; one
 * that is closed is not found.
 */
public final class MapOfMaps extends MapBase implements BpfMap {
    static final int TYPE_ARRAY = 12;
    static final int TYPE_HASH = 13;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final int KNOWN_HASH_FLAGS = MapFlags.NO_PREALLOC | MapFlags.ZERO_SEED;

    private final MapShape innerShape;
    private final boolean hash;
    private final long address;
    private final long bytes;
    private final @Nullable HashTable table; // of a hash of maps: pointers by key
    private final ValueFormat pointers = new ValueFormat(Long.BYTES, OptionalInt.empty());

    MapOfMaps(Origin origin) {
        super(origin);
        MapShape inner = origin.shape().inner();
        this.hash = origin.shape().type() == TYPE_HASH;
        if (inner == null || inner.inner() != null) {
            throw new IllegalArgumentException("a map of maps that does not say which, or whose are maps of maps");
        }
        if (valueBytes() != Integer.BYTES || (!hash && keyBytes() != Integer.BYTES) || entriesMax() <= 0) {
            throw new IllegalArgumentException("%d entries with keys of %d and values of %d bytes; values have 4"
                    .formatted(entriesMax(), keyBytes(), valueBytes()));
        }
        if (MapFlags.areInvalid(origin.flags(), hash ? KNOWN_HASH_FLAGS : 0)) {
            throw new IllegalArgumentException("flags 0x%x of a map of maps".formatted(origin.flags()));
        }
        this.innerShape = inner;
        HashLayout layout = hash ? new HashLayout(keyBytes(), pointers, entriesMax(), 0, false) : null;
        this.bytes = layout == null ? (long) entriesMax() * Long.BYTES : layout.bytes();
        this.address = allocate(bytes);
        this.table = layout == null
                ? null
                : new HashTable(
                        layout,
                        address,
                        ThreadLocalRandom.current().nextLong(),
                        origin.runtime().gracePeriod());
    }

    @Override
    String kind() {
        return "map of maps";
    }

    @Override
    long lookup(HostCalls call, long key) {
        BpfMap inner = find(key);
        if (inner == null) {
            return NULL;
        }
        call.grant(inner.pointer(), ((MapBase) inner)::regions);
        return inner.pointer();
    }

    private @Nullable BpfMap find(long key) {
        long at = place(key);
        return at == NULL ? null : runtime().mapTable().map(BpfBytes.longAcquire(at));
    }

    /** Where the pointer to the map of a key is. */
    private long place(long key) {
        if (table != null) {
            int row = table.find(key);
            return row == 0 ? NULL : table.value(row);
        }
        int index = BpfMemory.SEGMENT.get(ValueLayout.JAVA_INT_UNALIGNED, key);
        return Integer.compareUnsigned(index, entriesMax()) < 0 ? address + (long) index * Long.BYTES : NULL;
    }

    /** The map of a key. */
    public <K> Optional<BpfMap> get(Codec<K> codec, K key) {
        if ((flags() & MapFlags.WRITE_ONLY) != 0) {
            throw unsupported("lookup in");
        }
        try (HostAccess access = HostAccess.to(this)) {
            return Optional.ofNullable(find(written(access, codec, key)));
        }
    }

    /**
     * Sets the map of a key. Runs that have the old one keep it.
     *
     * @throws IllegalArgumentException if the map is not of the shape that this map is for, or of another runtime
     */
    public <K> MapResult put(Codec<K> codec, K key, BpfMap inner) {
        requireInner(inner);
        return change(codec, key, inner.pointer());
    }

    /** Empties the entry of a key. */
    public <K> MapResult remove(Codec<K> codec, K key) {
        return change(codec, key, NULL);
    }

    private <K> MapResult change(Codec<K> codec, K key, long pointer) {
        if ((flags() & MapFlags.READ_ONLY) != 0) {
            return MapResult.NOT_PERMITTED;
        }
        try (HostAccess access = HostAccess.to(this)) {
            long keyAddress = written(access, codec, key);
            if (table != null) {
                long value = keyAddress + ValueFormat.aligned(keyBytes());
                BpfMemory.SEGMENT.set(LONG, value, pointer);
                return MapResult.of(
                        pointer == NULL ? table.delete(keyAddress) : table.update(keyAddress, value, HashTable.ANY, 0));
            }
            long at = place(keyAddress);
            if (at == NULL) {
                return MapResult.of(pointer == NULL ? HelperErrors.ENOENT : HelperErrors.E2BIG);
            }
            long before = BpfBytes.getAndSetLong(at, pointer);
            return pointer == NULL && before == NULL ? MapResult.ABSENT : MapResult.DONE;
        }
    }

    private <K> long written(HostAccess access, Codec<K> codec, K key) {
        if (codec.bytes() != keyBytes()) {
            throw new IllegalArgumentException(
                    "map %s has keys of %d bytes, not %d".formatted(name(), keyBytes(), codec.bytes()));
        }
        long scratch = access.memory(ValueFormat.aligned(keyBytes()) + Long.BYTES);
        codec.write(key, BpfMemory.SEGMENT.asSlice(scratch, keyBytes()));
        return scratch;
    }

    /** As {@code bpf_map_meta_equal}; also of the same size, which the verifier may have relied on. */
    private void requireInner(BpfMap inner) {
        MapShape shape = inner.shape();
        if (((MapBase) inner).runtime() != runtime()) {
            throw new IllegalArgumentException("map %s is of another runtime".formatted(inner.name()));
        }
        if (shape.type() != innerShape.type()
                || shape.keyBytes() != innerShape.keyBytes()
                || shape.valueBytes() != innerShape.valueBytes()
                || shape.maxEntries() != innerShape.maxEntries()
                || shape.programsMayRead() != innerShape.programsMayRead()
                || shape.programsMayWrite() != innerShape.programsMayWrite()
                || !shape.spinLockOffset().equals(innerShape.spinLockOffset())
                || !shape.timerOffset().equals(innerShape.timerOffset())
                || shape.constants().isPresent()) {
            throw new IllegalArgumentException(
                    "map %s is not of the shape of those in map %s".formatted(inner.name(), name()));
        }
    }
}

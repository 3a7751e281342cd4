package dev.ring3.bpf;

import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.map.ValueFormat;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map with keys and values as Java has them. Copies what it reads and writes; thread-safe, also against programs.
 *
 * <p>Where each slot has a value of its own ({@link #valuesPerEntry} is more than one), {@link #update} sets all of them
 * and {@link #values} returns them; {@link #lookup} and iteration are for maps with one value in an entry.
 *
 * @param <K> keys
 * @param <V> values
 */
public final class MapView<K, V> implements Iterable<Map.Entry<K, V>> {
    private final MapBase map;
    private final Codec<K> keys;
    private final Codec<V> values;

    private MapView(MapBase map, Codec<K> keys, Codec<V> values) {
        this.map = map;
        this.keys = keys;
        this.values = values;
    }

    /**
     * A view of a map.
     *
     * @throws IllegalArgumentException if its keys or values have other sizes
     */
    public static <K, V> MapView<K, V> of(BpfMap map, Codec<K> keys, Codec<V> values) {
        if (keys.bytes() != map.keyBytes() || values.bytes() != map.valueBytes()) {
            throw new IllegalArgumentException("map %s has keys of %d and values of %d bytes, not %d and %d"
                    .formatted(map.name(), map.keyBytes(), map.valueBytes(), keys.bytes(), values.bytes()));
        }
        return new MapView<>((MapBase) map, keys, values);
    }

    /** How many values an entry has: one, or as many as the runtime has slots. */
    public int valuesPerEntry() {
        return map.valuesPerEntry();
    }

    /** The value of a key. */
    public Optional<V> lookup(K key) {
        requireOneValue();
        try (HostAccess access = HostAccess.to(map)) {
            Scratch scratch = readable(access, key);
            return map.hostLookup(scratch.key(), scratch.values())
                    ? Optional.of(valueAt(scratch, 0))
                    : Optional.empty();
        }
    }

    /** The values of a key, one for each slot; empty if there is no such key. */
    public List<V> values(K key) {
        try (HostAccess access = HostAccess.to(map)) {
            Scratch scratch = readable(access, key);
            return map.hostLookup(scratch.key(), scratch.values()) ? valuesAt(scratch) : List.of();
        }
    }

    /** The value of a key, which is deleted. */
    public Optional<V> take(K key) {
        requireOneValue();
        return takeValues(key).stream().findFirst();
    }

    /** The values of a key, one for each slot, which is deleted; empty if there is no such key. */
    public List<V> takeValues(K key) {
        if (!isWritable()) {
            throw new UnsupportedOperationException("map %s is not to be written".formatted(map.name()));
        }
        try (HostAccess access = HostAccess.to(map)) {
            Scratch scratch = readable(access, key);
            return map.hostTake(scratch.key(), scratch.values()) ? valuesAt(scratch) : List.of();
        }
    }

    /** Sets the value of a key, in each slot. */
    public MapResult update(K key, V value, UpdateMode mode) {
        return update(key, mode.flags(), value, null);
    }

    /** Sets the value of a key, in each slot, whether there was one or not. */
    public MapResult put(K key, V value) {
        return update(key, value, UpdateMode.ANY);
    }

    /**
     * Sets the values of a key, one for each slot.
     *
     * @throws IllegalArgumentException if there are not {@link #valuesPerEntry} of them
     */
    public MapResult update(K key, List<V> perSlot, UpdateMode mode) {
        if (perSlot.size() != map.valuesPerEntry()) {
            throw new IllegalArgumentException("%d values for an entry of map %s, which has %d"
                    .formatted(perSlot.size(), map.name(), map.valuesPerEntry()));
        }
        return update(key, mode.flags(), perSlot.getFirst(), perSlot);
    }

    private MapResult update(K key, long flags, V value, @Nullable List<V> perSlot) {
        if (!isWritable()) {
            return MapResult.NOT_PERMITTED;
        }
        try (HostAccess access = HostAccess.to(map)) {
            Scratch scratch = scratch(access);
            keys.write(key, scratch.keySegment());
            for (int slot = 0; slot < map.valuesPerEntry(); slot++) {
                values.write(perSlot == null ? value : perSlot.get(slot), scratch.valueSegment(slot));
            }
            return MapResult.of(map.hostUpdate(scratch.key(), scratch.values(), flags));
        }
    }

    /** Sets the values of some keys; stops at the first that cannot be set, and returns how that ended. */
    public MapResult putAll(Map<? extends K, ? extends V> entries) {
        for (Map.Entry<? extends K, ? extends V> entry : entries.entrySet()) {
            MapResult result = put(entry.getKey(), entry.getValue());
            if (result != MapResult.DONE) {
                return result;
            }
        }
        return MapResult.DONE;
    }

    /** The values of those of some keys that are there, in the order of the keys. */
    public Map<K, V> lookupAll(Iterable<? extends K> some) {
        return collect(some, this::lookup);
    }

    /** The values of those of some keys that are there, which are deleted. */
    public Map<K, V> takeAll(Iterable<? extends K> some) {
        return collect(some, this::take);
    }

    private Map<K, V> collect(Iterable<? extends K> some, Function<K, Optional<V>> find) {
        Map<K, V> found = new LinkedHashMap<>();
        for (K key : some) {
            find.apply(key).ifPresent(value -> found.put(key, value));
        }
        return found;
    }

    /** Takes entries out of the map, at most so many; each is given to one caller, however many drain it at a time. */
    public List<Map.Entry<K, V>> drain(int entriesMax) {
        List<Map.Entry<K, V>> drained = new ArrayList<>();
        for (Map.Entry<K, V> entry : this) {
            if (drained.size() == entriesMax) {
                break;
            }
            take(entry.getKey()).ifPresent(value -> drained.add(Map.entry(entry.getKey(), value)));
        }
        return drained;
    }

    /**
     * The value of a key, copied while its spin lock is held ({@code BPF_F_LOCK}): so that all of it is of one moment,
     * also where programs write it under the lock.
     *
     * @throws UnsupportedOperationException if values of this map have no spin lock
     * @throws IllegalStateException if a program does not give the lock back
     */
    public Optional<V> lookupLocked(K key) {
        requireOneValue();
        requireLock();
        try (HostAccess access = HostAccess.to(map)) {
            Scratch scratch = readable(access, key);
            int result = map.hostLookupLocked(scratch.key(), scratch.values());
            if (result == HelperErrors.EBUSY) {
                throw new IllegalStateException("the spin lock of a value of map %s is not free".formatted(map.name()));
            }
            return result == 0 ? Optional.of(valueAt(scratch, 0)) : Optional.empty();
        }
    }

    /** As {@link #update(Object, Object, UpdateMode)}, a value that is there while its spin lock is held ({@code BPF_F_LOCK}). */
    public MapResult updateLocked(K key, V value, UpdateMode mode) {
        requireLock();
        return update(key, mode.flags() | HashTable.LOCK, value, null);
    }

    private void requireLock() {
        if (map.shape().spinLockOffset().isEmpty()) {
            throw new UnsupportedOperationException("values of map %s have no spin lock".formatted(map.name()));
        }
    }

    /** Deletes a key. */
    public MapResult delete(K key) {
        if (!isWritable()) {
            return MapResult.NOT_PERMITTED;
        }
        try (HostAccess access = HostAccess.to(map)) {
            Scratch scratch = scratch(access);
            keys.write(key, scratch.keySegment());
            return MapResult.of(map.hostDelete(scratch.key()));
        }
    }

    /** Deletes some keys; returns how many of them there were. */
    public int deleteAll(Iterable<? extends K> some) {
        int deleted = 0;
        for (K key : some) {
            deleted += delete(key) == MapResult.DONE ? 1 : 0;
        }
        return deleted;
    }

    /**
     * The first key, if there is one, in the order in which one goes through the map: as {@code BPF_MAP_GET_NEXT_KEY}
     * without a key.
     */
    public Optional<K> firstKey() {
        requireReadable();
        try (HostAccess access = HostAccess.to(map)) {
            return keyFrom(scratch(access), 0);
        }
    }

    /**
     * The key that follows another one, if there is one; the first if that one is not in the map, as
     * {@code BPF_MAP_GET_NEXT_KEY} has it. Who goes through a map that changes uses {@link #iterator}.
     */
    public Optional<K> nextKey(K key) {
        try (HostAccess access = HostAccess.to(map)) {
            Scratch scratch = readable(access, key);
            return keyFrom(scratch, map.hostPlace(scratch.key()) + 1);
        }
    }

    /** @param place 0 for the first entry; for a map that goes by keys, more for the one after the key */
    private Optional<K> keyFrom(Scratch scratch, int place) {
        boolean found;
        if (map.isInOrderOfKeys()) {
            found = map.hostAfter(place == 0 ? MapBase.NULL : scratch.key(), scratch.key(), scratch.values());
        } else {
            int next = map.hostNext(place);
            while (next >= 0 && !map.hostEntry(next, scratch.key(), scratch.values())) {
                next = map.hostNext(next + 1);
            }
            found = next >= 0;
        }
        return found ? Optional.of(keys.read(scratch.keySegment())) : Optional.empty();
    }

    /** All entries at some moments meanwhile: one that is there all the time is in the list once. */
    public List<Map.Entry<K, V>> entries() {
        List<Map.Entry<K, V>> all = new ArrayList<>();
        iterator().forEachRemaining(all::add);
        return all;
    }

    /**
     * Goes through the map while it may change: an entry that is there all the time comes once, one that is inserted or
     * deleted meanwhile comes at most once for each time that it was inserted.
     */
    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
        requireOneValue();
        requireReadable();
        return new Entries();
    }

    private final class Entries implements Iterator<Map.Entry<K, V>> {
        private int place; // where the next entry is looked for; -1 at the end
        private @Nullable K last; // of a map that goes by keys: the one before
        private Map.@Nullable Entry<K, V> next;

        @Override
        public boolean hasNext() {
            if (next == null && place >= 0) {
                next = find();
            }
            return next != null;
        }

        private Map.@Nullable Entry<K, V> find() {
            try (HostAccess access = HostAccess.to(map)) {
                Scratch scratch = scratch(access);
                if (!(map.isInOrderOfKeys() ? findByKey(scratch) : findByPlace(scratch))) {
                    return null;
                }
                last = keys.read(scratch.keySegment());
                return Map.entry(last, valueAt(scratch, 0));
            }
        }

        private boolean findByPlace(Scratch scratch) {
            while (true) {
                int found = map.hostNext(place);
                place = found < 0 ? -1 : found + 1;
                if (found < 0 || map.hostEntry(found, scratch.key(), scratch.values())) {
                    return found >= 0;
                }
            }
        }

        private boolean findByKey(Scratch scratch) {
            if (last != null) {
                keys.write(last, scratch.keySegment());
            }
            boolean found = map.hostAfter(last == null ? MapBase.NULL : scratch.key(), scratch.key(), scratch.values());
            place = found ? place : -1;
            return found;
        }

        @Override
        public Map.Entry<K, V> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("map %s has no more entries".formatted(map.name()));
            }
            Map.Entry<K, V> entry = next;
            next = null;
            if (entry == null) {
                throw new IllegalStateException("an entry was found and is gone");
            }
            return entry;
        }
    }

    /** Memory for a key and the values of an entry. */
    private record Scratch(long key, int keyBytes, long values, int valueBytes, long strideBytes) {
        MemorySegment keySegment() {
            return BpfMemory.SEGMENT.asSlice(key, keyBytes);
        }

        MemorySegment valueSegment(int slot) {
            return BpfMemory.SEGMENT.asSlice(values + slot * strideBytes, valueBytes);
        }
    }

    private Scratch scratch(HostAccess access) {
        long keyBytes = ValueFormat.aligned(map.keyBytes());
        long stride = map.valueStrideBytes();
        long address = access.memory(keyBytes + map.valuesPerEntry() * stride);
        return new Scratch(address, map.keyBytes(), address + keyBytes, map.valueBytes(), stride);
    }

    private Scratch readable(HostAccess access, K key) {
        requireReadable();
        Scratch scratch = scratch(access);
        keys.write(key, scratch.keySegment());
        return scratch;
    }

    private V valueAt(Scratch scratch, int slot) {
        return values.read(scratch.valueSegment(slot).asReadOnly());
    }

    private List<V> valuesAt(Scratch scratch) {
        List<V> all = new ArrayList<>();
        for (int slot = 0; slot < map.valuesPerEntry(); slot++) {
            all.add(valueAt(scratch, slot));
        }
        return all;
    }

    private boolean isWritable() {
        return (map.flags() & MapFlags.READ_ONLY) == 0;
    }

    private void requireReadable() {
        if ((map.flags() & MapFlags.WRITE_ONLY) != 0) {
            throw new UnsupportedOperationException("map %s is not to be read".formatted(map.name()));
        }
    }

    private void requireOneValue() {
        if (map.valuesPerEntry() != 1) {
            throw new UnsupportedOperationException(
                    "map %s has a value for each of %d slots".formatted(map.name(), map.valuesPerEntry()));
        }
    }
}

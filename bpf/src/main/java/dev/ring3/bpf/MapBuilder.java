package dev.ring3.bpf;

import dev.ring3.bpf.type.MapShape;
import org.jspecify.annotations.Nullable;

/** A map that is being made: sizes and flags first, then the kind. */
public final class MapBuilder {
    private static final int NONE = -1;

    private final BpfRuntime runtime;
    private final String name;
    private int keyBytes;
    private int valueBytes;
    private int entriesMax;
    private int flags;
    private long extra;
    private @Nullable MapShape inner;
    private int spinLockOffset = NONE;
    private int timerOffset = NONE;

    MapBuilder(BpfRuntime runtime, String name) {
        this.runtime = runtime;
        this.name = name;
    }

    /** The size of keys; of arrays it is that of an int. */
    public MapBuilder keyBytes(int bytes) {
        keyBytes = bytes;
        return this;
    }

    /** The size of values. */
    public MapBuilder valueBytes(int bytes) {
        valueBytes = bytes;
        return this;
    }

    /** The most entries that it can hold. */
    public MapBuilder entriesMax(int entries) {
        entriesMax = entries;
        return this;
    }

    /** Flags, see {@link MapFlags}. */
    public MapBuilder flags(int all) {
        flags = all;
        return this;
    }

    /** Where in a value its {@code struct bpf_spin_lock} is, which programs and the host then leave alone. */
    public MapBuilder spinLockAt(int offset) {
        spinLockOffset = offset;
        return this;
    }

    /** Where in a value its {@code struct bpf_timer} is, which the host then leaves alone. */
    public MapBuilder timerAt(int offset) {
        timerOffset = offset;
        return this;
    }

    /**
     * An array.
     *
     * @throws IllegalArgumentException if the sizes or the flags are not those of an array
     * @throws BpfMemoryException if there is no memory for it
     */
    public ArrayMap array() {
        return (ArrayMap) create(2, Integer.BYTES, valueBytes);
    }

    /** An array with values for each slot, see {@link #array}. */
    public PerCpuArrayMap perCpuArray() {
        return (PerCpuArrayMap) create(PerCpuArrayMap.TYPE, Integer.BYTES, valueBytes);
    }

    /** A hash map, see {@link #array}. */
    public HashTableMap hash() {
        return (HashTableMap) create(HashTableMap.TYPE_HASH, keyBytes, valueBytes);
    }

    /** A hash map with values for each slot, see {@link #array}. */
    public HashTableMap perCpuHash() {
        return (HashTableMap) create(HashTableMap.TYPE_PER_CPU_HASH, keyBytes, valueBytes);
    }

    /** A hash map that forgets, see {@link #array}. */
    public HashTableMap lruHash() {
        return (HashTableMap) create(HashTableMap.TYPE_LRU_HASH, keyBytes, valueBytes);
    }

    /** A hash map that forgets, with values for each slot, see {@link #array}. */
    public HashTableMap lruPerCpuHash() {
        return (HashTableMap) create(HashTableMap.TYPE_LRU_PER_CPU_HASH, keyBytes, valueBytes);
    }

    /** A trie of prefixes of keys, see {@link #array}; without another word it is made with the flag that they need. */
    public LpmTrieMap lpmTrie() {
        flags |= MapFlags.NO_PREALLOC;
        return (LpmTrieMap) create(LpmTrieMap.TYPE, keyBytes, valueBytes);
    }

    /** Values of processes, see {@link #array}; {@link #entriesMax} need not be said. */
    public LocalStorageMap taskStorage() {
        return storage(LocalStorageMap.TYPE_TASK);
    }

    /** Values of inodes, see {@link #taskStorage}. */
    public LocalStorageMap inodeStorage() {
        return storage(LocalStorageMap.TYPE_INODE);
    }

    private LocalStorageMap storage(int type) {
        flags |= MapFlags.NO_PREALLOC;
        return (LocalStorageMap) create(type, Integer.BYTES, valueBytes);
    }

    /** A ring buffer of {@link #entriesMax} bytes, see {@link #array}. */
    public RingBuffer ringBuffer() {
        return (RingBuffer) create(RingBuffer.TYPE, 0, 0);
    }

    /** A queue, see {@link #array}. */
    public QueueMap queue() {
        return (QueueMap) create(QueueMap.TYPE_QUEUE, 0, valueBytes);
    }

    /** A stack, see {@link #array}. */
    public QueueMap stack() {
        return (QueueMap) create(QueueMap.TYPE_STACK, 0, valueBytes);
    }

    /**
     * A bloom filter, see {@link #array}.
     *
     * @param hashes how many bits stand for a value, at most 15; 0 for 5
     */
    public BloomFilterMap bloomFilter(int hashes) {
        extra = hashes;
        return (BloomFilterMap) create(BloomFilterMap.TYPE, 0, valueBytes);
    }

    /**
     * An array of maps of the shape of one, see {@link #array}.
     *
     * @param like a map that may be in it, and is not yet
     */
    public MapOfMaps arrayOfMaps(BpfMap like) {
        inner = like.shape();
        return (MapOfMaps) create(MapOfMaps.TYPE_ARRAY, Integer.BYTES, Integer.BYTES);
    }

    /** A hash of maps, see {@link #arrayOfMaps}. */
    public MapOfMaps hashOfMaps(BpfMap like) {
        inner = like.shape();
        return (MapOfMaps) create(MapOfMaps.TYPE_HASH, keyBytes, Integer.BYTES);
    }

    private BpfMap create(int type, int bytesOfKey, int bytesOfValue) {
        MapShape shape = MapShape.of(name, type, bytesOfKey, bytesOfValue, entriesMax);
        MapShape locked = spinLockOffset == NONE ? shape : shape.withSpinLock(spinLockOffset);
        MapShape timed = timerOffset == NONE ? locked : locked.withTimer(timerOffset);
        MapShape complete = inner == null ? timed : timed.withInner(inner);
        return runtime.map(complete.withAccess(flags), flags, extra);
    }
}

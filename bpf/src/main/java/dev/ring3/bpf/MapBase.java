package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.map.ValueFate;
import dev.ring3.bpf.map.ValueFormat;
import dev.ring3.bpf.memory.BpfMemory;
import dev.ring3.bpf.type.MapShape;
import java.util.List;

/**
 * What all kinds of maps have, and how helpers and the host reach their entries: by addresses of keys and values, which
 * the caller has checked. What a kind does not have stands here, as the answer to who asks for it.
 *
 * <p>Methods for programs are called in a run, those for the host inside {@link HostAccess}: so nothing that they find
 * is used for anything else meanwhile.
 */
abstract class MapBase {
    /**
     * What a map is made of.
     *
     * @param extra {@code map_extra}: for a bloom filter the number of hashes, otherwise 0
     */
    record Origin(MapShape shape, int flags, long extra, long pointer, BpfRuntime runtime) {
        String name() {
            return shape.name();
        }
    }

    /** No entry. */
    static final long NULL = 0;

    private final Origin origin;
    private final int keyBytes;
    private final int valueBytes;
    private final int entriesMax;
    private long memoryAddress; // set as it is made, as are its bytes
    private long memoryBytes;
    private volatile boolean closed; // set once

    MapBase(Origin origin) {
        this.origin = origin;
        this.keyBytes = (int) origin.shape().keyBytes();
        this.valueBytes = (int) origin.shape().valueBytes();
        this.entriesMax = (int) origin.shape().maxEntries();
    }

    /** The name, from the object file or as given. */
    public final String name() {
        return origin.name();
    }

    /** Bytes of a key. */
    public final int keyBytes() {
        return keyBytes;
    }

    /** Bytes of a value. */
    public final int valueBytes() {
        return valueBytes;
    }

    /** The most entries that the map can hold. */
    public final int entriesMax() {
        return entriesMax;
    }

    /** What the verifier relies on. */
    public final MapShape shape() {
        return origin.shape();
    }

    /** What programs see as the pointer to this map; it is no address that they could read. */
    public final long pointer() {
        return origin.pointer();
    }

    final BpfRuntime runtime() {
        return origin.runtime();
    }

    final int flags() {
        return origin.flags();
    }

    final long extra() {
        return origin.extra();
    }

    final boolean programsMayWrite() {
        return shape().programsMayWrite();
    }

    /** What this is, for messages. */
    abstract String kind();

    /**
     * Zeros that are this map's until it is freed, to be asked for once.
     *
     * @throws BpfMemoryException if there are not as many, or one map may not have as many
     */
    final long allocate(long bytes) {
        memoryAddress = runtime().memory().allocateForMap(bytes, "map " + name());
        memoryBytes = bytes;
        return memoryAddress;
    }

    /** Gives the memory back, when no run can reach it. */
    final void free() {
        if (memoryBytes != 0) {
            runtime().memory().free(memoryAddress, memoryBytes);
        }
    }

    /** The memory that the map takes in its runtime, in bytes: all that it will ever have, from when it is made. */
    public final long memoryBytes() {
        return BpfMemory.pageRounded(memoryBytes);
    }

    /** The memory that programs may touch. */
    List<MemoryRegion> regions() {
        return List.of();
    }

    final void markClosed() {
        closed = true;
        wakeUp();
    }

    /** Whether an address is that of a value, of maps that have timers. */
    boolean hasValueAt(long address) {
        return false;
    }

    /**
     * The address of the key of a value, of maps that have timers.
     *
     * @param scratch room for the key of a map that has none in memory
     */
    long keyOfValue(long value, long scratch) {
        throw new IllegalStateException("0x%x is no value with a key of the %s %s".formatted(value, kind(), name()));
    }

    /** Who is told when a value ends in which a timer is. */
    final ValueFate fate() {
        if (shape().timerOffset().isEmpty()) {
            return ValueFate.NONE;
        }
        int offset = shape().timerOffset().getAsInt();
        return value -> runtime().timers().ended(value + offset);
    }

    /** Has threads that wait for something to come look up. */
    void wakeUp() {}

    final boolean isClosed() {
        return closed;
    }

    final void requireOpen() {
        if (closed) {
            throw new IllegalStateException("map %s is closed".formatted(name()));
        }
    }

    // For programs.

    /** The address of the value of a key, or {@link #NULL}. */
    long lookup(HostCalls call, long key) {
        throw call.fault("lookup in the %s %s".formatted(kind(), name()));
    }

    /** What {@link #lookup} does, as short as it can be once the map is known. */
    EntryHelper.Action lookupAction() {
        return Helpers::lookup;
    }

    /** The address of the value of a key for a slot, or {@link #NULL}. */
    long lookupOfSlot(HostCalls call, long key, int slot) {
        throw call.fault("lookup of a processor's value in the %s %s".formatted(kind(), name()));
    }

    /** 0 or a negative errno. */
    int update(HostCalls call, long key, long value, long flags) {
        throw call.fault("update of the %s %s".formatted(kind(), name()));
    }

    /** 0 or a negative errno. */
    int delete(HostCalls call, long key) {
        throw call.fault("delete from the %s %s".formatted(kind(), name()));
    }

    /** Calls a function of the program for each element; how many there were, until one did not return 0. */
    long forEach(HostCalls call, long callback, long context) {
        throw call.fault("a loop over the %s %s".formatted(kind(), name()));
    }

    /** 0 or a negative errno. */
    int push(HostCalls call, long value, long flags) {
        throw call.fault("push into the %s %s".formatted(kind(), name()));
    }

    /** 0 or a negative errno. */
    int pop(HostCalls call, long value) {
        throw call.fault("pop from the %s %s".formatted(kind(), name()));
    }

    /** 0 or a negative errno. */
    int peek(HostCalls call, long value) {
        throw call.fault("peek into the %s %s".formatted(kind(), name()));
    }

    // For the host.

    /** How many values an entry has for the host: one, or as many as there are slots. */
    int valuesPerEntry() {
        return 1;
    }

    /** Bytes from one value of an entry to the next, as the host gives and gets them. */
    long valueStrideBytes() {
        return ValueFormat.aligned(valueBytes);
    }

    /** Whether there is an entry; copies its values. */
    boolean hostLookup(long key, long into) {
        throw unsupported("lookup in");
    }

    /** As {@link #hostLookup}, with the value's spin lock held; 0 or a negative errno. */
    int hostLookupLocked(long key, long into) {
        throw unsupported("lookup under a lock in");
    }

    /** 0 or a negative errno. */
    int hostUpdate(long key, long values, long flags) {
        throw unsupported("update of");
    }

    /** 0 or a negative errno. */
    int hostDelete(long key) {
        throw unsupported("delete from");
    }

    /** Whether there was an entry; copies its values. */
    boolean hostTake(long key, long into) {
        throw unsupported("lookup and delete in");
    }

    /** The first place of an entry from a place on, or -1. */
    int hostNext(int from) {
        throw unsupported("iteration over");
    }

    /** Whether there still is an entry at a place; copies key and values. */
    boolean hostEntry(int place, long keyInto, long valuesInto) {
        throw unsupported("iteration over");
    }

    /** The place of the entry with exactly this key, or -1. */
    int hostPlace(long key) {
        throw unsupported("iteration over");
    }

    /** Whether iteration is by {@link #hostAfter}, not by places. */
    boolean isInOrderOfKeys() {
        return false;
    }

    /** Whether an entry follows a key, which need not be there, or {@link #NULL}; copies its key and values. */
    boolean hostAfter(long key, long keyInto, long valuesInto) {
        throw unsupported("iteration over");
    }

    final UnsupportedOperationException unsupported(String operation) {
        return new UnsupportedOperationException("%s the %s %s".formatted(operation, kind(), name()));
    }
}

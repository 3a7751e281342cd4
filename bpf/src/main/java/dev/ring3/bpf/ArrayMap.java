package dev.ring3.bpf;

import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;

/**
 * An array of values ({@code BPF_MAP_TYPE_ARRAY}), all zero at first, none ever absent. Keys are 32-bit indices. Also
 * what an object's global data lives in.
 *
 * <p>Host and programs see each other's writes as threads do; a value that is changed by both at once needs atomic
 * accesses of its parts.
 */
public final class ArrayMap implements BpfMap {
    private static final int VALUE_ALIGNMENT = 8;

    private final String name;
    private final int valueBytes;
    private final int entriesMax;
    private final boolean programsMayWrite;
    private final long pointer;
    private final long address;
    private final MemoryAccount account;

    ArrayMap(
            String name,
            int valueBytes,
            int entriesMax,
            boolean programsMayWrite,
            long pointer,
            MemoryAccount account) {
        if (valueBytes <= 0 || entriesMax <= 0) {
            throw new IllegalArgumentException(
                    "array map %s: %d entries of %d bytes".formatted(name, entriesMax, valueBytes));
        }
        this.name = name;
        this.valueBytes = valueBytes;
        this.entriesMax = entriesMax;
        this.programsMayWrite = programsMayWrite;
        this.pointer = pointer;
        this.account = account;
        this.address = account.allocate(bytes(), "map " + name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int keyBytes() {
        return Integer.BYTES;
    }

    @Override
    public int valueBytes() {
        return valueBytes;
    }

    @Override
    public int entriesMax() {
        return entriesMax;
    }

    @Override
    public long pointer() {
        return pointer;
    }

    /**
     * The memory of a value, shared with programs. Not to be used after the map is closed.
     *
     * @throws IndexOutOfBoundsException if the index is not in [0, {@link #entriesMax()})
     */
    public MemorySegment value(int index) {
        if (index < 0 || index >= entriesMax) {
            throw new IndexOutOfBoundsException(
                    "index %d of map %s, which has %d entries".formatted(index, name, entriesMax));
        }
        return BpfMemory.SEGMENT.asSlice(addressOf(index), valueBytes);
    }

    /** The address of a value as programs have it, or 0 if there is no such index. */
    long addressOrZero(int index) {
        return Integer.compareUnsigned(index, entriesMax) < 0 ? addressOf(index) : 0;
    }

    boolean programsMayWrite() {
        return programsMayWrite;
    }

    MemoryRegion region() {
        return new MemoryRegion(address, bytes(), strideBytes(), valueBytes, programsMayWrite);
    }

    /** Sets the bytes of the first value. */
    void fill(byte[] bytes) {
        value(0).copyFrom(MemorySegment.ofArray(bytes));
    }

    void free() {
        account.free(address, bytes());
    }

    private long addressOf(int index) {
        return address + index * strideBytes();
    }

    private long strideBytes() {
        return ((long) valueBytes + VALUE_ALIGNMENT - 1) & -VALUE_ALIGNMENT;
    }

    private long bytes() {
        return strideBytes() * entriesMax;
    }
}

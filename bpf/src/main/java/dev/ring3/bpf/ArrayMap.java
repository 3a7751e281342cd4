package dev.ring3.bpf;

import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.memory.BpfMemory;
import dev.ring3.bpf.type.MapShape;
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

    private final MapShape shape;
    private final String name;
    private final int valueBytes;
    private final int entriesMax;
    private final long pointer;
    private final long address;
    private final MemoryAccount account;

    ArrayMap(MapShape shape, long pointer, MemoryAccount account) {
        this.shape = shape;
        this.name = shape.name();
        this.valueBytes = (int) shape.valueBytes();
        this.entriesMax = (int) shape.maxEntries();
        if (valueBytes <= 0 || entriesMax <= 0) {
            throw new IllegalArgumentException(
                    "array map %s: %d entries of %d bytes".formatted(name, entriesMax, valueBytes));
        }
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
    public MapShape shape() {
        return shape;
    }

    @Override
    public long pointer() {
        return pointer;
    }

    /**
     * The memory of a value, shared with programs. Not to be used after the map is closed. Read-only if programs were
     * verified for just this content, as that of {@code .rodata}.
     *
     * @throws IndexOutOfBoundsException if the index is not in [0, {@link #entriesMax()})
     */
    public MemorySegment value(int index) {
        if (index < 0 || index >= entriesMax) {
            throw new IndexOutOfBoundsException(
                    "index %d of map %s, which has %d entries".formatted(index, name, entriesMax));
        }
        MemorySegment value = memory(index);
        return shape.constants().isPresent() ? value.asReadOnly() : value;
    }

    private MemorySegment memory(int index) {
        return BpfMemory.SEGMENT.asSlice(addressOf(index), valueBytes);
    }

    /** The address of a value as programs have it, or 0 if there is no such index. */
    long addressOrZero(int index) {
        return Integer.compareUnsigned(index, entriesMax) < 0 ? addressOf(index) : 0;
    }

    boolean programsMayWrite() {
        return shape.programsMayWrite();
    }

    MemoryRegion region() {
        return new MemoryRegion(address, bytes(), strideBytes(), valueBytes, programsMayWrite());
    }

    /** Sets the bytes of the first value. */
    void fill(byte[] bytes) {
        memory(0).copyFrom(MemorySegment.ofArray(bytes));
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

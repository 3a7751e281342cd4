package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.map.ValueFormat;
import dev.ring3.bpf.memory.BpfBytes;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * An array with a value for each slot in every entry ({@code BPF_MAP_TYPE_PERCPU_ARRAY}): a run has the values of the
 * slot that is its own, which it changes without atomic accesses. All zero at first.
 */
public final class PerCpuArrayMap extends MapBase implements BpfMap {
    static final int TYPE = 6;

    /** The largest value of maps with one for each slot, in bytes ({@code PCPU_MIN_UNIT_SIZE}). */
    static final int VALUE_BYTES_MAX = 32 << 10;

    private final ValueFormat format;
    private final int slots;
    private final long address;
    private final long strideBytes;

    PerCpuArrayMap(Origin origin) {
        super(origin);
        if (valueBytes() <= 0 || entriesMax() <= 0 || valueBytes() > VALUE_BYTES_MAX) {
            throw new IllegalArgumentException("%d entries of %d bytes, from 1 to %d are possible"
                    .formatted(entriesMax(), valueBytes(), VALUE_BYTES_MAX));
        }
        if (MapFlags.areInvalid(origin.flags(), 0)
                || origin.shape().spinLockOffset().isPresent()) {
            throw new IllegalArgumentException(
                    "flags 0x%x, or a spin lock, of an array for each processor".formatted(origin.flags()));
        }
        this.format = new ValueFormat(valueBytes(), origin.shape().spinLockOffset());
        this.slots = origin.runtime().slots();
        this.strideBytes = format.strideBytes();
        this.address = allocate(bytes());
    }

    @Override
    String kind() {
        return "per-CPU array map";
    }

    /**
     * The memory of a value for a slot, shared with programs. Not to be used after the map is closed.
     *
     * @param slot from 0 to {@link BpfRuntime#slots} - 1
     * @throws IndexOutOfBoundsException if there is no such value
     */
    public MemorySegment value(int index, int slot) {
        if (index < 0 || index >= entriesMax() || slot < 0 || slot >= slots) {
            throw new IndexOutOfBoundsException("index %d, slot %d of map %s, which has %d entries for %d slots"
                    .formatted(index, slot, name(), entriesMax(), slots));
        }
        return BpfMemory.SEGMENT.asSlice(addressOf(index, slot), valueBytes());
    }

    @Override
    List<MemoryRegion> regions() {
        return List.of(new MemoryRegion(address, bytes(), strideBytes, valueBytes(), programsMayWrite()));
    }

    @Override
    long lookup(HostCalls call, long key) {
        return lookupOfSlot(call, key, call.slot());
    }

    @Override
    long lookupOfSlot(HostCalls call, long key, int slot) {
        int index = index(key);
        return isIndex(index) ? addressOf(index, slot) : NULL;
    }

    @Override
    int update(HostCalls call, long key, long value, long flags) {
        int index = index(key);
        int error = errorOfUpdate(index, flags);
        if (error != 0) {
            return error;
        }
        if (!programsMayWrite()) {
            return HelperErrors.EPERM;
        }
        format.store(value, addressOf(index, call.slot()));
        return 0;
    }

    private int errorOfUpdate(int index, long flags) {
        if (flags < HashTable.ANY || flags > HashTable.EXIST) {
            return HelperErrors.EINVAL;
        }
        if (!isIndex(index)) {
            return HelperErrors.E2BIG;
        }
        return flags == HashTable.NOEXIST ? HelperErrors.EEXIST : 0;
    }

    @Override
    int delete(HostCalls call, long key) {
        return HelperErrors.EINVAL;
    }

    @Override
    long forEach(HostCalls call, long callback, long context) {
        int slot = call.slot();
        for (int i = 0; i < entriesMax(); i++) {
            long key = call.lend(i);
            long verdict = call.callFunction(callback, pointer(), key, addressOf(i, slot), context, 0);
            call.takeBack();
            if (verdict != 0) {
                return i + 1L;
            }
        }
        return entriesMax();
    }

    @Override
    int valuesPerEntry() {
        return slots;
    }

    @Override
    boolean hostLookup(long key, long into) {
        return isIndex(index(key)) && load(index(key), into);
    }

    private boolean load(int index, long into) {
        for (int slot = 0; slot < slots; slot++) {
            BpfBytes.copy(addressOf(index, slot), into + slot * strideBytes, valueBytes());
        }
        return true;
    }

    @Override
    int hostUpdate(long key, long values, long flags) {
        int error = errorOfUpdate(index(key), flags);
        for (int slot = 0; error == 0 && slot < slots; slot++) {
            format.store(values + slot * strideBytes, addressOf(index(key), slot));
        }
        return error;
    }

    @Override
    int hostDelete(long key) {
        return HelperErrors.EINVAL;
    }

    @Override
    int hostPlace(long key) {
        return isIndex(index(key)) ? index(key) : -1;
    }

    @Override
    int hostNext(int from) {
        return from < entriesMax() ? from : -1;
    }

    @Override
    boolean hostEntry(int place, long keyInto, long valuesInto) {
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_INT_UNALIGNED, keyInto, place);
        return load(place, valuesInto);
    }

    private boolean isIndex(int index) {
        return Integer.compareUnsigned(index, entriesMax()) < 0;
    }

    private static int index(long key) {
        return BpfMemory.SEGMENT.get(ValueLayout.JAVA_INT_UNALIGNED, key);
    }

    private long addressOf(int index, int slot) {
        return address + ((long) slot * entriesMax() + index) * strideBytes;
    }

    private long bytes() {
        return strideBytes * entriesMax() * slots;
    }
}

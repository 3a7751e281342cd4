package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.map.ValueFate;
import dev.ring3.bpf.map.ValueFormat;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * An array of values ({@code BPF_MAP_TYPE_ARRAY}), all zero at first, none ever absent. Keys are 32-bit indices. Also
 * what an object's global data lives in.
 *
 * <p>Host and programs see each other's writes as threads do; a value that is changed by both at once needs atomic
 * accesses of its parts.
 */
public final class ArrayMap extends MapBase implements BpfMap {
    private static final int KNOWN_FLAGS = MapFlags.MMAPABLE | MapFlags.INNER_MAP;

    private final ValueFormat format;
    private final ValueFate fate;
    private final long address;
    private final long strideBytes;

    /** Lookup by arithmetic alone. Its methods are below 35 bytes, which HotSpot inlines wherever they are called. */
    private record Lookup(long address, long strideBytes, int entriesMax) implements EntryHelper.Search {
        @Override
        public long find(long key) {
            return addressOrZero(index(key));
        }

        private long addressOrZero(int index) {
            return Integer.compareUnsigned(index, entriesMax) < 0 ? address + index * strideBytes : NULL;
        }
    }

    ArrayMap(Origin origin) {
        super(origin);
        if (valueBytes() <= 0 || entriesMax() <= 0) {
            throw new IllegalArgumentException(
                    "array map %s: %d entries of %d bytes".formatted(name(), entriesMax(), valueBytes()));
        }
        if (MapFlags.areInvalid(origin.flags(), KNOWN_FLAGS)) {
            throw new IllegalArgumentException("flags 0x%x of an array".formatted(origin.flags()));
        }
        this.format = new ValueFormat(
                valueBytes(), origin.shape().spinLockOffset(), origin.shape().timerOffset());
        this.fate = fate();
        this.strideBytes = format.strideBytes();
        this.address = allocate(bytes());
    }

    @Override
    String kind() {
        return "array map";
    }

    /**
     * The memory of a value, shared with programs. Not to be used after the map is closed. Read-only if programs were
     * verified for just this content, as that of {@code .rodata}.
     *
     * @throws IndexOutOfBoundsException if the index is not in [0, {@link #entriesMax()})
     */
    public MemorySegment value(int index) {
        if (index < 0 || index >= entriesMax()) {
            throw new IndexOutOfBoundsException(
                    "index %d of map %s, which has %d entries".formatted(index, name(), entriesMax()));
        }
        MemorySegment value = memory(index);
        return isConstant() ? value.asReadOnly() : value;
    }

    private boolean isConstant() {
        return shape().constants().isPresent();
    }

    private MemorySegment memory(int index) {
        return BpfMemory.SEGMENT.asSlice(addressOf(index), valueBytes());
    }

    /** The address of a value as programs have it, or {@link #NULL} if there is no such index. */
    long addressOrZero(int index) {
        return Integer.compareUnsigned(index, entriesMax()) < 0 ? addressOf(index) : NULL;
    }

    @Override
    List<MemoryRegion> regions() {
        return List.of(new MemoryRegion(address, bytes(), strideBytes, valueBytes(), programsMayWrite()));
    }

    /** Sets the bytes of the first value. */
    void fill(byte[] bytes) {
        memory(0).copyFrom(MemorySegment.ofArray(bytes));
    }

    @Override
    long lookup(HostCalls call, long key) {
        return addressOrZero(index(key));
    }

    @Override
    EntryHelper.Action lookupAction() {
        return new Lookup(address, strideBytes, entriesMax());
    }

    @Override
    int update(HostCalls call, long key, long value, long flags) {
        int error = errorOfUpdate(index(key), flags);
        return error == 0 && !programsMayWrite() ? HelperErrors.EPERM : store(error, index(key), value, flags);
    }

    /** The first of several errors in the order of {@code array_map_update_elem}. */
    private int errorOfUpdate(int index, long flags) {
        long mode = flags & ~HashTable.LOCK;
        if (mode < HashTable.ANY || mode > HashTable.EXIST) {
            return HelperErrors.EINVAL;
        }
        if (Integer.compareUnsigned(index, entriesMax()) >= 0) {
            return HelperErrors.E2BIG;
        }
        if (mode == HashTable.NOEXIST) {
            return HelperErrors.EEXIST;
        }
        return flags != mode && !format.hasLock() ? HelperErrors.EINVAL : 0;
    }

    private int store(int error, int index, long value, long flags) {
        if (error != 0) {
            return error;
        }
        if ((flags & HashTable.LOCK) != 0) {
            return format.storeLocked(value, addressOf(index)) ? 0 : HelperErrors.EBUSY;
        }
        fate.ended(addressOf(index));
        format.store(value, addressOf(index));
        return 0;
    }

    @Override
    boolean hasValueAt(long value) {
        long offset = value - address;
        return offset >= 0 && offset < bytes() && offset % strideBytes == 0;
    }

    @Override
    long keyOfValue(long value, long scratch) {
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_INT_UNALIGNED, scratch, (int) ((value - address) / strideBytes));
        return scratch;
    }

    @Override
    int delete(HostCalls call, long key) {
        return HelperErrors.EINVAL;
    }

    @Override
    long forEach(HostCalls call, long callback, long context) {
        for (int i = 0; i < entriesMax(); i++) {
            long key = call.lend(i);
            long verdict = call.callFunction(callback, pointer(), key, addressOf(i), context, 0);
            call.takeBack();
            if (verdict != 0) {
                return i + 1L;
            }
        }
        return entriesMax();
    }

    @Override
    boolean hostLookup(long key, long into) {
        long value = addressOrZero(index(key));
        if (value != NULL) {
            format.copy(value, into);
        }
        return value != NULL;
    }

    @Override
    int hostLookupLocked(long key, long into) {
        long value = addressOrZero(index(key));
        return value == NULL ? HelperErrors.ENOENT : format.loadLocked(value, into) ? 0 : HelperErrors.EBUSY;
    }

    @Override
    int hostUpdate(long key, long values, long flags) {
        if (isConstant()) {
            return HelperErrors.EPERM;
        }
        return store(errorOfUpdate(index(key), flags), index(key), values, flags);
    }

    @Override
    int hostDelete(long key) {
        return HelperErrors.EINVAL;
    }

    @Override
    int hostPlace(long key) {
        return Integer.compareUnsigned(index(key), entriesMax()) < 0 ? index(key) : -1;
    }

    @Override
    int hostNext(int from) {
        return from < entriesMax() ? from : -1;
    }

    @Override
    boolean hostEntry(int place, long keyInto, long valuesInto) {
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_INT_UNALIGNED, keyInto, place);
        format.copy(addressOf(place), valuesInto);
        return true;
    }

    private static int index(long key) {
        return BpfMemory.SEGMENT.get(ValueLayout.JAVA_INT_UNALIGNED, key);
    }

    private long addressOf(int index) {
        return address + index * strideBytes;
    }

    private long bytes() {
        return strideBytes * entriesMax();
    }
}

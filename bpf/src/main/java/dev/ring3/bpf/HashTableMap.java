package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.map.HashLayout;
import dev.ring3.bpf.map.HashSearch;
import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.map.ValueFormat;
import dev.ring3.bpf.memory.BpfBytes;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Values by keys of any bytes: {@code BPF_MAP_TYPE_HASH}, {@code PERCPU_HASH} with a value for each slot, and
 * {@code LRU_HASH} and {@code LRU_PERCPU_HASH}, which forget an entry that was not looked up for long when a new one
 * comes and there is no room.
 *
 * <p>A lookup takes no lock. A program that has the address of a value keeps it until its run ends, also if the entry is
 * deleted or replaced meanwhile; the memory is used for another entry only after that. So a run that inserts what it has
 * deleted very often finds no memory in the end ({@code ENOMEM}).
 *
 * <p>The host reaches it through {@link MapView}.
 */
public final class HashTableMap extends MapBase implements BpfMap {
    static final int TYPE_HASH = 1;
    static final int TYPE_PER_CPU_HASH = 5;
    static final int TYPE_LRU_HASH = 9;
    static final int TYPE_LRU_PER_CPU_HASH = 10;

    private static final int KNOWN_FLAGS = MapFlags.NO_PREALLOC | MapFlags.ZERO_SEED;
    private static final int KNOWN_LRU_FLAGS = MapFlags.NO_COMMON_LRU | MapFlags.ZERO_SEED;

    private final HashLayout layout;
    private final ValueFormat format;
    private final HashTable table;
    private final long address;
    private final boolean perSlot;

    /** Lookup in a map with one value for an entry that need not know of it. */
    private record Lookup(HashSearch search) implements EntryHelper.Search {
        @Override
        public long find(long key) {
            return search.valueOf(key);
        }
    }

    HashTableMap(Origin origin) {
        super(origin);
        int type = origin.shape().type();
        boolean forgets = type == TYPE_LRU_HASH || type == TYPE_LRU_PER_CPU_HASH;
        this.perSlot = type == TYPE_PER_CPU_HASH || type == TYPE_LRU_PER_CPU_HASH;
        if (MapFlags.areInvalid(origin.flags(), forgets ? KNOWN_LRU_FLAGS : KNOWN_FLAGS)) {
            throw new IllegalArgumentException("flags 0x%x of a hash map".formatted(origin.flags()));
        }
        if (perSlot && valueBytes() > PerCpuArrayMap.VALUE_BYTES_MAX) {
            throw new IllegalArgumentException("values of %d bytes for each processor, at most %d are possible"
                    .formatted(valueBytes(), PerCpuArrayMap.VALUE_BYTES_MAX));
        }
        this.format = new ValueFormat(
                valueBytes(), origin.shape().spinLockOffset(), origin.shape().timerOffset());
        int slots = perSlot ? origin.runtime().slots() : 0;
        this.layout = new HashLayout(keyBytes(), format, entriesMax(), slots, forgets);
        this.address = allocate(layout.bytes());
        long seed = (origin.flags() & MapFlags.ZERO_SEED) == 0
                ? ThreadLocalRandom.current().nextLong()
                : 0;
        this.table = new HashTable(layout, address, seed, origin.runtime().gracePeriod(), fate());
    }

    @Override
    String kind() {
        return "hash map";
    }

    @Override
    List<MemoryRegion> regions() {
        return table.regions(programsMayWrite());
    }

    /** The number of entries at the moment. */
    public int size() {
        try (HostAccess _ = HostAccess.to(this)) {
            return table.count();
        }
    }

    @Override
    boolean hasValueAt(long address) {
        return table.keyOfValue(address) != NULL;
    }

    @Override
    long keyOfValue(long value, long scratch) {
        return table.keyOfValue(value);
    }

    private long value(HostCalls call, int row) {
        return perSlot ? table.value(row, call.slot()) : table.value(row);
    }

    @Override
    long lookup(HostCalls call, long key) {
        int row = table.find(key);
        return row == 0 ? NULL : value(call, row);
    }

    @Override
    EntryHelper.Action lookupAction() {
        return perSlot || table.forgets() ? super.lookupAction() : new Lookup(table.search());
    }

    @Override
    long lookupOfSlot(HostCalls call, long key, int slot) {
        if (!perSlot) {
            return super.lookupOfSlot(call, key, slot);
        }
        int row = table.find(key);
        return row == 0 ? NULL : table.value(row, slot);
    }

    @Override
    int update(HostCalls call, long key, long value, long flags) {
        return programsMayWrite() ? table.update(key, value, flags, perSlot ? call.slot() : 0) : HelperErrors.EPERM;
    }

    @Override
    int delete(HostCalls call, long key) {
        return programsMayWrite() ? table.delete(key) : HelperErrors.EPERM;
    }

    @Override
    long forEach(HostCalls call, long callback, long context) {
        long elements = 0;
        for (int at = table.nextBucket(0); at >= 0; at = table.nextBucket(at + 1)) {
            int row = table.rowAt(at);
            if (row != 0) {
                elements++;
                if (call.callFunction(callback, pointer(), table.key(row), value(call, row), context, 0) != 0) {
                    break;
                }
            }
        }
        return elements;
    }

    @Override
    int valuesPerEntry() {
        return Math.max(1, layout.slots());
    }

    @Override
    boolean hostLookup(long key, long into) {
        int row = table.peek(key);
        if (row != 0) {
            table.load(row, into);
        }
        return row != 0;
    }

    @Override
    int hostLookupLocked(long key, long into) {
        int row = table.peek(key);
        return row == 0 ? HelperErrors.ENOENT : table.loadLocked(row, into) ? 0 : HelperErrors.EBUSY;
    }

    @Override
    int hostUpdate(long key, long values, long flags) {
        return table.update(key, values, flags, perSlot ? HashTable.ALL_SLOTS : 0);
    }

    @Override
    int hostDelete(long key) {
        return table.delete(key);
    }

    @Override
    boolean hostTake(long key, long into) {
        return table.take(key, into);
    }

    @Override
    int hostPlace(long key) {
        return table.bucketOf(key);
    }

    @Override
    int hostNext(int from) {
        return table.nextBucket(from);
    }

    @Override
    boolean hostEntry(int place, long keyInto, long valuesInto) {
        int row = table.rowAt(place);
        if (row != 0) {
            BpfBytes.copy(table.key(row), keyInto, keyBytes());
            table.load(row, valuesInto);
        }
        return row != 0;
    }
}

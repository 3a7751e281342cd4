package dev.ring3.bpf.map;

import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.memory.BpfBytes;
import java.util.List;

/** The keys and values of a hash table by the numbers of their rows, and how they are copied. */
final class HashRows {
    private final HashLayout layout;
    private final ValueFormat format;
    private final long keys; // of row 0, which there is not
    private final long keyStride;
    private final long values; // of row 0
    private final long valueStride;
    private final long slotStride;

    HashRows(HashLayout layout, long address) {
        this.layout = layout;
        this.format = layout.format();
        this.keyStride = layout.rowStride();
        this.keys = address + layout.rowsAt() - keyStride;
        this.valueStride = layout.valueStride();
        this.values = address + layout.valuesAt() - valueStride;
        this.slotStride = layout.slotStride();
    }

    long key(int row) {
        return keys + row * keyStride;
    }

    long value(int row, int slot) {
        return values + row * valueStride + slot * slotStride;
    }

    /** The row of which a value is the first, or 0. */
    int rowOfValue(long value) {
        long offset = value - values;
        long row = offset / valueStride;
        return offset % valueStride == 0 && row > 0 && row <= layout.rows() ? (int) row : RowAllocator.NONE;
    }

    /** Writes a row that nobody finds yet. */
    void fill(int row, long key, long value, int slot) {
        BpfBytes.copy(key, key(row), layout.keyBytes());
        if (layout.slots() == 0) {
            format.copy(value, value(row, 0));
        }
        for (int i = 0; i < layout.slots(); i++) {
            if (slot == HashTable.ALL_SLOTS) {
                format.copy(value + i * format.strideBytes(), value(row, i));
            } else if (slot == i) {
                format.copy(value, value(row, i));
            } else {
                BpfBytes.clear(value(row, i), format.bytes());
            }
        }
    }

    /** Replaces the value of a row that others may look at; 0 or a negative errno. */
    int store(int row, long value, boolean underLock, int slot) {
        if (slot == HashTable.ALL_SLOTS) {
            for (int i = 0; i < layout.slots(); i++) {
                format.store(value + i * format.strideBytes(), value(row, i));
            }
        } else if (underLock) {
            return format.storeLocked(value, value(row, slot)) ? 0 : HelperErrors.EBUSY;
        } else {
            format.store(value, value(row, slot));
        }
        return 0;
    }

    /** Copies the value of a row out, one for each slot. */
    void load(int row, long into) {
        for (int slot = 0; slot < Math.max(1, layout.slots()); slot++) {
            format.copy(value(row, slot), into + slot * format.strideBytes());
        }
    }

    /** Copies the value of a row out while its lock is held; returns whether that could be had. */
    boolean loadLocked(int row, long into) {
        return format.loadLocked(value(row, 0), into);
    }

    /** The memory that programs may touch: keys, and values. */
    List<MemoryRegion> regions(boolean valuesWritable) {
        long count = layout.rows();
        return List.of(
                new MemoryRegion(key(1), count * keyStride, keyStride, layout.keyBytes(), false),
                new MemoryRegion(
                        value(1, 0),
                        count * valueStride * Math.max(1, layout.slots()),
                        valueStride,
                        format.bytes(),
                        valuesWritable));
    }
}

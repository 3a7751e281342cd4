package dev.ring3.bpf.map;

import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.memory.BpfBytes;

/** The prefixes of a trie and their values, by the numbers of their rows. */
final class PrefixRows {
    private final PrefixLayout layout;
    private final ValueFormat format;
    private final long base; // of row 0, which there is not
    private final long stride;

    PrefixRows(PrefixLayout layout, long address) {
        this.layout = layout;
        this.format = layout.format();
        this.stride = layout.rowStride();
        this.base = address + layout.rowsAt() - stride;
    }

    long key(int row) {
        return base + row * stride;
    }

    long value(int row) {
        return base + row * stride + layout.keyStride();
    }

    int length(int row) {
        return PrefixKeys.length(key(row));
    }

    /** Writes a row that nobody finds yet. */
    void fill(int row, long key, long value) {
        BpfBytes.copy(key, key(row), layout.keyBytes());
        format.copy(value, value(row));
    }

    /** Replaces the value of a row that others may look at, and what its key has behind the prefix. */
    void overwrite(int row, long key, long value) {
        BpfBytes.copy(key, key(row), layout.keyBytes());
        format.store(value, value(row));
    }

    MemoryRegion values(boolean writable) {
        return new MemoryRegion(value(1), layout.rows() * stride, stride, format.bytes(), writable);
    }
}

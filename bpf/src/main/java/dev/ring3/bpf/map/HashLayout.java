package dev.ring3.bpf.map;

/**
 * Where the parts of a hash table are, as offsets from its start:
 *
 * <pre>
 * buckets   an int each, a power of two of them: the number of a row, 0 if empty, -1 where one was deleted
 * links     an int for each row, see RowAllocator
 * states    a byte for each row of a table that forgets, see ClockHand
 * rows      the key, filled up to 8 bytes, and the value, filled up likewise; without the value if there is one per slot
 * values    for each slot, for each row, a value
 * </pre>
 *
 * At most a quarter of the buckets is in use. Rows that wait for the end of a run are rows beyond the entries that the
 * map may have.
 *
 * @param slots how many values an entry has; 0 for one, beside its key
 * @param forgets whether the table makes room when it is full
 */
public record HashLayout(int keyBytes, ValueFormat format, int entriesMax, int slots, boolean forgets) {
    /** The most entries that a table can have. */
    public static final int ENTRIES_MAX = 1 << 28;

    /** The longest key, in bytes; a page, more than a stack of a program has. */
    public static final int KEY_BYTES_MAX = 4096;

    private static final int BUCKETS_PER_ENTRY = 4;
    private static final int SPARE_ROWS_MIN = 64;
    private static final int SPARE_ROWS_OF_SMALL = 1024;

    public HashLayout {
        require(keyBytes, KEY_BYTES_MAX, "bytes of a key");
        require(format.bytes(), Integer.MAX_VALUE, "bytes of a value");
        require(entriesMax, ENTRIES_MAX, "entries");
    }

    private static void require(int number, int max, String what) {
        if (number < 1 || number > max) {
            throw new IllegalArgumentException("%d %s, from 1 to %d are possible".formatted(number, what, max));
        }
    }

    int buckets() {
        return (int) Math.min(1L << 30, Long.highestOneBit((long) entriesMax * BUCKETS_PER_ENTRY * 2 - 1));
    }

    int rows() {
        int spare = Math.max(SPARE_ROWS_MIN, Math.max(Math.min(entriesMax, SPARE_ROWS_OF_SMALL), entriesMax >> 3));
        return entriesMax + spare;
    }

    long linksAt() {
        return ValueFormat.aligned((long) buckets() * Integer.BYTES);
    }

    long statesAt() {
        return linksAt() + RowAllocator.linkBytes(rows());
    }

    long rowsAt() {
        return statesAt() + (forgets ? ValueFormat.aligned(rows()) : 0);
    }

    long keyStride() {
        return ValueFormat.aligned(keyBytes);
    }

    long rowStride() {
        return keyStride() + (slots == 0 ? format.strideBytes() : 0);
    }

    /** Where the value of the first row for the first slot is. */
    long valuesAt() {
        return slots == 0 ? rowsAt() + keyStride() : rowsAt() + rows() * rowStride();
    }

    /** From the value of one row to that of the next. */
    long valueStride() {
        return slots == 0 ? rowStride() : format.strideBytes();
    }

    /** From the values of one slot to those of the next; 0 if there is one value for all. */
    long slotStride() {
        return slots == 0 ? 0 : rows() * format.strideBytes();
    }

    /** The size of everything. */
    public long bytes() {
        return rowsAt() + rows() * rowStride() + slots * slotStride();
    }
}

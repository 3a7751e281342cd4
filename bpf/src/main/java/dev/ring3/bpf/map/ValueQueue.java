package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfBytes;

/** Values in a row that begins again where it ends, taken out in the order in which they came or the other way round. */
public final class ValueQueue {
    private final long address;
    private final int valueBytes;
    private final int entriesMax;
    private final boolean lastFirst;
    private final MapLock lock = new MapLock(1);
    private int first; // guarded by the lock: the place of the oldest
    private int count; // guarded by the lock

    /**
     * An empty queue, or stack.
     *
     * @param address of {@link #memoryBytes} bytes
     * @param lastFirst whether it is a stack
     */
    public ValueQueue(long address, int valueBytes, int entriesMax, boolean lastFirst) {
        this.address = address;
        this.valueBytes = valueBytes;
        this.entriesMax = entriesMax;
        this.lastFirst = lastFirst;
    }

    /** The memory that it takes. */
    public static long memoryBytes(int valueBytes, int entriesMax) {
        return ValueFormat.aligned(valueBytes) * entriesMax;
    }

    /**
     * Adds a value; with {@link HashTable#EXIST} in place of the oldest if there is no room.
     *
     * @return 0 or a negative errno
     */
    public int push(long value, long flags) {
        if (flags != HashTable.ANY && flags != HashTable.EXIST) {
            return HelperErrors.EINVAL;
        }
        lock.lock(0);
        boolean isFull = count == entriesMax;
        if (isFull && flags == HashTable.EXIST) {
            first = place(1);
            count--;
        }
        int result = count == entriesMax ? HelperErrors.E2BIG : 0;
        if (result == 0) {
            BpfBytes.copy(value, address(place(count)), valueBytes);
            count++;
        }
        lock.unlock(0);
        return result;
    }

    /** Takes the next value out; {@code ENOENT} and zeros if there is none. */
    public int pop(long into) {
        return next(into, true);
    }

    /** Copies the next value; {@code ENOENT} and zeros if there is none. */
    public int peek(long into) {
        return next(into, false);
    }

    private int next(long into, boolean remove) {
        lock.lock(0);
        int result = count == 0 ? HelperErrors.ENOENT : 0;
        if (result == 0) {
            BpfBytes.copy(address(lastFirst ? place(count - 1) : first), into, valueBytes);
            if (remove) {
                first = lastFirst ? first : place(1);
                count--;
            }
        }
        lock.unlock(0);
        if (result != 0) {
            BpfBytes.clear(into, valueBytes);
        }
        return result;
    }

    /** The number of values. */
    public int count() {
        lock.lock(0);
        int values = count;
        lock.unlock(0);
        return values;
    }

    /** The place so many after the oldest. */
    private int place(int after) {
        long place = (long) first + after;
        return (int) (place < entriesMax ? place : place - entriesMax);
    }

    private long address(int place) {
        return address + place * ValueFormat.aligned(valueBytes);
    }
}

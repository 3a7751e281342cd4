package dev.ring3.litmus;

import java.util.List;

/**
 * A named piece of memory that threads share.
 *
 * @param elementBytes the size of its elements, or of itself if it is no array
 * @param length the number of elements, or 0 if it is no array
 * @param declared whether the test gives its type; otherwise it is as large as the widest access to it
 * @param initial its elements in the beginning; one if it is no array
 */
public record Location(
        String name, int elementBytes, boolean signed, int length, boolean declared, List<Value> initial) {
    /** What a location without a type, or with one that is smaller, may be accessed as: 8 bytes. */
    static final int SLOT_BYTES = 8;

    public Location {
        initial = List.copyOf(initial);
    }

    /** Whether it has elements. */
    public boolean isArray() {
        return length > 0;
    }

    /** Its size, as far as accesses may reach. */
    public int bytes() {
        return isArray() ? elementBytes * length : SLOT_BYTES;
    }

    /** Whether an access lies within. */
    public boolean contains(long offset, int size) {
        if (offset < 0 || offset + size > bytes()) {
            return false;
        }
        return isArray() || offset == 0 || !declared || offset + size <= elementBytes;
    }
}

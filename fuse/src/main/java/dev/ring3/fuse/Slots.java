package dev.ring3.fuse;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Objects by number. A number is the place in an array, and how often the place was taken before: u32 each, so that one
 * that was given back names nothing. Looking up takes no lock and allocates nothing.
 */
final class Slots<T> {
    private static final int FIRST_CAPACITY = 64;

    /** An object with its number. */
    private record Entry<T>(long id, T value) {}

    // Written under the object's monitor, replaced when it grows; an entry is seen whole, since it is immutable.
    private volatile @Nullable Entry<T>[] entries;

    // Guarded by the object's monitor.
    private int[] uses = new int[FIRST_CAPACITY];
    private int[] free = new int[FIRST_CAPACITY];
    private int freeCount;
    private int usedCount;

    Slots() {
        entries = array(FIRST_CAPACITY);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> @Nullable Entry<T>[] array(int length) {
        return new Entry[length];
    }

    synchronized long add(T value) {
        int index = freeCount > 0 ? free[--freeCount] : usedCount++;
        if (index == entries.length) {
            grow();
        }
        long id = ((long) uses[index] << 32) | index;
        put(index, new Entry<>(id, value));
        return id;
    }

    private void grow() {
        int length = 2 * entries.length;
        uses = Arrays.copyOf(uses, length);
        free = Arrays.copyOf(free, length);
        entries = Arrays.copyOf(entries, length);
    }

    private void put(int index, @Nullable Entry<T> entry) {
        @Nullable Entry<T>[] present = entries;
        present[index] = entry;
        // Publishes the element to readers, who begin with this field.
        entries = present;
    }

    @Nullable
    T get(long id) {
        @Nullable Entry<T>[] present = entries;
        int index = (int) id;
        Entry<T> entry = index >= 0 && index < present.length ? present[index] : null;
        return entry != null && entry.id() == id ? entry.value() : null;
    }

    synchronized @Nullable T remove(long id) {
        T value = get(id);
        if (value != null) {
            int index = (int) id;
            put(index, null);
            uses[index]++;
            free[freeCount++] = index;
        }
        return value;
    }

    /** All of them at about this moment. */
    List<T> values() {
        @Nullable Entry<T>[] present = entries;
        Stream<@Nullable Entry<T>> all = Arrays.stream(present);
        return all.filter(Objects::nonNull).map(Entry::value).toList();
    }
}

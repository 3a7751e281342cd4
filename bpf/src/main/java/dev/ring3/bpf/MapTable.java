package dev.ring3.bpf;

import dev.ring3.bpf.engine.MapOfPointer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The maps of one runtime by what programs have as pointers to them: numbers that are no address.
 *
 * <pre>
 * bit 62      set, so that the number is above all addresses
 * 24 to 61    how many pointers were given out before: no pointer stands for two maps
 * 0 to 23     the place in the table
 * </pre>
 */
final class MapTable implements MapOfPointer {
    /** The most maps that a runtime can have at a time. */
    static final int MAPS_MAX = 1 << 24;

    private static final long MAP = 1L << 62;
    private static final int PLACE_BITS = 24;
    private static final int LENGTH_MIN = 16;

    private record Entry(long pointer, BpfMap map) {}

    private final BpfRuntime runtime;
    private final ArrayDeque<Integer> freePlaces = new ArrayDeque<>(); // guarded by this
    private int placesUsed; // guarded by this
    private long pointersGiven; // guarded by this
    private volatile AtomicReferenceArray<@Nullable Entry> entries =
            new AtomicReferenceArray<>(LENGTH_MIN); // set under this

    MapTable(BpfRuntime runtime) {
        this.runtime = runtime;
    }

    BpfRuntime runtime() {
        return runtime;
    }

    /** A pointer for a map that is {@link #add added} or whose pointer is {@link #giveBack given back}. */
    synchronized long newPointer() {
        Integer free = freePlaces.poll();
        if (free == null && placesUsed == MAPS_MAX) {
            throw new BpfMemoryException("a runtime has at most %d maps".formatted(MAPS_MAX));
        }
        int place = free == null ? placesUsed++ : free;
        if (place == entries.length()) {
            AtomicReferenceArray<@Nullable Entry> larger = new AtomicReferenceArray<>(2 * place);
            for (int i = 0; i < place; i++) {
                larger.set(i, entries.get(i));
            }
            entries = larger;
        }
        return MAP | (++pointersGiven << PLACE_BITS) | place;
    }

    synchronized void add(BpfMap map) {
        entries.set(place(map.pointer()), new Entry(map.pointer(), map));
    }

    /** Takes a map out that was closed, when no run is left that may have looked it up. */
    synchronized void remove(BpfMap map) {
        entries.set(place(map.pointer()), null);
        giveBack(map.pointer());
    }

    /** Lets the place of a pointer be used for another map, which gets another pointer. */
    synchronized void giveBack(long pointer) {
        freePlaces.add(place(pointer));
    }

    private static int place(long pointer) {
        return (int) pointer & (MAPS_MAX - 1);
    }

    @Override
    public @Nullable BpfMap map(long pointer) {
        BpfMap map = granted(pointer);
        return map != null && ((MapBase) map).isClosed() ? null : map;
    }

    @Override
    public @Nullable BpfMap granted(long pointer) {
        AtomicReferenceArray<@Nullable Entry> table = entries;
        int place = place(pointer);
        Entry entry = place < table.length() ? table.getAcquire(place) : null;
        return entry != null && entry.pointer() == pointer ? entry.map() : null;
    }
}

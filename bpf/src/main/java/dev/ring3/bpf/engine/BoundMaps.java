package dev.ring3.bpf.engine;

import dev.ring3.bpf.BpfMap;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The maps that a program was given, by its pointers to them, found without an object for each. Immutable. */
public final class BoundMaps {
    private final List<BpfMap> maps;
    private final long[] pointers;

    /** Some maps. */
    public BoundMaps(Collection<BpfMap> maps) {
        this.maps = List.copyOf(maps);
        this.pointers = this.maps.stream().mapToLong(BpfMap::pointer).toArray();
    }

    /** Whether a pointer is that of one of them. */
    public boolean contains(long pointer) {
        return indexOf(pointer) >= 0;
    }

    /** The map of a pointer, which may be closed by now, or null if it is none of them. */
    @Nullable
    BpfMap map(long pointer) {
        int index = indexOf(pointer);
        return index < 0 ? null : maps.get(index);
    }

    private int indexOf(long pointer) {
        for (int i = 0; i < pointers.length; i++) {
            if (pointers[i] == pointer) {
                return i;
            }
        }
        return -1;
    }
}

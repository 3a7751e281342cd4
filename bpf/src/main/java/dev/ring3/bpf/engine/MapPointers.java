package dev.ring3.bpf.engine;

import java.util.Collection;
import java.util.List;

/** A few pointers to maps, found without an object for each. Immutable. */
public final class MapPointers {
    private final long[] pointers;

    /** A set of pointers. */
    public MapPointers(Collection<Long> pointers) {
        this.pointers =
                List.copyOf(pointers).stream().mapToLong(Long::longValue).toArray();
    }

    /** Whether a pointer is one of them. */
    public boolean contains(long pointer) {
        for (long each : pointers) {
            if (each == pointer) {
                return true;
            }
        }
        return false;
    }
}

package dev.ring3.bpf.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The objects of the host that a run was given pointers to: numbers that are no address and mean nothing to other runs. */
final class GivenObjects {
    /** Above all addresses, and beside the pointers to maps. */
    private static final long OBJECT = 3L << 61;

    private final List<Object> objects = new ArrayList<>();

    long give(Object object) {
        int known = objects.indexOf(object);
        if (known < 0) {
            known = objects.size();
            objects.add(object);
        }
        return OBJECT | known;
    }

    @Nullable
    Object object(long pointer) {
        long index = pointer ^ OBJECT;
        return index >= 0 && index < objects.size() ? objects.get((int) index) : null;
    }

    void end() {
        if (!objects.isEmpty()) {
            objects.clear();
        }
    }
}

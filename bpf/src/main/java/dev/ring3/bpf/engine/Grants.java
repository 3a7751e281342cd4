package dev.ring3.bpf.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The maps that a run has looked up in maps of maps: it may use them, and touch their memory, until it ends. */
final class Grants {
    private final Set<Long> pointers = new HashSet<>();
    private final List<MemoryRegion> regions = new ArrayList<>();
    private long last; // the pointer that was granted last; 0 for none

    /** Grants a map; its regions are asked for once. */
    void add(long pointer, Supplier<List<MemoryRegion>> ofMap) {
        if (pointer != last && pointers.add(pointer)) {
            regions.addAll(ofMap.get());
        }
        last = pointer;
    }

    boolean contains(long pointer) {
        return pointer == last || (!pointers.isEmpty() && pointers.contains(pointer));
    }

    /** Whether these bytes are of one of the maps, and may be accessed so. */
    boolean allows(long address, long size, boolean write) {
        for (MemoryRegion region : regions) {
            if (region.contains(address, size)) {
                return region.writable() || !write;
            }
        }
        return false;
    }

    void end() {
        if (last != 0) {
            last = 0;
            pointers.clear();
            regions.clear();
        }
    }
}

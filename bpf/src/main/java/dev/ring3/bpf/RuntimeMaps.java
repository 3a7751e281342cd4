package dev.ring3.bpf;

import dev.ring3.bpf.type.MapShape;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The maps of a runtime: how they come and go. Thread-safe. */
final class RuntimeMaps {
    private final BpfRuntime runtime;
    private final MapTable table;
    private final PinnedMaps pinned;
    private final Set<BpfMap> maps = new HashSet<>(); // guarded by this
    private boolean closed; // guarded by this

    RuntimeMaps(BpfRuntime runtime) {
        this.runtime = runtime;
        this.table = new MapTable(runtime);
        this.pinned = new PinnedMaps(runtime);
    }

    MapTable table() {
        return table;
    }

    PinnedMaps pinned() {
        return pinned;
    }

    /**
     * Makes a map.
     *
     * @throws IllegalArgumentException if such a map cannot be
     */
    BpfMap make(MapShape shape, int flags, long extra) {
        long pointer = table.newPointer();
        BpfMap map;
        try {
            map = MapFactory.create(new MapBase.Origin(shape, flags, extra, pointer, runtime));
        } catch (RuntimeException e) {
            table.giveBack(pointer);
            throw e;
        }
        synchronized (this) {
            if (!closed) {
                maps.add(map);
                table.add(map);
                return map;
            }
        }
        table.giveBack(pointer);
        ((MapBase) map).free();
        throw BpfRuntime.closedException();
    }

    private synchronized List<BpfMap> all() {
        return List.copyOf(maps);
    }

    /** Takes the values of an object away that is no more. */
    void objectGone(HostObject object) {
        for (BpfMap map : all()) {
            if (map instanceof LocalStorageMap storage && storage.objects() == object.kind()) {
                MapResult _ = storage.forget(object);
            }
        }
    }

    /** Ends what an object has of a map: it closes it, unless it is pinned. */
    void release(BpfMap map) {
        if (!pinned.release(map)) {
            close(map);
        }
    }

    /** Makes a map unreachable for new runs, and frees it when those that could reach it have ended. */
    void close(BpfMap map) {
        synchronized (this) {
            if (!maps.remove(map)) {
                return;
            }
        }
        MapBase base = (MapBase) map;
        base.markClosed();
        runtime.timers().ended(base);
        runtime.gracePeriod().retire(() -> {
            table.remove(map);
            base.free();
        });
    }

    /** No map is made any more. */
    synchronized void close() {
        closed = true;
    }

    void closeAll() {
        all().forEach(this::close);
    }
}

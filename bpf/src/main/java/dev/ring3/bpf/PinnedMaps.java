package dev.ring3.bpf;

import dev.ring3.bpf.type.MapShape;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The maps of a runtime that objects share by name ({@code LIBBPF_PIN_BY_NAME}). A map that an object brought lives while
 * it is pinned or an object uses it. Thread-safe.
 */
final class PinnedMaps {
    private static final class Pin {
        private final BpfMap map;
        private final boolean broughtByObject;
        private int users; // objects that use it
        private boolean pinned = true;

        Pin(BpfMap map, boolean broughtByObject) {
            this.map = map;
            this.broughtByObject = broughtByObject;
        }

        boolean isOver() {
            return broughtByObject && !pinned && users == 0;
        }
    }

    private final BpfRuntime runtime;
    private final Map<String, Pin> byName = new HashMap<>(); // guarded by this
    private final Map<BpfMap, Pin> byMap = new HashMap<>(); // guarded by this

    PinnedMaps(BpfRuntime runtime) {
        this.runtime = runtime;
    }

    synchronized Optional<BpfMap> find(String name) {
        return Optional.ofNullable(byName.get(name)).map(pin -> pin.map);
    }

    /** Pins a map of the host's. */
    synchronized void pin(String name, BpfMap map) {
        if (byName.containsKey(name) || byMap.containsKey(map)) {
            throw new IllegalArgumentException(
                    "map %s as %s: the map is pinned already, or another by this name".formatted(map.name(), name));
        }
        add(name, new Pin(map, false));
    }

    private void add(String name, Pin pin) {
        byName.put(name, pin);
        byMap.put(pin.map, pin);
    }

    /**
     * The map of a name for an object, which uses it until {@link #release}; it is made and pinned if there is none.
     *
     * @throws IllegalArgumentException if there is one that is another than what the object asks for
     */
    synchronized BpfMap use(MapShape shape, int flags, long extra) {
        Pin pin = byName.get(shape.name());
        if (pin == null) {
            pin = new Pin(runtime.map(shape, flags, extra), true);
            add(shape.name(), pin);
        } else {
            requireSame(pin.map, shape, flags, extra);
        }
        pin.users++;
        return pin.map;
    }

    private static void requireSame(BpfMap found, MapShape shape, int flags, long extra) {
        MapBase map = (MapBase) found;
        String asked = text(shape, flags, extra);
        String has = text(map.shape(), map.flags(), map.extra());
        if (!asked.equals(has)) {
            throw new IllegalArgumentException("asked for %s; pinned by this name is %s".formatted(asked, has));
        }
    }

    private static String text(MapShape shape, int flags, long extra) {
        MapShape inner = shape.inner();
        return "type %d, %d entries with keys of %d and values of %d bytes, flags 0x%x, map_extra %d%s%s%s"
                .formatted(
                        shape.type(),
                        shape.maxEntries(),
                        shape.keyBytes(),
                        shape.valueBytes(),
                        flags,
                        extra,
                        at("spin lock", shape.spinLockOffset().orElse(-1)),
                        at("timer", shape.timerOffset().orElse(-1)),
                        inner == null ? "" : ", of maps of " + text(inner, 0, 0));
    }

    private static String at(String what, int offset) {
        return offset < 0 ? "" : ", a %s at %d".formatted(what, offset);
    }

    /** An object uses a map no more; false if that is not pinned, and so the object's to close. */
    boolean release(BpfMap map) {
        Pin pin;
        synchronized (this) {
            pin = byMap.get(map);
            if (pin == null) {
                return false;
            }
            pin.users--;
            forgetIfOver(pin);
        }
        closeIfOver(pin);
        return true;
    }

    /** Ends the pinning of a name; false if there is none. */
    boolean unpin(String name) {
        Pin pin;
        synchronized (this) {
            pin = byName.remove(name);
            if (pin == null) {
                return false;
            }
            pin.pinned = false;
            forgetIfOver(pin);
        }
        closeIfOver(pin);
        return true;
    }

    private void forgetIfOver(Pin pin) {
        if (pin.isOver() || (!pin.broughtByObject && !pin.pinned && pin.users == 0)) {
            @Nullable Pin _ = byMap.remove(pin.map);
        }
    }

    private void closeIfOver(Pin pin) {
        if (isOver(pin)) {
            runtime.maps().close(pin.map);
        }
    }

    private synchronized boolean isOver(Pin pin) {
        return pin.isOver();
    }
}

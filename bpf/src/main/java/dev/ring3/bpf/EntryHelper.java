package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import java.util.function.Function;

/**
 * A helper on one entry of a map: its arguments are the map, a key, and what else it takes.
 *
 * @param action what it does with any map
 * @param actionOfMap what does the same with one map
 * @param takesValue whether its third argument is a value
 */
record EntryHelper(Action action, Function<MapBase, Action> actionOfMap, boolean takesValue) implements MapFunction {
    /** What is done with an entry, once the arguments are known to be good. */
    @FunctionalInterface
    interface Action {
        /**
         * Does it.
         *
         * @param key the address of a key of the map
         * @param third the address of a value of the map, or whatever the third argument was
         */
        long apply(MapBase map, HostCalls call, long key, long third, long fourth);
    }

    /** What finds something by the key alone. */
    @FunctionalInterface
    interface Search extends Action {
        /** Finds it. */
        long find(long key);

        @Override
        default long apply(MapBase map, HostCalls call, long key, long third, long fourth) {
            return find(key);
        }
    }

    /** The helper for a map that an engine knows. A record, so that compilers take what it holds for constant. */
    private record OfMap(EntryHelper helper, Action action, MapBase map, boolean verified) implements LeafFunction {
        @Override
        public long call(HostCall call, long pointer, long key, long third, long fourth, long unused5) {
            if (map.isClosed()) {
                throw call.fault(HostCalls.noMap(map.pointer()));
            }
            return verified
                    ? action.apply(map, (HostCalls) call, key, third, fourth)
                    : helper.checked(action, map, (HostCalls) call, key, third, fourth);
        }
    }

    /** The same where the key is all that it needs. */
    private record SearchOfMap(OfMap whole, Search search, MapBase map) implements MapLookup {
        @Override
        public int keyBytes() {
            return map.keyBytes();
        }

        @Override
        public long find(long key) {
            return map.isClosed() ? FAULTS : search.find(key);
        }

        @Override
        public long call(HostCall call, long pointer, long key, long third, long fourth, long unused5) {
            return whole.call(call, pointer, key, third, fourth, unused5);
        }
    }

    EntryHelper(Action action, boolean takesValue) {
        this(action, _ -> action, takesValue);
    }

    @Override
    public long call(HostCall call, long map, long key, long third, long fourth, long unused5) {
        return checked(action, Helpers.map(call, map), (HostCalls) call, key, third, fourth);
    }

    private long checked(Action what, MapBase map, HostCalls call, long key, long third, long fourth) {
        long value = takesValue ? call.readableAddress(third, map.valueBytes()) : third;
        return what.apply(map, call, call.readableAddress(key, map.keyBytes()), value, fourth);
    }

    @Override
    public LeafFunction of(BpfMap map, boolean verified) {
        MapBase base = (MapBase) map;
        Action onMap = actionOfMap.apply(base);
        OfMap whole = new OfMap(this, onMap, base, verified);
        return onMap instanceof Search search ? new SearchOfMap(whole, search, base) : whole;
    }
}

package dev.ring3.bpf;

import dev.ring3.bpf.Linearizability.Step;
import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.map.HelperErrors;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sequential model of a map of numbers by numbers. Its states are all that a map may have become: more than one where
 * it chooses which entry it forgets.
 *
 * @param entriesMax the most entries
 * @param forgets whether it forgets one when it is full
 * @param fixed whether it is an array, of which no entry comes or goes
 */
record MapModel(int entriesMax, boolean forgets, boolean fixed) {
    /** What {@link MapStress} gives for a value that was read in part before and in part after a change. */
    static final long TORN = -1;

    static Set<Map<Long, Long>> empty() {
        return Set.of(Map.of());
    }

    /** A step that makes of each state some others, of a state in which it cannot be none. */
    private static Step<Set<Map<Long, Long>>> each(Function<Map<Long, Long>, Set<Map<Long, Long>>> outcomes) {
        return states -> {
            Set<Map<Long, Long>> all = new HashSet<>();
            for (Map<Long, Long> state : states) {
                all.addAll(outcomes.apply(state));
            }
            return all.isEmpty() ? null : Set.copyOf(all);
        };
    }

    /** An update that gave a result: 0 or a negative errno. */
    Step<Set<Map<Long, Long>>> update(long key, long value, long flags, int result) {
        return each(state -> updated(state, key, value, flags, result));
    }

    private Set<Map<Long, Long>> updated(Map<Long, Long> state, long key, long value, long flags, int result) {
        boolean there = fixed || state.containsKey(key);
        if (there || flags == HashTable.EXIST) {
            int error = !there ? HelperErrors.ENOENT : flags == HashTable.NOEXIST ? HelperErrors.EEXIST : 0;
            return result != error ? Set.of() : Set.of(error == 0 ? with(state, key, value) : state);
        }
        if (result == HelperErrors.ENOMEM) {
            return Set.of(state);
        }
        boolean isFull = state.size() == entriesMax;
        int error = isFull && !forgets ? HelperErrors.E2BIG : 0;
        return result != error || (isFull && forgets) ? Set.of() : Set.of(error == 0 ? with(state, key, value) : state);
    }

    /** What a map that forgets does before an update: a moment of its own, at which an entry goes if there is no room. */
    Step<Set<Map<Long, Long>>> makeRoom(long key) {
        return each(state -> {
            Set<Map<Long, Long>> outcomes = new HashSet<>(Set.of(state));
            if (state.size() == entriesMax && !state.containsKey(key)) {
                state.keySet().forEach(forgotten -> outcomes.add(with(state, forgotten, null)));
            }
            return outcomes;
        });
    }

    /**
     * An update of another part of an entry, which gave a result: here nothing changes, but that an entry which comes is 0.
     */
    Step<Set<Map<Long, Long>>> updateElsewhere(long key, long flags, int result) {
        return each(state -> {
            Long here = state.get(key);
            return updated(state, key, here == null ? 0 : here, flags, result);
        });
    }

    /** A deletion that gave a result. */
    Step<Set<Map<Long, Long>>> delete(long key, int result) {
        if (fixed) {
            return each(state -> result == HelperErrors.EINVAL ? Set.of(state) : Set.of());
        }
        return each(state -> state.containsKey(key) == (result == 0) ? Set.of(with(state, key, null)) : Set.of());
    }

    /** A look for a value, which was seen, or null. */
    Step<Set<Map<Long, Long>>> lookup(long key, @Nullable Long seen) {
        return each(state -> Objects.equals(seen, value(state, key)) ? Set.of(state) : Set.of());
    }

    /** A look for a value that takes it away. */
    Step<Set<Map<Long, Long>>> take(long key, @Nullable Long seen) {
        return each(state -> Objects.equals(seen, value(state, key)) ? Set.of(with(state, key, null)) : Set.of());
    }

    /** What inserts a value if there is none. */
    Step<Set<Map<Long, Long>>> insertIfAbsent(long key, long value) {
        return each(state ->
                Set.of(state.containsKey(key) || state.size() == entriesMax ? state : with(state, key, value)));
    }

    private @Nullable Long value(Map<Long, Long> state, long key) {
        Long value = state.get(key);
        return value == null && fixed && key < entriesMax ? Long.valueOf(0) : value;
    }

    private static Map<Long, Long> with(Map<Long, Long> state, long key, @Nullable Long value) {
        Map<Long, Long> next = new HashMap<>(state);
        if (value == null) {
            next.remove(key);
        } else {
            next.put(key, value);
        }
        return Map.copyOf(next);
    }
}

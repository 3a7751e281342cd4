package dev.ring3.bpf;

import java.util.function.BiFunction;

/**
 * Puts one kind of map under stress until something is found or the time is over. Controls load it together with a fault, see
 * {@link MapStressControlTest}.
 */
public final class MapStressControl implements BiFunction<Long, Long, String> {
    /** For the class loader of a control. */
    public MapStressControl() {}

    /** The seed that has a kind put under stress. */
    static long seedOf(String kind) {
        return MapSubjects.names().indexOf(kind);
    }

    /** What was found within so many milliseconds, empty if nothing. */
    @Override
    public String apply(Long seed, Long millis) {
        String kind = MapSubjects.names().get(Math.toIntExact(seed));
        return MapSubjects.test(kind, seed, Integer.MAX_VALUE, millis).found();
    }
}

package dev.ring3.litmus.cat;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The sets and relations that a model finds given, by the names that it calls them. */
public enum Base {
    /** Reads, read-modify-writes among them. */
    READS("R", true, Growth.FIXED),
    /** Writes, read-modify-writes and initial writes among them. */
    WRITES("W", true, Growth.FIXED),
    MEMORY("M", true, Growth.FIXED),
    INITIAL("IW", true, Growth.FIXED),
    /** The last writes in coherence order. */
    FINAL("FW", true, Growth.ANY),
    ACQUIRE("AQ", true, Growth.FIXED),
    RELEASE("RL", true, Growth.FIXED),
    /** Atomic operations that return a value, but for a compare-exchange that fails. */
    FULL("SC", true, Growth.GROWS),
    /** Atomic operations that return nothing. */
    RELAXED("X", true, Growth.FIXED),
    PROGRAM_ORDER("po", false, Growth.FIXED),
    READS_FROM("rf", false, Growth.GROWS),
    COHERENCE("co", false, Growth.GROWS),
    FROM_READS("fr", false, Growth.GROWS),
    ADDRESS("addr", false, Growth.FIXED),
    DATA("data", false, Growth.FIXED),
    CONTROL("ctrl", false, Growth.FIXED),
    SAME_LOCATION("loc", false, Growth.GROWS),
    INTERNAL("int", false, Growth.FIXED),
    EXTERNAL("ext", false, Growth.FIXED),
    IDENTITY("id", false, Growth.FIXED),
    /** The read and the write of a compare-exchange that succeeds. */
    ATOMIC_PAIR("amo", false, Growth.GROWS);

    /** How a set or a relation changes while an execution is built up, event by event. */
    public enum Growth {
        /** What holds of events that exist never changes. */
        FIXED,
        /** It only gets more. */
        GROWS,
        /** Anything may happen. */
        ANY
    }

    private static final Map<String, Base> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(base -> base.catName, Function.identity()));

    private final String catName;
    private final boolean set;
    private final Growth growth;

    Base(String catName, boolean set, Growth growth) {
        this.catName = catName;
        this.set = set;
        this.growth = growth;
    }

    /** The name in a model. */
    public String catName() {
        return catName;
    }

    /** Whether it is a set of events; otherwise it is a relation. */
    public boolean isSet() {
        return set;
    }

    Growth growth() {
        return growth;
    }

    /** Whether it follows from which events there are, and where; whatever is read from where, and in which order written. */
    public boolean isStructural() {
        return switch (this) {
            case READS_FROM, COHERENCE, FROM_READS, FINAL -> false;
            case READS,
                    WRITES,
                    MEMORY,
                    INITIAL,
                    ACQUIRE,
                    RELEASE,
                    FULL,
                    RELAXED,
                    PROGRAM_ORDER,
                    ADDRESS,
                    DATA,
                    CONTROL,
                    SAME_LOCATION,
                    INTERNAL,
                    EXTERNAL,
                    IDENTITY,
                    ATOMIC_PAIR -> true;
        };
    }

    static Map<String, Base> byName() {
        return BY_NAME;
    }
}

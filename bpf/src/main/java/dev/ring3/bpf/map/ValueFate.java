package dev.ring3.bpf.map;

/** Who is told when the value at an address ends: it is replaced or deleted, or its memory used for another. */
@FunctionalInterface
public interface ValueFate {
    /** Nobody: nothing goes with a value. */
    ValueFate NONE = _ -> {};

    /** The value at an address ends; called before its memory waits for the end of the runs that may have it. */
    void ended(long value);
}

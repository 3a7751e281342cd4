package dev.ring3.litmus.search;

import dev.ring3.litmus.cat.Base;

/** What a model finds given on one execution. */
interface Relations {
    /** Stands for a set of events and their places; one is only equal to itself. */
    final class Structure {}

    /** How many events there are. */
    int events();

    /** The same object as long as the same events, with the same places, are there. */
    Structure structure();

    /** Writes a set or a relation into {@code out}, whose rows from {@link #events} on are left as they are. */
    void read(Base base, long[] out);
}

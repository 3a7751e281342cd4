package dev.ring3.bpf.engine;

/**
 * What a register points into, and how far from its beginning: exact in the arithmetic of 64 bits, so that a place that
 * is known to lie inside needs no test.
 *
 * @param area what kind of memory
 * @param offset bytes from where it begins; below {@code r10} for the frame
 */
record JitPointer(Area area, JitRange offset) {
    /** Kinds of memory that a register can be known to point into. */
    enum Area {
        /** The frame of the function that runs; begins at its end, {@code r10}. */
        FRAME,
        /** What the program was called with. */
        ENTRY,
        /** Memory of this run alone, which piece of it is not known. */
        OWN
    }

    /** Of this run alone, somewhere. */
    static final JitPointer SOMEWHERE = new JitPointer(Area.OWN, JitRange.ALL);

    static JitPointer to(Area area) {
        return new JitPointer(area, JitRange.of(0));
    }

    JitPointer plus(JitRange number) {
        return area == Area.OWN ? this : new JitPointer(area, offset.plus(number));
    }
}

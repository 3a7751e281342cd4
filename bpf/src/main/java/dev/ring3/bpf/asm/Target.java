package dev.ring3.bpf.asm;

/** Where a jump or call goes, as written. */
sealed interface Target {
    /** Slots from the slot after the instruction. */
    record Relative(int offset) implements Target {}

    /** A label defined anywhere in the source. */
    record Label(Token name) implements Target {}

    /** The nearest label of a number in one direction: {@code 1f} or {@code 1b}. */
    record LocalLabel(Token at, String number, boolean forward) implements Target {}
}

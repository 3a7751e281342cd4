package dev.ring3.litmus.search;

import dev.ring3.bpf.insn.Insn;

/** What a register holds, or a write writes, while an execution is built up. */
sealed interface Datum {
    /** A number of 64 bits. */
    record Num(long bits) implements Datum {}

    /** The address of a location, by its place in {@link Program#locations}, plus an offset in bytes. */
    record Addr(int location, long offset) implements Datum {}

    /** What a read will have read. */
    record ReadOf(int event) implements Datum {}

    /** The result of an instruction on operands of which one is not known yet. */
    record Result(Insn insn, Datum left, Datum right) implements Datum {}

    /** The low bytes of something not known yet, extended with zeros, or with the sign. */
    record Low(int bytes, boolean signed, Datum of) implements Datum {}

    /** What may not be used, and why. */
    record Unusable(String reason) implements Datum {}

    static Datum zero() {
        return new Num(0);
    }

    default boolean isKnown() {
        return switch (this) {
            case Num _, Addr _, Unusable _ -> true;
            case ReadOf _, Result _, Low _ -> false;
        };
    }
}

package dev.ring3.bpf.insn;

/**
 * The eleven registers of RFC 9669 section 2.2: {@link #R0} holds results, {@link #R1} to {@link #R5} arguments
 * (lost across calls), {@link #R6} to {@link #R9} are kept by callees, {@link #R10} is the read-only frame pointer.
 */
public enum Register implements Operand {
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10;

    private static final Register[] ALL = values();

    /** How many registers there are; encoded numbers from here to 15 name none. */
    public static final int COUNT = 11;

    /** The register of a number from 0 to 10. */
    public static Register of(int number) {
        return ALL[number];
    }

    /** The number in the encoding, 0 to 10. */
    public int number() {
        return ordinal();
    }

    /** {@code r0} to {@code r10}. */
    @Override
    public String toString() {
        return "r" + ordinal();
    }
}

package dev.ring3.bpf.insn;

/** The atomic read-modify-write operations of RFC 9669 section 5.3, by their code in {@code imm}. */
public enum AtomicOp {
    ADD(0x00),
    OR(0x40),
    AND(0x50),
    XOR(0xa0),
    FETCH_ADD(0x01),
    FETCH_OR(0x41),
    FETCH_AND(0x51),
    FETCH_XOR(0xa1),
    /** Stores the source and loads the old value into it. */
    EXCHANGE(0xe1),
    /** Stores the source if memory equals {@code r0}; {@code r0} receives the old value either way. */
    COMPARE_EXCHANGE(0xf1);

    final int code;

    AtomicOp(int code) {
        this.code = code;
    }

    /** Whether the old value is returned: in the source register, or in {@code r0} for a compare-exchange. */
    public boolean fetches() {
        return (code & 1) != 0;
    }
}

package dev.ring3.bpf.insn;

/** How much of a register an arithmetic or compare instruction works on; 32-bit results clear the upper half. */
public enum Width {
    BITS_32(32),
    BITS_64(64);

    private final int bits;

    Width(int bits) {
        this.bits = bits;
    }

    /** 32 or 64. */
    public int bits() {
        return bits;
    }
}

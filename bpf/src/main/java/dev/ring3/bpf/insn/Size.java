package dev.ring3.bpf.insn;

/** The size of a memory access, or of the value that a byte swap or a sign extension works on. */
public enum Size {
    BYTE(1),
    HALF(2),
    WORD(4),
    DOUBLE(8);

    private final int bytes;

    Size(int bytes) {
        this.bytes = bytes;
    }

    /** 1, 2, 4 or 8. */
    public int bytes() {
        return bytes;
    }

    /** 8, 16, 32 or 64. */
    public int bits() {
        return bytes * Byte.SIZE;
    }
}

package dev.ring3.bpf.insn;

/** Binary arithmetic of RFC 9669 section 4.1. Division by zero gives 0, modulo by zero leaves the dividend. */
public enum AluOp {
    ADD(0x0, 0),
    SUB(0x1, 0),
    MUL(0x2, 0),
    /** Unsigned. */
    DIV(0x3, 0),
    /** Signed; the most negative value divided by -1 is itself. */
    SDIV(0x3, 1),
    OR(0x4, 0),
    AND(0x5, 0),
    /** The shift count is masked to the width, as in all three shifts. */
    LSH(0x6, 0),
    /** Logical. */
    RSH(0x7, 0),
    /** Unsigned. */
    MOD(0x9, 0),
    /** Signed, truncating: the result has the sign of the dividend. */
    SMOD(0x9, 1),
    XOR(0xa, 0),
    MOV(0xb, 0),
    /** Arithmetic. */
    ARSH(0xc, 0);

    final int code;
    final int offset;

    AluOp(int code, int offset) {
        this.code = code;
        this.offset = offset;
    }
}

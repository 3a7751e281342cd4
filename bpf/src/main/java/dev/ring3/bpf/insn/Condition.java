package dev.ring3.bpf.insn;

/** The conditions of RFC 9669 section 4.3; those named {@code SIGNED} compare as signed numbers. */
public enum Condition {
    EQUAL(0x1, "eq"),
    GREATER(0x2, "gt"),
    GREATER_OR_EQUAL(0x3, "ge"),
    /** True if {@code left & right} is not zero. */
    BITS_SET(0x4, "set"),
    NOT_EQUAL(0x5, "ne"),
    SIGNED_GREATER(0x6, "sgt"),
    SIGNED_GREATER_OR_EQUAL(0x7, "sge"),
    LESS(0xa, "lt"),
    LESS_OR_EQUAL(0xb, "le"),
    SIGNED_LESS(0xc, "slt"),
    SIGNED_LESS_OR_EQUAL(0xd, "sle");

    final int code;
    private final String mnemonic;

    Condition(int code, String mnemonic) {
        this.code = code;
        this.mnemonic = mnemonic;
    }

    /** The part of the mnemonic after the {@code j}: {@code eq}, {@code sgt}. */
    public String mnemonic() {
        return mnemonic;
    }

    /** What the comparison gives for two values of the full width. */
    public boolean test(long left, long right) {
        return switch (this) {
            case EQUAL -> left == right;
            case GREATER -> Long.compareUnsigned(left, right) > 0;
            case GREATER_OR_EQUAL -> Long.compareUnsigned(left, right) >= 0;
            case BITS_SET -> (left & right) != 0;
            case NOT_EQUAL -> left != right;
            case SIGNED_GREATER -> left > right;
            case SIGNED_GREATER_OR_EQUAL -> left >= right;
            case LESS -> Long.compareUnsigned(left, right) < 0;
            case LESS_OR_EQUAL -> Long.compareUnsigned(left, right) <= 0;
            case SIGNED_LESS -> left < right;
            case SIGNED_LESS_OR_EQUAL -> left <= right;
        };
    }
}

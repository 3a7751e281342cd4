package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.AluOp;

/**
 * What a register may hold, as a signed number. The compiler's own, and coarser than the verifier's: it serves to choose
 * instructions, for programs that were never verified too.
 *
 * @param zeros how many of the lowest bits are zero: indices that go up by 8 end 8 before the end
 */
record JitRange(long low, long high, int zeros) {
    static final long INT_MAX = Integer.MAX_VALUE;
    static final long UNSIGNED_INT_MAX = 0xffff_ffffL;

    static final JitRange ALL = new JitRange(Long.MIN_VALUE, Long.MAX_VALUE);
    static final JitRange UNSIGNED_INT = new JitRange(0, UNSIGNED_INT_MAX);

    /** Addresses of this runtime's memory and lengths of pieces of it. */
    static final JitRange ADDRESS = new JitRange(0, 1L << 46);

    private static final int ZEROS_MAX = 32;

    /** The numbers between two that are multiples of a power of two; its ends may lie between multiples. */
    JitRange {
        long mask = (1L << zeros) - 1;
        if (low <= high - mask) { // otherwise there may be none, which only unreachable code sees
            low = (low + mask) & ~mask;
            high &= ~mask;
        }
    }

    JitRange(long low, long high) {
        this(low, high, 0);
    }

    static JitRange of(long value) {
        return new JitRange(value, value, Math.min(ZEROS_MAX, Long.numberOfTrailingZeros(value)));
    }

    boolean isConstant() {
        return low == high;
    }

    boolean isNotNegative() {
        return low >= 0;
    }

    boolean isIn(long min, long max) {
        return low >= min && high <= max;
    }

    /** Whether it fits 31 bits, so that signed and unsigned ints and longs of it are the same number. */
    boolean isPositiveInt() {
        return isIn(0, INT_MAX);
    }

    boolean isUnsignedInt() {
        return isIn(0, UNSIGNED_INT_MAX);
    }

    JitRange join(JitRange other) {
        return new JitRange(Math.min(low, other.low), Math.max(high, other.high), commonZeros(other));
    }

    private int commonZeros(JitRange other) {
        return Math.min(zeros, other.zeros);
    }

    private JitRange withZeros(int count) {
        return new JitRange(low, high, Math.clamp(count, 0, ZEROS_MAX));
    }

    /** Both hold; this one where they exclude each other, which only unreachable code sees. */
    JitRange meet(long min, long max) {
        long newLow = Math.max(low, min);
        long newHigh = Math.min(high, max);
        return newLow <= newHigh ? new JitRange(newLow, newHigh, zeros) : this;
    }

    /** The number moved, or everything where it may wrap around. */
    JitRange plus(JitRange other) {
        long newLow = low + other.low;
        long newHigh = high + other.high;
        boolean wraps = ((low ^ newLow) & (other.low ^ newLow)) < 0 || ((high ^ newHigh) & (other.high ^ newHigh)) < 0;
        return (wraps ? ALL : new JitRange(newLow, newHigh)).withZeros(commonZeros(other));
    }

    private JitRange negated() {
        return low == Long.MIN_VALUE ? ALL : new JitRange(-high, -low, zeros);
    }

    /** The low 32 bits without sign. */
    JitRange low32() {
        return isUnsignedInt() ? this : UNSIGNED_INT.withZeros(zeros);
    }

    /** The result of a 64-bit operation. */
    static JitRange alu64(AluOp op, JitRange a, JitRange b) {
        boolean notNegative = a.isNotNegative() && b.isNotNegative();
        return switch (op) {
            case MOV -> b;
            case ADD -> a.plus(b);
            case SUB -> b.low == Long.MIN_VALUE ? ALL.withZeros(a.commonZeros(b)) : a.plus(b.negated());
            case MUL ->
                (notNegative && Math.multiplyHigh(a.high, b.high) == 0 && a.high * b.high >= 0
                                ? new JitRange(a.low * b.low, a.high * b.high)
                                : ALL)
                        .withZeros(a.zeros + b.zeros);
            case AND -> and(a, b).withZeros(Math.max(a.zeros, b.zeros));
            case OR, XOR -> (notNegative ? new JitRange(0, bitsOf(a.high | b.high)) : ALL).withZeros(a.commonZeros(b));
            case LSH ->
                (a.isNotNegative() && b.isIn(0, 62) && a.high <= Long.MAX_VALUE >> b.high
                                ? new JitRange(a.low << b.low, a.high << b.high)
                                : ALL)
                        .withZeros(b.isIn(0, 63) ? a.zeros + (int) b.low : 0);
            case RSH -> rightShift(a, b);
            case ARSH -> b.isConstant() && b.isIn(0, 63) ? new JitRange(a.low >> b.low, a.high >> b.low) : ALL;
            case DIV -> notNegative && b.low > 0 ? new JitRange(a.low / b.high, a.high / b.low) : ALL;
            case MOD -> notNegative && b.low > 0 ? new JitRange(0, Math.min(a.high, b.high - 1)) : ALL;
            case SDIV, SMOD -> ALL;
        };
    }

    private static JitRange and(JitRange a, JitRange b) {
        if (a.isNotNegative() && b.isNotNegative()) {
            return new JitRange(0, Math.min(a.high, b.high));
        }
        return a.isNotNegative() ? new JitRange(0, a.high) : b.isNotNegative() ? new JitRange(0, b.high) : ALL;
    }

    private static JitRange rightShift(JitRange a, JitRange b) {
        if (!b.isIn(0, 63)) {
            return a.isNotNegative() ? new JitRange(0, a.high) : ALL;
        }
        if (a.isNotNegative()) {
            return new JitRange(a.low >> b.high, a.high >> b.low);
        }
        return b.low > 0 ? new JitRange(0, -1L >>> b.low) : ALL;
    }

    /** The result of a 32-bit operation; operands are taken without sign. */
    static JitRange alu32(AluOp op, JitRange dst, JitRange source) {
        JitRange a = dst.low32();
        JitRange b = source.low32();
        return switch (op) {
            case SDIV, SMOD -> UNSIGNED_INT;
            case ARSH -> a.isPositiveInt() && b.isIn(0, 31) ? alu64(op, a, b) : UNSIGNED_INT;
            case LSH, RSH -> b.isIn(0, 31) ? alu64(op, a, b).low32() : UNSIGNED_INT;
            case ADD -> // a negative immediate is a subtraction
                source.isConstant() && (int) source.low < 0
                        ? a.plus(signed32(source)).low32()
                        : a.plus(b).low32();
            case SUB, MUL, DIV, MOD, OR, AND, XOR, MOV -> alu64(op, a, b).low32();
        };
    }

    private static JitRange signed32(JitRange constant) {
        int value = (int) constant.low;
        return of(value);
    }

    /** All bits up to the highest that is set. */
    private static long bitsOf(long value) {
        return value == 0 ? 0 : -1L >>> Long.numberOfLeadingZeros(value);
    }
}

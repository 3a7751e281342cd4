package dev.ring3.bpf.verifier;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the bits of a 64-bit value ("tracked number"): a bit set in {@code mask} is unknown, any other is as
 * in {@code value}. It stands for the set of values {@code x} with {@code (x & ~mask) == value}; that set is never
 * empty, and {@code value} is its smallest member, {@code value | mask} its largest, unsigned.
 *
 * <p>Each operation contains every result that its operands' members can have, with wrap-around in 64 bits.
 *
 * <p>Source: the idea is that of Linux's {@code kernel/bpf/tnum.c}; H. Vishwanathan et al., "Sound, Precise, and Fast
 * Abstract Interpretation with Tristate Numbers" (CGO 2022), proves addition, subtraction and a multiplication.
 *
 * @param value the known bits that are 1; 0 where unknown
 * @param mask the unknown bits
 */
record Tnum(long value, long mask) {
    static final Tnum UNKNOWN = new Tnum(0, -1);
    static final Tnum ZERO = new Tnum(0, 0);

    /** From here on a product is only known by its trailing zeros: the exact sum has a term for each bit. */
    private static final int PRODUCT_TERMS_MAX = 24;

    Tnum {
        if ((value & mask) != 0) {
            throw new IllegalStateException("bits both known and unknown: %x of %x".formatted(value & mask, mask));
        }
    }

    static Tnum constant(long value) {
        return new Tnum(value, 0);
    }

    /** The bits that all values of an unsigned range share: the prefix of its ends. */
    static Tnum ofUnsignedRange(long min, long max) {
        long free = freeBits(min, max);
        return new Tnum(min & ~free, free);
    }

    /** The bits in which the values of an unsigned range may differ: those from the first in which its ends do. */
    static long freeBits(long min, long max) {
        return min == max ? 0 : -1L >>> Long.numberOfLeadingZeros(min ^ max);
    }

    /**
     * The smallest member that is not below {@code low}, unsigned; {@code low} must not be above the largest member.
     */
    static long ceiling(long value, long mask, long low) {
        long wrong = (low ^ value) & ~mask;
        if (wrong == 0) {
            return low;
        }
        long pivot = Long.highestOneBit(wrong);
        if ((value & pivot) == 0) {
            // The members have 0 where low has 1: only a carry into an unknown bit further up gets above low.
            pivot = Long.lowestOneBit(mask & ~low & -(pivot << 1));
        }
        return (low & -pivot) | pivot | (value & (pivot - 1));
    }

    /** The largest member that is not above {@code high}, unsigned; {@code high} must not be below the smallest. */
    static long floor(long value, long mask, long high) {
        return ~ceiling(~(value | mask), mask, ~high);
    }

    boolean isConstant() {
        return mask == 0;
    }

    boolean isUnknown() {
        return mask == -1;
    }

    boolean contains(long candidate) {
        return (candidate & ~mask) == value;
    }

    /** Whether every member of the other is one of this. */
    boolean contains(Tnum other) {
        return (other.mask & ~mask) == 0 && (other.value & ~mask) == value;
    }

    Tnum add(Tnum other) {
        long smallest = value + other.value;
        long unknown = mask + other.mask;
        // A bit of the sum varies where an operand's does, and where a carry may or may not arrive.
        long vary = ((smallest + unknown) ^ smallest) | mask | other.mask;
        return new Tnum(smallest & ~vary, vary);
    }

    Tnum subtract(Tnum other) {
        long difference = value - other.value;
        long vary = ((difference + mask) ^ (difference - other.mask)) | mask | other.mask;
        return new Tnum(difference & ~vary, vary);
    }

    Tnum negate() {
        return ZERO.subtract(this);
    }

    Tnum and(Tnum other) {
        long ones = value & other.value;
        return new Tnum(ones, (value | mask) & (other.value | other.mask) & ~ones);
    }

    Tnum or(Tnum other) {
        long ones = value | other.value;
        return new Tnum(ones, (mask | other.mask) & ~ones);
    }

    Tnum xor(Tnum other) {
        long vary = mask | other.mask;
        return new Tnum((value ^ other.value) & ~vary, vary);
    }

    Tnum not() {
        return new Tnum(~(value | mask), mask);
    }

    Tnum multiply(Tnum other) {
        int terms = Long.bitCount(value | mask);
        int otherTerms = Long.bitCount(other.value | other.mask);
        if (Math.min(terms, otherTerms) > PRODUCT_TERMS_MAX || isAnyMultiple() || other.isAnyMultiple()) {
            int zeros = trailingZeros() + other.trailingZeros();
            return zeros >= Long.SIZE ? ZERO : new Tnum(0, -1L << zeros);
        }
        return terms <= otherTerms ? sumOfTerms(other) : other.sumOfTerms(this);
    }

    /** Long multiplication: for each bit of this that may be 1, the other shifted by its place may be a term. */
    private Tnum sumOfTerms(Tnum other) {
        Tnum sum = ZERO;
        for (long bits = value | mask; bits != 0; bits &= bits - 1) {
            int place = Long.numberOfTrailingZeros(bits);
            Tnum with = sum.add(other.shiftLeft(place));
            sum = (value >>> place & 1) != 0 ? with : sum.union(with);
        }
        return sum;
    }

    /** Whether nothing but trailing zeros is known: such a factor hides all else of the other. */
    private boolean isAnyMultiple() {
        return value == 0 && mask != 0 && mask == -Long.lowestOneBit(mask);
    }

    private int trailingZeros() {
        return Long.numberOfTrailingZeros(value | mask);
    }

    /** The count is 0 to 63. */
    Tnum shiftLeft(int count) {
        return new Tnum(value << count, mask << count);
    }

    /** Logical; the count is 0 to 63. */
    Tnum shiftRight(int count) {
        return new Tnum(value >>> count, mask >>> count);
    }

    /**
     * Shifts the low {@code width} bits as a signed number of that width; the bits above are 0 in the result.
     *
     * @param count 0 to {@code width - 1}
     * @param width 1 to 64
     */
    Tnum arithmeticShiftRight(int count, int width) {
        int unused = Long.SIZE - width;
        // An unknown sign is set in the mask alone, so that copies of it are unknown as well.
        return new Tnum(value << unused >> unused >> count, mask << unused >> unused >> count)
                .and(new Tnum(-1L >>> unused, 0));
    }

    /** Copies the top bit of the low {@code width} bits into all bits above it. */
    Tnum signExtend(int width) {
        int unused = Long.SIZE - width;
        return new Tnum(value << unused >> unused, mask << unused >> unused);
    }

    /** Keeps the low {@code bytes} bytes, 1 to 8; the others become 0. */
    Tnum truncate(int bytes) {
        long kept = -1L >>> (Long.SIZE - bytes * Byte.SIZE);
        return new Tnum(value & kept, mask & kept);
    }

    /** Reverses the low {@code bytes} bytes, 1 to 8; the others become 0. */
    Tnum reverseBytes(int bytes) {
        int unused = Long.SIZE - bytes * Byte.SIZE;
        return new Tnum(Long.reverseBytes(value) >>> unused, Long.reverseBytes(mask) >>> unused);
    }

    /** What both know; null if they contradict each other. */
    @Nullable
    Tnum intersect(Tnum other) {
        if (((value ^ other.value) & ~mask & ~other.mask) != 0) {
            return null;
        }
        return new Tnum(value | other.value, mask & other.mask);
    }

    /** The smallest that contains both. */
    Tnum union(Tnum other) {
        long vary = mask | other.mask | (value ^ other.value);
        return new Tnum(value & ~vary, vary);
    }

    /** As Linux prints it: {@code (value; mask)}. */
    @Override
    public String toString() {
        return "(0x%x; 0x%x)".formatted(value, mask);
    }
}

package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a 64-bit number, as a set of values given by five views that hold at once: its bits
 * ({@link Tnum}), its unsigned and its signed range, and the unsigned and the signed range of its low half. In the
 * names, {@code u} is unsigned, {@code s} is signed, 32 is the low half.
 *
 * <p>The views are kept in step by {@link RangeBounds#normalise}, which nothing but constants bypasses. A range is
 * never empty: what can end in a contradiction ({@link #intersect}, {@link RangeRefinement}) says so with null.
 * Operations are sound, that is the result contains every value that the operation can give for members of its
 * operands. The result of a 32-bit operation has a zero upper half.
 *
 * <p>Immutable. The fields are flat, and {@code this} is returned where nothing changes, because a verifier makes
 * millions of these.
 */
final class Range {
    static final Range UNKNOWN = new Range(new RangeBounds());

    private static final int SMALL_MIN = -16;
    private static final int SMALL_MAX = 256;
    private static final Range[] SMALL = smallConstants();

    static final Range ZERO = constant(0);
    static final Range ONE = constant(1);

    /** The known bits that are 1, and the unknown bits, as in {@link Tnum}. */
    final long value;

    final long mask;
    final long umin;
    final long umax;
    final long smin;
    final long smax;
    final int umin32;
    final int umax32;
    final int smin32;
    final int smax32;

    /** Takes over bounds that are normalised. */
    Range(RangeBounds bounds) {
        value = bounds.value;
        mask = bounds.mask;
        umin = bounds.umin;
        umax = bounds.umax;
        smin = bounds.smin;
        smax = bounds.smax;
        umin32 = bounds.umin32;
        umax32 = bounds.umax32;
        smin32 = bounds.smin32;
        smax32 = bounds.smax32;
    }

    private Range(long constant) {
        value = constant;
        mask = 0;
        umin = constant;
        umax = constant;
        smin = constant;
        smax = constant;
        umin32 = (int) constant;
        umax32 = (int) constant;
        smin32 = (int) constant;
        smax32 = (int) constant;
    }

    static Range constant(long value) {
        return value >= SMALL_MIN && value <= SMALL_MAX ? SMALL[(int) value - SMALL_MIN] : new Range(value);
    }

    private static Range[] smallConstants() {
        Range[] small = new Range[SMALL_MAX - SMALL_MIN + 1];
        for (int i = 0; i < small.length; i++) {
            small[i] = new Range((long) i + SMALL_MIN);
        }
        return small;
    }

    /** All values from {@code min} to {@code max}, unsigned. */
    static Range unsigned(long min, long max) {
        requireOrder(Long.compareUnsigned(min, max) <= 0, min, max);
        RangeBounds bounds = new RangeBounds();
        bounds.meetUnsigned(min, max);
        return bounds.toRange();
    }

    /** All values from {@code min} to {@code max}, signed. */
    static Range signed(long min, long max) {
        requireOrder(min <= max, min, max);
        RangeBounds bounds = new RangeBounds();
        bounds.meetSigned(min, max);
        return bounds.toRange();
    }

    private static void requireOrder(boolean ordered, long min, long max) {
        if (!ordered) {
            throw new IllegalStateException("empty range from 0x%x to 0x%x".formatted(min, max));
        }
    }

    /** The values that have these bits. */
    static Range ofBits(Tnum bits) {
        RangeBounds bounds = new RangeBounds();
        bounds.setBits(bits);
        return bounds.toRange();
    }

    /** What a zero-extending load of that size can give. */
    static Range ofBytes(Size size) {
        return switch (size) {
            case BYTE -> RangeResize.UNSIGNED_BYTE;
            case HALF -> RangeResize.UNSIGNED_HALF;
            case WORD -> RangeResize.UNSIGNED_WORD;
            case DOUBLE -> UNKNOWN;
        };
    }

    /** What a sign-extending load of that size can give. */
    static Range ofSignedBytes(Size size) {
        return switch (size) {
            case BYTE -> RangeResize.SIGNED_BYTE;
            case HALF -> RangeResize.SIGNED_HALF;
            case WORD -> RangeResize.SIGNED_WORD;
            case DOUBLE -> UNKNOWN;
        };
    }

    Tnum bits() {
        return new Tnum(value, mask);
    }

    /** Unsigned: compare with {@link Long#compareUnsigned}. */
    long unsignedMin() {
        return umin;
    }

    /** Unsigned: compare with {@link Long#compareUnsigned}. */
    long unsignedMax() {
        return umax;
    }

    long signedMin() {
        return smin;
    }

    long signedMax() {
        return smax;
    }

    /** Of the low half, as 0 to {@code 0xffffffff}. */
    long unsignedMin32() {
        return Integer.toUnsignedLong(umin32);
    }

    /** Of the low half, as 0 to {@code 0xffffffff}. */
    long unsignedMax32() {
        return Integer.toUnsignedLong(umax32);
    }

    int signedMin32() {
        return smin32;
    }

    int signedMax32() {
        return smax32;
    }

    boolean isConstant() {
        return umin == umax;
    }

    /** Whether only one value of the low half is left. */
    boolean isConstant32() {
        return umin32 == umax32;
    }

    /** Whether nothing is known. */
    boolean isUnknown() {
        return equals(UNKNOWN);
    }

    /** The only value; there must be one. */
    long constantValue() {
        if (umin != umax) {
            throw new IllegalStateException("not a constant: " + this);
        }
        return umin;
    }

    /** The only value of the low half; there must be one. */
    int constantValue32() {
        if (umin32 != umax32) {
            throw new IllegalStateException("low half is not a constant: " + this);
        }
        return umin32;
    }

    boolean contains(long candidate) {
        int low = (int) candidate;
        return (candidate & ~mask) == value
                && Long.compareUnsigned(candidate, umin) >= 0
                && Long.compareUnsigned(candidate, umax) <= 0
                && candidate >= smin
                && candidate <= smax
                && Integer.compareUnsigned(low, umin32) >= 0
                && Integer.compareUnsigned(low, umax32) <= 0
                && low >= smin32
                && low <= smax32;
    }

    /** Whether each of the other's five views lies within this one's, so that each of its values is one of these. */
    boolean contains(Range other) {
        return (other.mask & ~mask) == 0
                && (other.value & ~mask) == value
                && Long.compareUnsigned(other.umin, umin) >= 0
                && Long.compareUnsigned(other.umax, umax) <= 0
                && other.smin >= smin
                && other.smax <= smax
                && Integer.compareUnsigned(other.umin32, umin32) >= 0
                && Integer.compareUnsigned(other.umax32, umax32) <= 0
                && other.smin32 >= smin32
                && other.smax32 <= smax32;
    }

    /** What {@code this op right} can be; shift counts, division by zero and overflow as in {@link AluOp}. */
    Range alu(Width width, AluOp op, Range right) {
        return RangeAlu.apply(width, op, this, right);
    }

    Range negate(Width width) {
        return RangeAlu.apply(width, AluOp.SUB, ZERO, this);
    }

    /** The low {@code from} bytes as a signed number, extended to the width. */
    Range signExtend(Size from, Width width) {
        return RangeResize.signExtend(this, from, width);
    }

    /** The byte swap of a little-endian host; bytes above the size become zero. */
    Range swap(SwapKind kind, Size size) {
        return kind == SwapKind.TO_LITTLE_ENDIAN ? truncate(size) : RangeResize.reverseBytes(this, size);
    }

    /** The low bytes; those above become zero. */
    Range truncate(Size size) {
        return RangeResize.truncate(this, size);
    }

    /** The low half; the upper half becomes zero. */
    Range truncate32() {
        return RangeResize.truncate32(this);
    }

    /** A range that contains both: in each view the smallest. */
    Range union(Range other) {
        if (contains(other)) {
            return this;
        }
        if (other.contains(this)) {
            return other;
        }
        RangeBounds bounds = new RangeBounds(this);
        bounds.join(other);
        return bounds.toRange();
    }

    /** The values that are in both; null if there are none. */
    @Nullable
    Range intersect(Range other) {
        if (other.contains(this)) {
            return this;
        }
        RangeBounds bounds = new RangeBounds(this);
        return bounds.meet(other) && bounds.normalise() ? bounds.toRange(this, other) : null;
    }

    /** What is known before {@code this condition right} is tested. */
    RangeTruth test(Width width, Condition condition, Range right) {
        return RangeComparison.test(width, condition, this, right);
    }

    /**
     * What the outcome of a comparison says of its two sides.
     *
     * @param holds whether {@code left condition right} is true
     * @return null if no values of the two have this outcome
     */
    static @Nullable RangePair refine(Width width, Condition condition, Range left, Range right, boolean holds) {
        return RangeRefinement.refine(width, condition, left, right, holds);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Range range
                        && value == range.value
                        && mask == range.mask
                        && umin == range.umin
                        && umax == range.umax
                        && smin == range.smin
                        && smax == range.smax
                        && umin32 == range.umin32
                        && umax32 == range.umax32
                        && smin32 == range.smin32
                        && smax32 == range.smax32);
    }

    @Override
    public int hashCode() {
        long hash = value;
        hash = hash * 31 + mask;
        hash = hash * 31 + umin;
        hash = hash * 31 + umax;
        hash = hash * 31 + smin;
        hash = hash * 31 + smax;
        hash = hash * 31 + umin32;
        hash = hash * 31 + umax32;
        hash = hash * 31 + smin32;
        hash = hash * 31 + smax32;
        return Long.hashCode(hash);
    }

    /** For people: {@code 5}, {@code [-8, 7]}, {@code any}; only what does not follow from what stands before it. */
    @Override
    public String toString() {
        return RangeText.of(this);
    }
}

package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Width;

/** Comparisons of ranges, before they are made. */
final class RangeComparison {
    private RangeComparison() {}

    static RangeTruth test(Width width, Condition condition, Range left, Range right) {
        boolean wide = width == Width.BITS_64;
        return switch (condition) {
            case EQUAL -> wide ? equal(left, right) : equal32(left, right);
            case NOT_EQUAL -> not(wide ? equal(left, right) : equal32(left, right));
            case BITS_SET -> bitsSet(wide, left, right);
            case LESS -> wide ? less(left, right) : less32(left, right);
            case GREATER -> wide ? less(right, left) : less32(right, left);
            case LESS_OR_EQUAL -> not(wide ? less(right, left) : less32(right, left));
            case GREATER_OR_EQUAL -> not(wide ? less(left, right) : less32(left, right));
            case SIGNED_LESS -> wide ? signedLess(left, right) : signedLess32(left, right);
            case SIGNED_GREATER -> wide ? signedLess(right, left) : signedLess32(right, left);
            case SIGNED_LESS_OR_EQUAL -> not(wide ? signedLess(right, left) : signedLess32(right, left));
            case SIGNED_GREATER_OR_EQUAL -> not(wide ? signedLess(left, right) : signedLess32(left, right));
        };
    }

    private static RangeTruth not(RangeTruth truth) {
        return switch (truth) {
            case ALWAYS -> RangeTruth.NEVER;
            case NEVER -> RangeTruth.ALWAYS;
            case SOMETIMES -> RangeTruth.SOMETIMES;
        };
    }

    private static RangeTruth of(boolean always, boolean never) {
        return always ? RangeTruth.ALWAYS : never ? RangeTruth.NEVER : RangeTruth.SOMETIMES;
    }

    private static RangeTruth equal(Range left, Range right) {
        if (left.isConstant() && right.isConstant()) {
            return left.umin == right.umin ? RangeTruth.ALWAYS : RangeTruth.NEVER;
        }
        boolean apart = ((left.value ^ right.value) & ~left.mask & ~right.mask) != 0
                || Long.compareUnsigned(left.umax, right.umin) < 0
                || Long.compareUnsigned(right.umax, left.umin) < 0
                || left.smax < right.smin
                || right.smax < left.smin
                || apart32(left, right);
        return apart ? RangeTruth.NEVER : RangeTruth.SOMETIMES;
    }

    private static RangeTruth equal32(Range left, Range right) {
        if (left.isConstant32() && right.isConstant32()) {
            return left.umin32 == right.umin32 ? RangeTruth.ALWAYS : RangeTruth.NEVER;
        }
        boolean apart = (int) ((left.value ^ right.value) & ~left.mask & ~right.mask) != 0 || apart32(left, right);
        return apart ? RangeTruth.NEVER : RangeTruth.SOMETIMES;
    }

    private static boolean apart32(Range left, Range right) {
        return Integer.compareUnsigned(left.umax32, right.umin32) < 0
                || Integer.compareUnsigned(right.umax32, left.umin32) < 0
                || left.smax32 < right.smin32
                || right.smax32 < left.smin32;
    }

    private static RangeTruth bitsSet(boolean wide, Range left, Range right) {
        long compared = wide ? -1 : RangeBounds.LOW_HALF;
        long leftMay = left.value | left.mask;
        long rightMay = right.value | right.mask;
        if ((leftMay & rightMay & compared) == 0) {
            return RangeTruth.NEVER;
        }
        // A number that is not zero and has no bit beyond those known to be set in the other.
        boolean always = (left.value & right.value & compared) != 0
                || (isNonZero(wide, left) && (leftMay & ~right.value & compared) == 0)
                || (isNonZero(wide, right) && (rightMay & ~left.value & compared) == 0);
        return always ? RangeTruth.ALWAYS : RangeTruth.SOMETIMES;
    }

    private static boolean isNonZero(boolean wide, Range range) {
        return wide ? range.umin != 0 : range.umin32 != 0;
    }

    private static RangeTruth less(Range left, Range right) {
        return of(Long.compareUnsigned(left.umax, right.umin) < 0, Long.compareUnsigned(left.umin, right.umax) >= 0);
    }

    private static RangeTruth less32(Range left, Range right) {
        return of(
                Integer.compareUnsigned(left.umax32, right.umin32) < 0,
                Integer.compareUnsigned(left.umin32, right.umax32) >= 0);
    }

    private static RangeTruth signedLess(Range left, Range right) {
        return of(left.smax < right.smin, left.smin >= right.smax);
    }

    private static RangeTruth signedLess32(Range left, Range right) {
        return of(left.smax32 < right.smin32, left.smin32 >= right.smax32);
    }
}

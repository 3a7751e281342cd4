package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Width;
import org.jspecify.annotations.Nullable;

/**
 * What a branch teaches: the values with which a comparison can have the outcome it had. Every condition comes down
 * to one of five: equal, not equal, less, signed less (either strict or not) and common bits.
 */
final class RangeRefinement {
    private final Range left;
    private final Range right;
    private final RangeBounds newLeft;
    private final RangeBounds newRight;

    private RangeRefinement(Range left, Range right) {
        this.left = left;
        this.right = right;
        newLeft = new RangeBounds(left);
        newRight = new RangeBounds(right);
    }

    /** Null if the comparison cannot have that outcome. */
    static @Nullable RangePair refine(Width width, Condition condition, Range left, Range right, boolean holds) {
        return switch (condition) {
            case EQUAL -> holds ? equal(width, left, right) : notEqual(width, left, right);
            case NOT_EQUAL -> holds ? notEqual(width, left, right) : equal(width, left, right);
            case BITS_SET -> holds ? bitsSet(width, left, right) : bitsClear(width, left, right);
            case LESS -> holds ? less(width, left, right, 1) : swapped(less(width, right, left, 0));
            case GREATER -> holds ? swapped(less(width, right, left, 1)) : less(width, left, right, 0);
            case LESS_OR_EQUAL -> holds ? less(width, left, right, 0) : swapped(less(width, right, left, 1));
            case GREATER_OR_EQUAL -> holds ? swapped(less(width, right, left, 0)) : less(width, left, right, 1);
            case SIGNED_LESS -> holds ? signedLess(width, left, right, 1) : swapped(signedLess(width, right, left, 0));
            case SIGNED_GREATER ->
                holds ? swapped(signedLess(width, right, left, 1)) : signedLess(width, left, right, 0);
            case SIGNED_LESS_OR_EQUAL ->
                holds ? signedLess(width, left, right, 0) : swapped(signedLess(width, right, left, 1));
            case SIGNED_GREATER_OR_EQUAL ->
                holds ? swapped(signedLess(width, right, left, 0)) : signedLess(width, left, right, 1);
        };
    }

    private static @Nullable RangePair swapped(@Nullable RangePair pair) {
        return pair == null ? null : new RangePair(pair.right(), pair.left());
    }

    private @Nullable RangePair finish() {
        if ((newLeft.changed && !newLeft.normalise()) || (newRight.changed && !newRight.normalise())) {
            return null;
        }
        return new RangePair(newLeft.toRange(left), newRight.toRange(right));
    }

    private static @Nullable RangePair equal(Width width, Range left, Range right) {
        if (width == Width.BITS_64) {
            Range common = left.intersect(right);
            return common == null ? null : new RangePair(common, common);
        }
        RangeRefinement both = new RangeRefinement(left, right);
        return meetLowHalf(both.newLeft, right) && meetLowHalf(both.newRight, left) ? both.finish() : null;
    }

    private static boolean meetLowHalf(RangeBounds bounds, Range other) {
        bounds.meetUnsigned32(other.umin32, other.umax32);
        bounds.meetSigned32(other.smin32, other.smax32);
        return bounds.meetBits(other.value & RangeBounds.LOW_HALF, other.mask | ~RangeBounds.LOW_HALF);
    }

    private static @Nullable RangePair notEqual(Width width, Range left, Range right) {
        RangeRefinement both = new RangeRefinement(left, right);
        boolean possible = width == Width.BITS_64
                ? (!right.isConstant() || exclude(both.newLeft, right.umin))
                        && (!left.isConstant() || exclude(both.newRight, left.umin))
                : (!right.isConstant32() || exclude32(both.newLeft, right.umin32))
                        && (!left.isConstant32() || exclude32(both.newRight, left.umin32));
        return possible ? both.finish() : null;
    }

    /** A value inside a range cannot be left out, one at an end can; false if it was the only one. */
    private static boolean exclude(RangeBounds bounds, long value) {
        if (bounds.umin == bounds.umax) {
            return bounds.umin != value;
        }
        bounds.meetUnsigned(
                bounds.umin == value ? value + 1 : bounds.umin, bounds.umax == value ? value - 1 : bounds.umax);
        bounds.meetSigned(
                bounds.smin == value ? value + 1 : bounds.smin, bounds.smax == value ? value - 1 : bounds.smax);
        return true;
    }

    private static boolean exclude32(RangeBounds bounds, int value) {
        if (bounds.umin32 == bounds.umax32) {
            return bounds.umin32 != value;
        }
        bounds.meetUnsigned32(
                bounds.umin32 == value ? value + 1 : bounds.umin32, bounds.umax32 == value ? value - 1 : bounds.umax32);
        bounds.meetSigned32(
                bounds.smin32 == value ? value + 1 : bounds.smin32, bounds.smax32 == value ? value - 1 : bounds.smax32);
        return true;
    }

    /** Left is smaller than right by at least the gap, 0 or 1. */
    private static @Nullable RangePair less(Width width, Range left, Range right, int gap) {
        RangeRefinement both = new RangeRefinement(left, right);
        if (width == Width.BITS_64) {
            long largest = right.umax - gap;
            long smallest = left.umin + gap;
            if (Long.compareUnsigned(largest, right.umax) > 0 || Long.compareUnsigned(smallest, left.umin) < 0) {
                return null;
            }
            both.newLeft.meetUnsigned(0, largest);
            both.newRight.meetUnsigned(smallest, -1);
        } else {
            int largest = right.umax32 - gap;
            int smallest = left.umin32 + gap;
            if (Integer.compareUnsigned(largest, right.umax32) > 0
                    || Integer.compareUnsigned(smallest, left.umin32) < 0) {
                return null;
            }
            both.newLeft.meetUnsigned32(0, largest);
            both.newRight.meetUnsigned32(smallest, -1);
        }
        return both.finish();
    }

    private static @Nullable RangePair signedLess(Width width, Range left, Range right, int gap) {
        RangeRefinement both = new RangeRefinement(left, right);
        if (width == Width.BITS_64) {
            long largest = right.smax - gap;
            long smallest = left.smin + gap;
            if (largest > right.smax || smallest < left.smin) {
                return null;
            }
            both.newLeft.meetSigned(Long.MIN_VALUE, largest);
            both.newRight.meetSigned(smallest, Long.MAX_VALUE);
        } else {
            int largest = right.smax32 - gap;
            int smallest = left.smin32 + gap;
            if (largest > right.smax32 || smallest < left.smin32) {
                return null;
            }
            both.newLeft.meetSigned32(Integer.MIN_VALUE, largest);
            both.newRight.meetSigned32(smallest, Integer.MAX_VALUE);
        }
        return both.finish();
    }

    private static @Nullable RangePair bitsSet(Width width, Range left, Range right) {
        long compared = width == Width.BITS_64 ? -1 : RangeBounds.LOW_HALF;
        long common = (left.value | left.mask) & (right.value | right.mask) & compared;
        if (common == 0) {
            return null;
        }
        RangeRefinement both = new RangeRefinement(left, right);
        long lowest = Long.lowestOneBit(common);
        if (common == lowest && !(both.newLeft.meetBits(common, ~common) && both.newRight.meetBits(common, ~common))) {
            return null;
        }
        if (width == Width.BITS_64) {
            both.newLeft.meetUnsigned(lowest, -1);
            both.newRight.meetUnsigned(lowest, -1);
        } else {
            both.newLeft.meetUnsigned32((int) lowest, -1);
            both.newRight.meetUnsigned32((int) lowest, -1);
        }
        return both.finish();
    }

    private static @Nullable RangePair bitsClear(Width width, Range left, Range right) {
        long compared = width == Width.BITS_64 ? -1 : RangeBounds.LOW_HALF;
        RangeRefinement both = new RangeRefinement(left, right);
        return both.newLeft.meetBits(0, ~(right.value & compared))
                        && both.newRight.meetBits(0, ~(left.value & compared))
                ? both.finish()
                : null;
    }
}

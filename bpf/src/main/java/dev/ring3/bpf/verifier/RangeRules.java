package dev.ring3.bpf.verifier;

import static dev.ring3.bpf.verifier.RangeBounds.LOW_HALF;

/**
 * How the views of {@link RangeBounds} sharpen each other. Each rule moves an end of one view to the next value that
 * another view allows. Once no rule has anything to say, the ends are members of all views: {@code umin} is a value
 * that the number can have, hence the range is not empty.
 *
 * <ul>
 *   <li>bits to ranges: the next member of the {@link Tnum}, in all four orders;
 *   <li>unsigned and signed: both are arcs on the circle of 2^n values; cut at the two places where the orders break,
 *       the common part is two intervals, and the ends of those are the new bounds;
 *   <li>64 to 32 bits: a range of at most 2^32 values is an arc in the low half;
 *   <li>32 to 64 bits: an end whose low half is not allowed moves to the next low half that is;
 *   <li>ranges to bits: the prefix that both ends share.
 * </ul>
 */
final class RangeRules {
    private RangeRules() {}

    /** One round of all rules; false if no value is left. */
    static boolean apply(RangeBounds b) {
        return tightenByBits(b)
                && tightenByBits32(b)
                && tightenBySign(b)
                && tightenBySign32(b)
                && tightenLowHalf(b)
                && tightenByLowHalf(b)
                && tightenBits(b);
    }

    private static boolean tightenByBits(RangeBounds b) {
        long top = b.value | b.mask;
        if (Long.compareUnsigned(b.umin, top) > 0 || Long.compareUnsigned(b.umax, b.value) < 0) {
            return false;
        }
        b.meetUnsigned(Tnum.ceiling(b.value, b.mask, b.umin), Tnum.floor(b.value, b.mask, b.umax));
        // With the sign bit flipped, signed order is unsigned order. An unknown sign stays unknown.
        long flippedValue = b.mask < 0 ? b.value : b.value ^ Long.MIN_VALUE;
        long flippedMin = b.smin ^ Long.MIN_VALUE;
        long flippedMax = b.smax ^ Long.MIN_VALUE;
        if (Long.compareUnsigned(flippedMin, flippedValue | b.mask) > 0
                || Long.compareUnsigned(flippedMax, flippedValue) < 0) {
            return false;
        }
        b.meetSigned(
                Tnum.ceiling(flippedValue, b.mask, flippedMin) ^ Long.MIN_VALUE,
                Tnum.floor(flippedValue, b.mask, flippedMax) ^ Long.MIN_VALUE);
        return true;
    }

    private static boolean tightenByBits32(RangeBounds b) {
        long low = b.value & LOW_HALF;
        long free = b.mask & LOW_HALF;
        long min = Integer.toUnsignedLong(b.umin32);
        long max = Integer.toUnsignedLong(b.umax32);
        if (min > (low | free) || max < low) {
            return false;
        }
        b.meetUnsigned32((int) Tnum.ceiling(low, free, min), (int) Tnum.floor(low, free, max));
        long flippedLow = (int) b.mask < 0 ? low : low ^ 0x8000_0000L;
        long flippedMin = Integer.toUnsignedLong(b.smin32 ^ Integer.MIN_VALUE);
        long flippedMax = Integer.toUnsignedLong(b.smax32 ^ Integer.MIN_VALUE);
        if (flippedMin > (flippedLow | free) || flippedMax < flippedLow) {
            return false;
        }
        b.meetSigned32(
                (int) Tnum.ceiling(flippedLow, free, flippedMin) ^ Integer.MIN_VALUE,
                (int) Tnum.floor(flippedLow, free, flippedMax) ^ Integer.MIN_VALUE);
        return true;
    }

    private static boolean tightenBySign(RangeBounds b) {
        if (b.umin == b.smin && b.umax == b.smax) {
            return true;
        }
        long plusMin = Math.max(b.umin, Math.max(b.smin, 0));
        long plusMax = Math.min(b.umax < 0 ? Long.MAX_VALUE : b.umax, b.smax);
        boolean plus = b.umin >= 0 && plusMin <= plusMax;
        long minusMin = Math.max(b.umin < 0 ? b.umin : Long.MIN_VALUE, b.smin);
        long minusMax = Math.min(b.umax, Math.min(b.smax, -1));
        boolean minus = b.umax < 0 && minusMin <= minusMax;
        if (!plus && !minus) {
            return false;
        }
        b.meetUnsigned(plus ? plusMin : minusMin, minus ? minusMax : plusMax);
        b.meetSigned(minus ? minusMin : plusMin, plus ? plusMax : minusMax);
        return true;
    }

    private static boolean tightenBySign32(RangeBounds b) {
        if (b.umin32 == b.smin32 && b.umax32 == b.smax32) {
            return true;
        }
        int plusMin = Math.max(b.umin32, Math.max(b.smin32, 0));
        int plusMax = Math.min(b.umax32 < 0 ? Integer.MAX_VALUE : b.umax32, b.smax32);
        boolean plus = b.umin32 >= 0 && plusMin <= plusMax;
        int minusMin = Math.max(b.umin32 < 0 ? b.umin32 : Integer.MIN_VALUE, b.smin32);
        int minusMax = Math.min(b.umax32, Math.min(b.smax32, -1));
        boolean minus = b.umax32 < 0 && minusMin <= minusMax;
        if (!plus && !minus) {
            return false;
        }
        b.meetUnsigned32(plus ? plusMin : minusMin, minus ? minusMax : plusMax);
        b.meetSigned32(minus ? minusMin : plusMin, plus ? plusMax : minusMax);
        return true;
    }

    private static boolean tightenLowHalf(RangeBounds b) {
        if (Long.compareUnsigned(b.umax - b.umin, LOW_HALF) <= 0) {
            b.meetArc32((int) b.umin, (int) b.umax);
        }
        if (Long.compareUnsigned(b.smax - b.smin, LOW_HALF) <= 0) {
            b.meetArc32((int) b.smin, (int) b.smax);
        }
        return Integer.compareUnsigned(b.umin32, b.umax32) <= 0 && b.smin32 <= b.smax32 && tightenBySign32(b);
    }

    private static boolean tightenByLowHalf(RangeBounds b) {
        long newUmin = atLeast(b, b.umin);
        long newUmax = atMost(b, b.umax);
        long newSmin = atLeast(b, b.smin);
        long newSmax = atMost(b, b.smax);
        if (Long.compareUnsigned(newUmin, b.umin) < 0
                || Long.compareUnsigned(newUmax, b.umax) > 0
                || newSmin < b.smin
                || newSmax > b.smax) {
            return false;
        }
        b.meetUnsigned(newUmin, newUmax);
        b.meetSigned(newSmin, newSmax);
        return Long.compareUnsigned(b.umin, b.umax) <= 0 && b.smin <= b.smax;
    }

    /** The next value, upwards and with wrap-around, whose low half is allowed. */
    private static long atLeast(RangeBounds b, long bound) {
        int low = (int) bound;
        long upper = bound & ~LOW_HALF;
        if (Integer.compareUnsigned(low, b.umin32) < 0) {
            return upper | Integer.toUnsignedLong(b.umin32);
        }
        if (Integer.compareUnsigned(low, b.umax32) > 0) {
            return (upper + LOW_HALF + 1) | Integer.toUnsignedLong(b.umin32);
        }
        // The allowed low halves may have a hole in the middle, from the signed maximum to the signed minimum.
        return low > b.smax32 || low < b.smin32 ? upper | Integer.toUnsignedLong(b.smin32) : bound;
    }

    /** The next value, downwards and with wrap-around, whose low half is allowed. */
    private static long atMost(RangeBounds b, long bound) {
        int low = (int) bound;
        long upper = bound & ~LOW_HALF;
        if (Integer.compareUnsigned(low, b.umax32) > 0) {
            return upper | Integer.toUnsignedLong(b.umax32);
        }
        if (Integer.compareUnsigned(low, b.umin32) < 0) {
            return (upper - LOW_HALF - 1) | Integer.toUnsignedLong(b.umax32);
        }
        return low > b.smax32 || low < b.smin32 ? upper | Integer.toUnsignedLong(b.smax32) : bound;
    }

    private static boolean tightenBits(RangeBounds b) {
        long free = Tnum.freeBits(b.umin, b.umax);
        long low = Integer.toUnsignedLong(b.umin32);
        long freeLow = Tnum.freeBits(low, Integer.toUnsignedLong(b.umax32)) | ~LOW_HALF;
        return b.meetBits(b.umin & ~free, free) && b.meetBits(low & ~freeLow, freeLow);
    }
}

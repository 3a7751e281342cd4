package dev.ring3.bpf.verifier;

/**
 * A {@link Range} in the making: five views of one number, which operations fill in and {@link #normalise} brings into
 * step. New bounds know nothing; a {@code meet} adds knowledge and never takes any away. Confined to one operation.
 */
final class RangeBounds {
    /** Rules feed each other, rarely more than twice; stopping early loses precision and nothing else. */
    private static final int ROUNDS_MAX = 6;

    static final long LOW_HALF = 0xffff_ffffL;

    long value;
    long mask;
    long umin;
    long umax;
    long smin;
    long smax;
    int umin32;
    int umax32;
    int smin32;
    int smax32;

    /** Whether a rule found something since the round began. */
    boolean changed;

    RangeBounds() {
        mask = -1;
        umax = -1;
        smin = Long.MIN_VALUE;
        smax = Long.MAX_VALUE;
        umax32 = -1;
        smin32 = Integer.MIN_VALUE;
        smax32 = Integer.MAX_VALUE;
    }

    RangeBounds(Range range) {
        value = range.value;
        mask = range.mask;
        umin = range.umin;
        umax = range.umax;
        smin = range.smin;
        smax = range.smax;
        umin32 = range.umin32;
        umax32 = range.umax32;
        smin32 = range.smin32;
        smax32 = range.smax32;
    }

    /** Normalises what must not be empty; if it is, an operand had no values, and then anything is a sound result. */
    Range toRange() {
        return normalise() ? new Range(this) : Range.UNKNOWN;
    }

    /** Normalised bounds, or one of the candidates if that is the same. */
    Range toRange(Range first, Range second) {
        return isSame(first) ? first : isSame(second) ? second : new Range(this);
    }

    /** Normalised bounds, or the candidate if that is the same. */
    Range toRange(Range candidate) {
        return isSame(candidate) ? candidate : new Range(this);
    }

    private boolean isSame(Range range) {
        return umin == range.umin
                && umax == range.umax
                && mask == range.mask
                && value == range.value
                && smin == range.smin
                && smax == range.smax
                && umin32 == range.umin32
                && umax32 == range.umax32
                && smin32 == range.smin32
                && smax32 == range.smax32;
    }

    void setBits(Tnum bits) {
        value = bits.value();
        mask = bits.mask();
    }

    /** Adds bits that are known; false if they contradict those known already. */
    boolean meetBits(long otherValue, long otherMask) {
        if (((value ^ otherValue) & ~mask & ~otherMask) != 0) {
            return false;
        }
        value |= otherValue;
        if ((mask & ~otherMask) != 0) {
            mask &= otherMask;
            changed = true;
        }
        return true;
    }

    void meetUnsigned(long min, long max) {
        if (Long.compareUnsigned(min, umin) > 0) {
            umin = min;
            changed = true;
        }
        if (Long.compareUnsigned(max, umax) < 0) {
            umax = max;
            changed = true;
        }
    }

    void meetSigned(long min, long max) {
        if (min > smin) {
            smin = min;
            changed = true;
        }
        if (max < smax) {
            smax = max;
            changed = true;
        }
    }

    void meetUnsigned32(int min, int max) {
        if (Integer.compareUnsigned(min, umin32) > 0) {
            umin32 = min;
            changed = true;
        }
        if (Integer.compareUnsigned(max, umax32) < 0) {
            umax32 = max;
            changed = true;
        }
    }

    void meetSigned32(int min, int max) {
        if (min > smin32) {
            smin32 = min;
            changed = true;
        }
        if (max < smax32) {
            smax32 = max;
            changed = true;
        }
    }

    /** The values start, start + 1 and so on to end, with wrap-around: an interval in each order that it fits in. */
    void meetArc(long start, long end) {
        if (Long.compareUnsigned(start, end) <= 0) {
            meetUnsigned(start, end);
        }
        if (start <= end) {
            meetSigned(start, end);
        }
    }

    /** As {@link #meetArc}, for the low half. */
    void meetArc32(int start, int end) {
        if (Integer.compareUnsigned(start, end) <= 0) {
            meetUnsigned32(start, end);
        }
        if (start <= end) {
            meetSigned32(start, end);
        }
    }

    /** False if the two have no common value in some view. */
    boolean meet(Range other) {
        meetUnsigned(other.umin, other.umax);
        meetSigned(other.smin, other.smax);
        meetUnsigned32(other.umin32, other.umax32);
        meetSigned32(other.smin32, other.smax32);
        return meetBits(other.value, other.mask);
    }

    /** Takes in all values of the other: the one step that widens. */
    void join(Range other) {
        mask |= other.mask | (value ^ other.value);
        value &= ~mask;
        umin = Long.compareUnsigned(umin, other.umin) <= 0 ? umin : other.umin;
        umax = Long.compareUnsigned(umax, other.umax) >= 0 ? umax : other.umax;
        smin = Math.min(smin, other.smin);
        smax = Math.max(smax, other.smax);
        umin32 = Integer.compareUnsigned(umin32, other.umin32) <= 0 ? umin32 : other.umin32;
        umax32 = Integer.compareUnsigned(umax32, other.umax32) >= 0 ? umax32 : other.umax32;
        smin32 = Math.min(smin32, other.smin32);
        smax32 = Math.max(smax32, other.smax32);
    }

    /** Keeps what is known of the low half; the upper half becomes zero. */
    void zeroExtend32() {
        value &= LOW_HALF;
        mask &= LOW_HALF;
        umin = Integer.toUnsignedLong(umin32);
        umax = Integer.toUnsignedLong(umax32);
        smin = umin;
        smax = umax;
    }

    /** Brings the views into step; false if they leave no value. */
    boolean normalise() {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            if (hasEmptyView()) {
                return false;
            }
            if (umin >>> 31 == umax >>> 31) {
                return normaliseBlock();
            }
            changed = false;
            if (!RangeRules.apply(this)) {
                return false;
            }
            if (!changed) {
                return true;
            }
        }
        return !hasEmptyView();
    }

    private boolean hasEmptyView() {
        return Long.compareUnsigned(umin, umax) > 0
                || smin > smax
                || Integer.compareUnsigned(umin32, umax32) > 0
                || smin32 > smax32;
    }

    /** All values share bits 31 to 63: in each view they are the same interval, in the same order. */
    private boolean normaliseBlock() {
        long upper = umin & ~LOW_HALF;
        long min = Math.max(Math.max(umin, smin), upper | Integer.toUnsignedLong(umin32));
        long max = Math.min(Math.min(umax, smax), upper | Integer.toUnsignedLong(umax32));
        if (min > max || smin32 > (int) max || smax32 < (int) min) {
            return false;
        }
        min = smin32 > (int) min ? upper | Integer.toUnsignedLong(smin32) : min;
        max = smax32 < (int) max ? upper | Integer.toUnsignedLong(smax32) : max;
        if (Long.compareUnsigned(min, value | mask) > 0 || Long.compareUnsigned(max, value) < 0) {
            return false;
        }
        min = Tnum.ceiling(value, mask, min);
        max = Tnum.floor(value, mask, max);
        // A next member may lie in another block, but then it is beyond the other end.
        if (Long.compareUnsigned(min, max) > 0) {
            return false;
        }
        long free = Tnum.freeBits(min, max);
        mask &= free;
        value = min & ~mask;
        umin = min;
        umax = max;
        smin = min;
        smax = max;
        umin32 = (int) min;
        umax32 = (int) max;
        smin32 = (int) min;
        smax32 = (int) max;
        return true;
    }
}

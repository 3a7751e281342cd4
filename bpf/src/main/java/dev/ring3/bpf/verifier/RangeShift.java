package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Width;

/** Shifts of ranges. The count may be a range itself; only its low 5 or 6 bits count. */
final class RangeShift {
    private RangeShift() {}

    static Range left(Width width, Range left, Range right) {
        Range count = count(width, right);
        int min = (int) count.umin;
        int max = (int) count.umax;
        if (max == 0) {
            return width == Width.BITS_64 ? left : left.truncate32();
        }
        RangeBounds result = new RangeBounds();
        Tnum bits = left.bits();
        Tnum shifted = bits.shiftLeft(min);
        for (int i = min + 1; i <= max; i++) {
            shifted = count.contains(i) ? shifted.union(bits.shiftLeft(i)) : shifted;
        }
        result.setBits(shifted);
        meetLeft32(result, left, min, max);
        if (width == Width.BITS_64) {
            meetLeft(result, left, min, max);
        }
        return RangeAlu.finish(width, result);
    }

    private static void meetLeft(RangeBounds result, Range left, int min, int max) {
        if (min == Integer.SIZE && max == Integer.SIZE) { // the low half alone counts, as in a sign extension by shifts
            result.meetUnsigned((long) left.umin32 << Integer.SIZE, (long) left.umax32 << Integer.SIZE);
            result.meetSigned((long) left.smin32 << Integer.SIZE, (long) left.smax32 << Integer.SIZE);
            return;
        }
        if (left.umax << max >>> max == left.umax) {
            result.meetUnsigned(left.umin << min, left.umax << max);
        } else if (min == max && Long.compareUnsigned(left.umax - left.umin, -1L >>> min) <= 0) {
            result.meetArc(left.umin << min, left.umax << min);
        }
        if (left.smin << max >> max == left.smin && left.smax << max >> max == left.smax) {
            result.meetSigned(left.smin << (left.smin < 0 ? max : min), left.smax << (left.smax < 0 ? min : max));
        }
    }

    private static void meetLeft32(RangeBounds result, Range left, int min, int max) {
        if (max >= Integer.SIZE) {
            return;
        }
        if (left.umax32 << max >>> max == left.umax32) {
            result.meetUnsigned32(left.umin32 << min, left.umax32 << max);
        } else if (min == max && Integer.compareUnsigned(left.umax32 - left.umin32, -1 >>> min) <= 0) {
            result.meetArc32(left.umin32 << min, left.umax32 << min);
        }
        if (left.smin32 << max >> max == left.smin32 && left.smax32 << max >> max == left.smax32) {
            result.meetSigned32(
                    left.smin32 << (left.smin32 < 0 ? max : min), left.smax32 << (left.smax32 < 0 ? min : max));
        }
    }

    static Range right(Width width, Range left, Range right) {
        Range count = count(width, right);
        Range shiftee = width == Width.BITS_64 ? left : left.truncate32();
        int min = (int) count.umin;
        int max = (int) count.umax;
        if (max == 0) {
            return shiftee;
        }
        RangeBounds result = new RangeBounds();
        Tnum bits = shiftee.bits();
        Tnum shifted = bits.shiftRight(min);
        for (int i = min + 1; i <= max; i++) {
            shifted = count.contains(i) ? shifted.union(bits.shiftRight(i)) : shifted;
        }
        result.setBits(shifted);
        result.meetUnsigned(shiftee.umin >>> max, shiftee.umax >>> min);
        return result.toRange();
    }

    static Range arithmeticRight(Width width, Range left, Range right) {
        Range count = count(width, right);
        Range shiftee = width == Width.BITS_64 ? left : RangeResize.signExtend32(left);
        int min = (int) count.umin;
        int max = (int) count.umax;
        RangeBounds result = new RangeBounds();
        Tnum bits = shiftee.bits();
        Tnum shifted = bits.arithmeticShiftRight(min, Long.SIZE);
        for (int i = min + 1; i <= max; i++) {
            shifted = count.contains(i) ? shifted.union(bits.arithmeticShiftRight(i, Long.SIZE)) : shifted;
        }
        result.setBits(shifted);
        result.meetSigned(
                shiftee.smin >> (shiftee.smin < 0 ? min : max), shiftee.smax >> (shiftee.smax < 0 ? max : min));
        Range range = result.toRange();
        return width == Width.BITS_64 ? range : range.truncate32();
    }

    /** The count as it is masked to the width: never more than 31 or 63. */
    private static Range count(Width width, Range count) {
        long max = width.bits() - 1L;
        if (Long.compareUnsigned(count.umax, max) <= 0) {
            return count;
        }
        return RangeAlu.apply(Width.BITS_64, AluOp.AND, count, Range.constant(max));
    }
}

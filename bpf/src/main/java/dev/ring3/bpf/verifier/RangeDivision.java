package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Width;

/** Division and remainder of ranges, for every divisor: by zero gives 0, modulo zero leaves the dividend. */
final class RangeDivision {
    private RangeDivision() {}

    static Range divide(Width width, Range left, Range right) {
        Range dividend = width == Width.BITS_64 ? left : left.truncate32();
        Range divisor = width == Width.BITS_64 ? right : right.truncate32();
        if (divisor.umax == 0) {
            return Range.ZERO;
        }
        if (divisor.umin == divisor.umax && divisor.umin == 1) {
            return dividend;
        }
        RangeBounds result = new RangeBounds();
        if (divisor.umin == divisor.umax && Long.bitCount(divisor.umin) == 1) {
            result.setBits(dividend.bits().shiftRight(Long.numberOfTrailingZeros(divisor.umin)));
        }
        result.meetUnsigned(
                divisor.umin == 0 ? 0 : Long.divideUnsigned(dividend.umin, divisor.umax),
                divisor.umin == 0 ? dividend.umax : Long.divideUnsigned(dividend.umax, divisor.umin));
        return result.toRange();
    }

    static Range modulo(Width width, Range left, Range right) {
        Range dividend = width == Width.BITS_64 ? left : left.truncate32();
        Range divisor = width == Width.BITS_64 ? right : right.truncate32();
        if (divisor.umax == 0 || Long.compareUnsigned(dividend.umax, divisor.umin) < 0) {
            return dividend;
        }
        RangeBounds result = new RangeBounds();
        if (divisor.umin == 0) {
            result.meetUnsigned(0, dividend.umax);
        } else {
            long largest = divisor.umax - 1;
            result.meetUnsigned(0, Long.compareUnsigned(dividend.umax, largest) < 0 ? dividend.umax : largest);
        }
        if (divisor.umin == divisor.umax) {
            long by = divisor.umin;
            if (Long.divideUnsigned(dividend.umin, by) == Long.divideUnsigned(dividend.umax, by)) {
                result.meetUnsigned(
                        Long.remainderUnsigned(dividend.umin, by), Long.remainderUnsigned(dividend.umax, by));
            }
        }
        meetLowBits(result, dividend, divisor);
        return result.toRange();
    }

    /** A remainder differs from the dividend by a multiple of the divisor: below its trailing zeros nothing changes. */
    private static void meetLowBits(RangeBounds result, Range dividend, Range divisor) {
        int zeros = Long.numberOfTrailingZeros(divisor.value | divisor.mask);
        long changed = zeros >= Long.SIZE ? 0 : -1L << zeros;
        result.meetBits(dividend.value & ~changed, dividend.mask | changed);
    }

    static Range divideSigned(Width width, Range left, Range right) {
        Range dividend = width == Width.BITS_64 ? left : RangeResize.signExtend32(left);
        Range divisor = width == Width.BITS_64 ? right : RangeResize.signExtend32(right);
        Range quotient = dividend.smin >= 0 && divisor.smin >= 0
                ? divide(Width.BITS_64, dividend, divisor)
                : quotientSigned(dividend, divisor);
        return width == Width.BITS_64 ? quotient : quotient.truncate32();
    }

    private static Range quotientSigned(Range dividend, Range divisor) {
        if (divisor.umax == 0) {
            return Range.ZERO;
        }
        if (divisor.umin == divisor.umax && divisor.umin == -1) {
            return dividend.negate(Width.BITS_64);
        }
        if (dividend.smin == Long.MIN_VALUE && divisor.smin < 0 && divisor.smax >= -1) {
            // The quotient of the most negative number by -1 wraps around.
            return Range.UNKNOWN;
        }
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        if (divisor.smax > 0) {
            long smallest = Math.max(divisor.smin, 1);
            min = Math.min(min, dividend.smin / (dividend.smin < 0 ? smallest : divisor.smax));
            max = Math.max(max, dividend.smax / (dividend.smax < 0 ? divisor.smax : smallest));
        }
        if (divisor.smin < 0) {
            long smallest = Math.min(divisor.smax, -1);
            min = Math.min(min, dividend.smax / (dividend.smax < 0 ? divisor.smin : smallest));
            max = Math.max(max, dividend.smin / (dividend.smin < 0 ? smallest : divisor.smin));
        }
        if (divisor.smin <= 0 && divisor.smax >= 0) {
            min = Math.min(min, 0);
            max = Math.max(max, 0);
        }
        return Range.signed(min, max);
    }

    static Range moduloSigned(Width width, Range left, Range right) {
        Range dividend = width == Width.BITS_64 ? left : RangeResize.signExtend32(left);
        Range divisor = width == Width.BITS_64 ? right : RangeResize.signExtend32(right);
        Range remainder = dividend.smin >= 0 && divisor.smin >= 0
                ? modulo(Width.BITS_64, dividend, divisor)
                : remainderSigned(dividend, divisor);
        return width == Width.BITS_64 ? remainder : remainder.truncate32();
    }

    /** The remainder has the sign of the dividend and is smaller in amount than the divisor, whatever its sign. */
    private static Range remainderSigned(Range dividend, Range divisor) {
        if (divisor.umax == 0) {
            return dividend;
        }
        boolean mayBeZero = divisor.contains(0);
        // Amounts are negated, because the most negative number has no positive counterpart.
        long largest = Math.min(negativeAmount(divisor.smin), negativeAmount(divisor.smax));
        long smallest = divisor.smin > 0 ? -divisor.smin : divisor.smax < 0 ? divisor.smax : 0;
        if (dividend.smin > smallest && dividend.smax < -smallest && !mayBeZero) {
            return dividend;
        }
        long min = Math.min(dividend.smin, 0);
        long max = Math.max(dividend.smax, 0);
        if (!mayBeZero) {
            min = Math.max(min, largest + 1);
            max = Math.min(max, -(largest + 1));
        }
        RangeBounds result = new RangeBounds();
        result.meetSigned(min, max);
        meetLowBits(result, dividend, divisor);
        return result.toRange();
    }

    private static long negativeAmount(long value) {
        return value < 0 ? value : -value;
    }
}

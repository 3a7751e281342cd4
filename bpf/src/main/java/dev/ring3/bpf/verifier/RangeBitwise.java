package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Width;

/**
 * Bitwise operations on ranges. Beside what the bits say: {@code x & y} is at most each of the two and {@code x | y} at
 * least, unsigned; signed, {@code x & y} is at most the larger and {@code x | y} at least the smaller; and numbers that
 * fit n bits as signed ones stay so.
 */
final class RangeBitwise {
    private RangeBitwise() {}

    static Range and(Width width, Range left, Range right) {
        RangeBounds result = new RangeBounds();
        result.setBits(left.bits().and(right.bits()));
        result.meetUnsigned32(0, Integer.compareUnsigned(left.umax32, right.umax32) <= 0 ? left.umax32 : right.umax32);
        result.meetSigned32(signedFloor32(left, right), Math.max(left.smax32, right.smax32));
        if (width == Width.BITS_64) {
            result.meetUnsigned(0, Long.compareUnsigned(left.umax, right.umax) <= 0 ? left.umax : right.umax);
            result.meetSigned(signedFloor(left, right), Math.max(left.smax, right.smax));
        }
        return RangeAlu.finish(width, result);
    }

    static Range or(Width width, Range left, Range right) {
        RangeBounds result = new RangeBounds();
        result.setBits(left.bits().or(right.bits()));
        // Never more than the sum, if that does not wrap.
        int sum32 = left.umax32 + right.umax32;
        result.meetUnsigned32(
                Integer.compareUnsigned(left.umin32, right.umin32) >= 0 ? left.umin32 : right.umin32,
                Integer.compareUnsigned(sum32, left.umax32) >= 0 ? sum32 : -1);
        result.meetSigned32(Math.min(left.smin32, right.smin32), ~signedFloor32(left, right));
        if (width == Width.BITS_64) {
            long sum = left.umax + right.umax;
            result.meetUnsigned(
                    Long.compareUnsigned(left.umin, right.umin) >= 0 ? left.umin : right.umin,
                    Long.compareUnsigned(sum, left.umax) >= 0 ? sum : -1);
            result.meetSigned(Math.min(left.smin, right.smin), ~signedFloor(left, right));
        }
        return RangeAlu.finish(width, result);
    }

    static Range xor(Width width, Range left, Range right) {
        RangeBounds result = new RangeBounds();
        result.setBits(left.bits().xor(right.bits()));
        int sum32 = left.umax32 + right.umax32;
        result.meetUnsigned32(0, Integer.compareUnsigned(sum32, left.umax32) >= 0 ? sum32 : -1);
        result.meetSigned32(signedFloor32(left, right), ~signedFloor32(left, right));
        if (width == Width.BITS_64) {
            long sum = left.umax + right.umax;
            result.meetUnsigned(0, Long.compareUnsigned(sum, left.umax) >= 0 ? sum : -1);
            result.meetSigned(signedFloor(left, right), ~signedFloor(left, right));
        }
        return RangeAlu.finish(width, result);
    }

    /** The smallest number of as many bits as the signed values of both fit in; its complement is the largest. */
    private static long signedFloor(Range left, Range right) {
        long used = magnitude(left.smin) | magnitude(left.smax) | magnitude(right.smin) | magnitude(right.smax);
        return ~Tnum.freeBits(0, used);
    }

    private static int signedFloor32(Range left, Range right) {
        long used = magnitude(left.smin32) | magnitude(left.smax32) | magnitude(right.smin32) | magnitude(right.smax32);
        return (int) ~Tnum.freeBits(0, used);
    }

    /** The bits that differ from the sign. */
    private static long magnitude(long value) {
        return value ^ (value >> (Long.SIZE - 1));
    }
}

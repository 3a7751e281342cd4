package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;

/** Truncation, sign extension and byte swaps of ranges, and what loads of each size can give. */
final class RangeResize {
    static final Range UNSIGNED_BYTE = Range.unsigned(0, 0xff);
    static final Range UNSIGNED_HALF = Range.unsigned(0, 0xffff);
    static final Range UNSIGNED_WORD = Range.unsigned(0, 0xffff_ffffL);
    static final Range SIGNED_BYTE = Range.signed(Byte.MIN_VALUE, Byte.MAX_VALUE);
    static final Range SIGNED_HALF = Range.signed(Short.MIN_VALUE, Short.MAX_VALUE);
    static final Range SIGNED_WORD = Range.signed(Integer.MIN_VALUE, Integer.MAX_VALUE);

    private RangeResize() {}

    static Range truncate32(Range range) {
        if (range.umax >>> Integer.SIZE == 0) {
            return range;
        }
        if (range.umin32 == range.umax32) {
            return Range.constant(range.unsignedMin32());
        }
        RangeBounds result = new RangeBounds(range);
        result.zeroExtend32();
        return result.toRange();
    }

    static Range truncate(Range range, Size size) {
        if (size == Size.DOUBLE) {
            return range;
        }
        if (size == Size.WORD) {
            return truncate32(range);
        }
        long max = (1L << size.bits()) - 1;
        if (Long.compareUnsigned(range.umax, max) <= 0) {
            return range;
        }
        RangeBounds result = new RangeBounds();
        result.setBits(range.bits().truncate(size.bytes()));
        result.meetUnsigned(0, max);
        meetTruncatedArc(result, range.umin, range.umax, max);
        meetTruncatedArc(result, range.smin, range.smax, max);
        meetTruncatedArc(result, range.unsignedMin32(), range.unsignedMax32(), max);
        meetTruncatedArc(result, range.smin32, range.smax32, max);
        return result.toRange();
    }

    private static void meetTruncatedArc(RangeBounds result, long start, long end, long max) {
        if (Long.compareUnsigned(end - start, max) <= 0 && (start & max) <= (end & max)) {
            result.meetUnsigned(start & max, end & max);
        }
    }

    /** The low half as a signed number. */
    static Range signExtend32(Range range) {
        if (range.smin == range.smin32 && range.smax == range.smax32) {
            return range;
        }
        RangeBounds result = new RangeBounds();
        result.setBits(range.bits().signExtend(Integer.SIZE));
        result.umin32 = range.umin32;
        result.umax32 = range.umax32;
        result.smin32 = range.smin32;
        result.smax32 = range.smax32;
        result.meetSigned(range.smin32, range.smax32);
        return result.toRange();
    }

    static Range signExtend(Range range, Size from, Width width) {
        Range extended = switch (from) {
            case DOUBLE -> range;
            case WORD -> signExtend32(range);
            case BYTE, HALF -> signExtendSmall(range, from.bits());
        };
        return width == Width.BITS_64 ? extended : truncate32(extended);
    }

    private static Range signExtendSmall(Range range, int bits) {
        long max = (1L << (bits - 1)) - 1;
        if (range.smin >= ~max && range.smax <= max) {
            return range;
        }
        RangeBounds result = new RangeBounds();
        result.setBits(range.bits().signExtend(bits));
        result.meetSigned(~max, max);
        meetExtendedArc(result, range.umin, range.umax, bits);
        meetExtendedArc(result, range.smin, range.smax, bits);
        meetExtendedArc(result, range.umin32, range.umin32 + (range.unsignedMax32() - range.unsignedMin32()), bits);
        meetExtendedArc(result, range.smin32, range.smax32, bits);
        return result.toRange();
    }

    private static void meetExtendedArc(RangeBounds result, long start, long end, int bits) {
        int unused = Long.SIZE - bits;
        long min = start << unused >> unused;
        long max = end << unused >> unused;
        if (Long.compareUnsigned(end - start, -1L >>> unused) <= 0 && min <= max) {
            result.meetSigned(min, max);
        }
    }

    static Range reverseBytes(Range range, Size size) {
        if (range.isConstant()) {
            return Range.constant(Long.reverseBytes(range.umin) >>> (Long.SIZE - size.bits()));
        }
        return size == Size.BYTE
                ? truncate(range, size)
                : Range.ofBits(range.bits().reverseBytes(size.bytes()));
    }
}

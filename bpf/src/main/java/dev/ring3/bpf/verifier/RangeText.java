package dev.ring3.bpf.verifier;

/** Ranges as people read them. */
final class RangeText {
    /** Numbers from here on are hexadecimal. */
    private static final long DECIMAL_MAX = 0xffff;

    private static final int SIGNED = 1;
    private static final int UNSIGNED = 1 << 1;
    private static final int SIGNED_32 = 1 << 2;
    private static final int UNSIGNED_32 = 1 << 3;
    private static final int BITS = 1 << 4;
    private static final int ALL = (1 << 5) - 1;

    /** The views that people read least come first. */
    private static final int[] DISPENSABLE = {BITS, UNSIGNED_32, SIGNED_32, UNSIGNED, SIGNED};

    private RangeText() {}

    /**
     * A constant as a number. Else the views that do not follow from the others: {@code [signed range]},
     * {@code u[unsigned range]}, {@code 32:[...]} and {@code u32:[...]} of the low half, {@code bits (value; mask)}. If
     * signed and unsigned range are the same, it is always there.
     */
    static String of(Range range) {
        if (range.isConstant()) {
            return number(range.umin);
        }
        boolean oneInterval = range.smin == range.umin && range.smax == range.umax;
        int told = ALL;
        for (int view : DISPENSABLE) {
            boolean kept = (oneInterval && view == SIGNED)
                    || !meaning(range, told & ~view).equals(range);
            told = kept ? told : told & ~view;
        }
        StringBuilder text = new StringBuilder();
        if ((told & SIGNED) != 0) {
            text.append(" [%s, %s]".formatted(number(range.smin), number(range.smax)));
        }
        if ((told & UNSIGNED) != 0) {
            text.append(" u[%s, %s]".formatted(unsignedNumber(range.umin), unsignedNumber(range.umax)));
        }
        if ((told & SIGNED_32) != 0) {
            text.append(" 32:[%s, %s]".formatted(number(range.smin32), number(range.smax32)));
        }
        if ((told & UNSIGNED_32) != 0) {
            text.append(" u32:[%s, %s]"
                    .formatted(unsignedNumber(range.unsignedMin32()), unsignedNumber(range.unsignedMax32())));
        }
        if ((told & BITS) != 0) {
            text.append(" bits ").append(range.bits());
        }
        return text.isEmpty() ? "any" : text.substring(1);
    }

    /** What one knows who reads only these views. */
    private static Range meaning(Range range, int views) {
        RangeBounds known = new RangeBounds();
        if ((views & SIGNED) != 0) {
            known.meetSigned(range.smin, range.smax);
        }
        if ((views & UNSIGNED) != 0) {
            known.meetUnsigned(range.umin, range.umax);
        }
        if ((views & SIGNED_32) != 0) {
            known.meetSigned32(range.smin32, range.smax32);
        }
        if ((views & UNSIGNED_32) != 0) {
            known.meetUnsigned32(range.umin32, range.umax32);
        }
        if ((views & BITS) != 0) {
            known.setBits(range.bits());
        }
        return known.toRange();
    }

    private static String number(long value) {
        return value < 0 ? "-" + unsignedNumber(-value) : unsignedNumber(value);
    }

    private static String unsignedNumber(long value) {
        return value >= 0 && value <= DECIMAL_MAX ? Long.toString(value) : "0x" + Long.toHexString(value);
    }
}

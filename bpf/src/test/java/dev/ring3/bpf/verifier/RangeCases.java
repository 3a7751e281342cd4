package dev.ring3.bpf.verifier;

import java.util.ArrayList;
import java.util.List;

/** Small ranges with all their values, placed where numbers are interesting. */
final class RangeCases {
    /** The signs and halves change here. */
    private static final long[] PLACES = {
        0, 1L << 7, 1L << 15, 1L << 31, 1L << 32, 3L << 31, 1L << 63, 0x1234_5678_8000_0000L
    };

    private RangeCases() {}

    /** A range, and the values that it was made of: it must contain these. */
    static final class Case {
        private final Range range;
        private final long[] members;

        Case(Range range, long... members) {
            this.range = range;
            this.members = members;
        }

        Range range() {
            return range;
        }

        long[] members() {
            return members;
        }

        @Override
        public String toString() {
            return range.toString();
        }
    }

    /** All intervals of a window of eight around each interesting place. */
    static List<Case> windows() {
        List<Case> cases = new ArrayList<>();
        for (long place : PLACES) {
            for (int from = -4; from < 4; from++) {
                for (int to = from; to < 4; to++) {
                    cases.add(interval(place + from, place + to));
                }
            }
        }
        return cases;
    }

    /** All intervals of 0 to 15, moved and multiplied so that they lie somewhere else. */
    static List<Case> fourBitIntervals(long offset) {
        List<Case> cases = new ArrayList<>();
        for (int from = 0; from < 16; from++) {
            for (int to = from; to < 16; to++) {
                cases.add(interval(from + offset, to + offset));
            }
        }
        return cases;
    }

    /** Intervals of bytes, signed and unsigned. */
    static List<Case> byteIntervals() {
        int[] ends = {-128, -127, -100, -64, -17, -16, -3, -2, -1, 0, 1, 2, 7, 8, 15, 16, 100, 127, 128, 200, 254, 255};
        List<Case> cases = new ArrayList<>();
        for (int from = 0; from < ends.length; from++) {
            for (int to = from; to < ends.length; to++) {
                cases.add(interval(ends[from], ends[to]));
            }
        }
        return cases;
    }

    /** From one number upwards to another, in whichever order has them so. */
    static Case interval(long from, long to) {
        long[] members = new long[(int) (to - from) + 1];
        for (int i = 0; i < members.length; i++) {
            members[i] = from + i;
        }
        return new Case(from <= to ? Range.signed(from, to) : Range.unsigned(from, to), members);
    }

    /** All tnums in which only the given number of bits from a place upwards are not as in the rest. */
    static List<Case> bits(int count, int place, long rest) {
        List<Case> cases = new ArrayList<>();
        for (Tnum small : tnums(count)) {
            long window = ((1L << count) - 1) << place;
            Tnum bits = new Tnum((rest & ~window) | small.value() << place, small.mask() << place);
            cases.add(new Case(Range.ofBits(bits), members(bits)));
        }
        return cases;
    }

    /** All tnums of so many bits: each bit is 0, 1 or unknown. */
    static List<Tnum> tnums(int count) {
        List<Tnum> tnums = new ArrayList<>();
        for (long mask = 0; mask < 1L << count; mask++) {
            for (long value = 0; value < 1L << count; value++) {
                if ((value & mask) == 0) {
                    tnums.add(new Tnum(value, mask));
                }
            }
        }
        return tnums;
    }

    /** All values of a tnum with few unknown bits. */
    static long[] members(Tnum bits) {
        long[] members = new long[1 << Long.bitCount(bits.mask())];
        long free = 0;
        for (int i = 0; i < members.length; i++) {
            members[i] = bits.value() | free;
            free = (free - bits.mask()) & bits.mask();
        }
        return members;
    }

    /** Every third case of a list: a selection small enough to be paired with another. */
    static List<Case> everyThird(List<Case> cases) {
        List<Case> some = new ArrayList<>();
        for (int i = 0; i < cases.size(); i += 3) {
            some.add(cases.get(i));
        }
        return some;
    }
}

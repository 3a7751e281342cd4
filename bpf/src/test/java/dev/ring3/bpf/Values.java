package dev.ring3.bpf;

import java.math.BigInteger;
import java.util.List;

/** Numbers at the edges of every width, and what they are as signed or unsigned numbers of some width. */
final class Values {
    /** Edges of 8, 16, 32 and 64 bits, shift counts around the widths, a few without pattern. */
    static final List<Long> BOUNDARIES = List.of(
            0L,
            1L,
            2L,
            3L,
            7L,
            31L,
            32L,
            33L,
            63L,
            64L,
            65L,
            0x7fL,
            0x80L,
            0xffL,
            0x100L,
            0x7fffL,
            0x8000L,
            0xffffL,
            0x1_0000L,
            0x7fff_ffffL,
            0x8000_0000L,
            0x8000_0001L,
            0xffff_ffffL,
            0x1_0000_0000L,
            0x1234_5678_9abc_def0L,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            Long.MIN_VALUE + 1,
            0xffff_ffff_0000_0000L,
            0xffff_ffff_7fff_ffffL,
            0xffff_ffff_8000_0000L,
            -3L,
            -2L,
            -1L);

    /** The same for the 32 bits of an immediate. */
    static final List<Integer> IMMEDIATES = List.of(
            0, 1, 2, 7, 31, 32, 33, 63, 64, 65, 0xff, 0x8000, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, -3, -2, -1);

    private Values() {}

    /** The low bits as a number that is not negative. */
    static BigInteger unsigned(long value, int bits) {
        return BigInteger.valueOf(value).mod(BigInteger.TWO.pow(bits));
    }

    /** The low bits as a number in two's complement. */
    static BigInteger signed(long value, int bits) {
        BigInteger unsigned = unsigned(value, bits);
        return unsigned.testBit(bits - 1) ? unsigned.subtract(BigInteger.TWO.pow(bits)) : unsigned;
    }
}

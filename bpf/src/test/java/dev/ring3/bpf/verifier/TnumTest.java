package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each operation on each pair of tnums of five bits, compared with the best that bits can say of its results. */
class TnumTest {
    private static final List<Tnum> SMALL = RangeCases.tnums(5);

    @Test
    void add_fiveBits_isBest() {
        assertBest(Tnum::add, Long::sum);
    }

    @Test
    void subtract_fiveBits_isBest() {
        assertBest(Tnum::subtract, (x, y) -> x - y);
    }

    @Test
    void and_fiveBits_isBest() {
        assertBest(Tnum::and, (x, y) -> x & y);
    }

    @Test
    void or_fiveBits_isBest() {
        assertBest(Tnum::or, (x, y) -> x | y);
    }

    @Test
    void xor_fiveBits_isBest() {
        assertBest(Tnum::xor, (x, y) -> x ^ y);
    }

    @Test
    void multiply_fiveBits_isMostlyBest() {
        assertThat(best(Tnum::multiply, (x, y) -> x * y)).isGreaterThan(SMALL.size() * SMALL.size() * 85 / 100);
    }

    @Test
    void multiply_unknownFactor_keepsTrailingZeros() {
        assertThat(Tnum.UNKNOWN.multiply(Tnum.constant(12))).isEqualTo(new Tnum(0, -4));
        assertThat(Tnum.UNKNOWN.multiply(Tnum.UNKNOWN)).isEqualTo(Tnum.UNKNOWN);
        assertThat(Tnum.UNKNOWN.shiftLeft(40).multiply(Tnum.UNKNOWN.shiftLeft(30)))
                .isEqualTo(Tnum.ZERO);
        Tnum wide = new Tnum(1, 0x7fff_ffff_ffff_fff0L);
        assertThat(wide.multiply(wide).contains(17 * 33)).isTrue();
    }

    @Test
    void negateAndNot_fiveBits_isBest() {
        assertBest(Tnum::negate, x -> -x);
        assertBest(Tnum::not, x -> ~x);
    }

    @Test
    void shifts_everyCount_isBest() {
        for (int i = 0; i < 64; i++) {
            int count = i;
            assertBest(bits -> bits.shiftLeft(count), x -> x << count);
            assertBest(bits -> bits.shiftLeft(59).shiftRight(count), x -> x << 59 >>> count);
            assertBest(bits -> bits.shiftLeft(59).arithmeticShiftRight(count, 64), x -> x << 59 >> count);
        }
        for (int i = 0; i < 32; i++) {
            int count = i;
            assertBest(
                    bits -> bits.shiftLeft(27).arithmeticShiftRight(count, 32),
                    x -> Integer.toUnsignedLong((int) (x << 27) >> count));
        }
    }

    @Test
    void resize_fiveBits_isBest() {
        for (int place : new int[] {0, 5, 14, 30, 59}) {
            assertBest(bits -> bits.shiftLeft(place).truncate(1), x -> x << place & 0xff);
            assertBest(bits -> bits.shiftLeft(place).truncate(4), x -> x << place & 0xffff_ffffL);
            assertBest(bits -> bits.shiftLeft(place).truncate(8), x -> x << place);
            assertBest(bits -> bits.shiftLeft(place).signExtend(8), x -> (byte) (x << place));
            assertBest(bits -> bits.shiftLeft(place).signExtend(32), x -> (int) (x << place));
            assertBest(bits -> bits.shiftLeft(place).reverseBytes(8), x -> Long.reverseBytes(x << place));
            assertBest(
                    bits -> bits.shiftLeft(place).reverseBytes(2),
                    x -> Short.toUnsignedLong(Short.reverseBytes((short) (x << place))));
        }
    }

    @Test
    void ofUnsignedRange_everyPair_isBest() {
        for (long min = 0; min < 64; min++) {
            for (long max = min; max < 64; max++) {
                Tnum best = Tnum.constant(min);
                for (long x = min; x <= max; x++) {
                    best = best.union(Tnum.constant(x));
                }
                assertThat(Tnum.ofUnsignedRange(min, max)).isEqualTo(best);
            }
        }
        assertThat(Tnum.ofUnsignedRange(0, -1)).isEqualTo(Tnum.UNKNOWN);
    }

    @Test
    void union_everyPair_isSmallestThatContainsBoth() {
        for (Tnum a : SMALL) {
            for (Tnum b : SMALL) {
                Tnum union = a.union(b);
                assertThat(union.contains(a) && union.contains(b)).isTrue();
                for (Tnum other : SMALL) {
                    if (other.contains(a) && other.contains(b) && !other.contains(union)) {
                        throw new AssertionError("%s or %s is %s, not %s".formatted(a, b, other, union));
                    }
                }
            }
        }
    }

    @Test
    void intersect_everyPair_hasTheCommonMembers() {
        for (Tnum a : SMALL) {
            for (Tnum b : SMALL) {
                Tnum common = a.intersect(b);
                for (long x = 0; x < 32; x++) {
                    boolean in = common != null && common.contains(x);
                    assertThat(in).isEqualTo(a.contains(x) && b.contains(x));
                }
            }
        }
    }

    @Test
    void contains_everyPair_isSubset() {
        for (Tnum a : SMALL) {
            for (Tnum b : SMALL) {
                boolean subset = true;
                for (long x : RangeCases.members(b)) {
                    subset &= a.contains(x);
                }
                assertThat(a.contains(b)).isEqualTo(subset);
            }
        }
    }

    @Test
    void ceilingAndFloor_everyBound_isTheNextMember() {
        for (Tnum a : SMALL) {
            for (long bound = 0; bound < 32; bound++) {
                long above = -1;
                long below = -1;
                for (long x : RangeCases.members(a)) {
                    above = x >= bound && above < 0 ? x : above;
                    below = x <= bound ? x : below;
                }
                if (above >= 0) {
                    assertThat(Tnum.ceiling(a.value(), a.mask(), bound)).isEqualTo(above);
                }
                if (below >= 0) {
                    assertThat(Tnum.floor(a.value(), a.mask(), bound)).isEqualTo(below);
                }
            }
        }
    }

    @Test
    void tnum_bitKnownAndUnknown_isRefused() {
        assertThatThrownBy(() -> new Tnum(3, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void toString_isThatOfLinux() {
        assertThat(new Tnum(0x10, 0xf)).hasToString("(0x10; 0xf)");
    }

    private static void assertBest(BinaryOperator<Tnum> tested, LongBinaryOperator reference) {
        assertThat(best(tested, reference)).isEqualTo(SMALL.size() * SMALL.size());
    }

    /** Of all pairs, for how many the result is the best; none may lose a value. */
    private static int best(BinaryOperator<Tnum> tested, LongBinaryOperator reference) {
        int exact = 0;
        for (Tnum a : SMALL) {
            for (Tnum b : SMALL) {
                Tnum best = Tnum.constant(reference.applyAsLong(a.value(), b.value()));
                for (long x : RangeCases.members(a)) {
                    for (long y : RangeCases.members(b)) {
                        best = best.union(Tnum.constant(reference.applyAsLong(x, y)));
                    }
                }
                Tnum result = tested.apply(a, b);
                if (!result.contains(best)) {
                    throw new AssertionError("%s and %s give %s, not %s".formatted(a, b, result, best));
                }
                exact += result.equals(best) ? 1 : 0;
            }
        }
        return exact;
    }

    private static void assertBest(UnaryOperator<Tnum> tested, LongUnaryOperator reference) {
        for (Tnum a : SMALL) {
            Tnum best = Tnum.constant(reference.applyAsLong(a.value()));
            for (long x : RangeCases.members(a)) {
                best = best.union(Tnum.constant(reference.applyAsLong(x)));
            }
            assertThat(tested.apply(a)).isEqualTo(best);
        }
    }
}

package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.verifier.RangeCases.Case;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No branch loses a pair of values that takes it, and no comparison is decided wrongly. */
class RangeRefinementTest {
    @ParameterizedTest
    @EnumSource
    void branch_intervalsAroundBoundaries_keepsEveryPair(Condition condition) {
        assertSound(condition, RangeCases.windows(), RangeCases.windows());
    }

    @ParameterizedTest
    @EnumSource
    void branch_fourBitIntervals_keepsEveryPair(Condition condition) {
        assertSound(condition, RangeCases.fourBitIntervals(0), RangeCases.fourBitIntervals(0));
        assertSound(condition, RangeCases.fourBitIntervals(-8), RangeCases.fourBitIntervals(-8));
        assertSound(condition, RangeCases.fourBitIntervals(0x7fff_fff8L), RangeCases.fourBitIntervals(0xffff_fff8L));
    }

    @ParameterizedTest
    @EnumSource
    void branch_byteIntervals_keepsEveryPair(Condition condition) {
        List<Case> bytes = RangeCases.everyThird(RangeCases.byteIntervals());
        List<Case> small = RangeCases.everyThird(RangeCases.fourBitIntervals(-8));
        assertSound(condition, bytes, small);
        assertSound(condition, small, bytes);
    }

    @ParameterizedTest
    @EnumSource
    void branch_bits_keepsEveryPair(Condition condition) {
        assertSound(condition, RangeCases.bits(5, 0, 0), RangeCases.bits(5, 0, 0));
        List<Case> odd = new ArrayList<>(RangeCases.bits(3, 0, -1));
        odd.addAll(RangeCases.bits(4, 30, 0));
        odd.addAll(RangeCases.bits(3, 30, -1));
        odd.addAll(RangeCases.bits(4, 60, 0));
        odd.addAll(RangeCases.bits(3, 60, -1));
        assertSound(condition, odd, odd);
        assertSound(condition, odd, RangeCases.windows());
    }

    @ParameterizedTest
    @EnumSource
    void test_constants_isDecidedExactly(Condition condition) {
        for (Case a : RangeCases.windows()) {
            for (Case b : RangeCases.windows()) {
                for (Width width : Width.values()) {
                    long x = a.members()[0];
                    long y = b.members()[0];
                    assertThat(Range.constant(x).test(width, condition, Range.constant(y)))
                            .isEqualTo(
                                    RangeReference.test(width, condition, x, y) ? RangeTruth.ALWAYS : RangeTruth.NEVER);
                }
            }
        }
    }

    /** A decided comparison has one branch only. */
    @ParameterizedTest
    @EnumSource
    void refine_decidedComparison_isNullOnTheOtherSide(Condition condition) {
        for (Case a : RangeCases.windows()) {
            for (Case b : RangeCases.windows()) {
                for (Width width : Width.values()) {
                    RangeTruth truth = a.range().test(width, condition, b.range());
                    if (truth != RangeTruth.SOMETIMES) {
                        assertThat(Range.refine(width, condition, a.range(), b.range(), truth == RangeTruth.NEVER))
                                .as("%s %s %s %s", a, condition, width, b)
                                .isNull();
                    }
                }
            }
        }
    }

    @Test
    void refine_nothingLearnt_returnsTheSameRanges() {
        Range left = Range.unsigned(0, 100);
        Range right = Range.constant(200);
        RangePair pair = Range.refine(Width.BITS_64, Condition.LESS, left, right, true);
        assertThat(pair).extracting(RangePair::left).isSameAs(left);
        assertThat(pair).extracting(RangePair::right).isSameAs(right);
    }

    private static void assertSound(Condition condition, List<Case> lefts, List<Case> rights) {
        for (Width width : Width.values()) {
            assertThat(RangeChecker.branches(lefts, rights, width, condition))
                    .as("%s %s", condition, width)
                    .isEmpty();
        }
    }
}

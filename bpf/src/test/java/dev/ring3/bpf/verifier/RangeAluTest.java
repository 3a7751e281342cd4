package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.verifier.RangeCases.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation on every pair of small ranges contains every result. */
class RangeAluTest {
    @ParameterizedTest
    @EnumSource
    void alu_intervalsAroundBoundaries_containsEveryResult(AluOp op) {
        assertSound(op, RangeCases.windows(), RangeCases.windows());
    }

    @ParameterizedTest
    @EnumSource
    void alu_fourBitIntervals_containsEveryResult(AluOp op) {
        assertSound(op, RangeCases.fourBitIntervals(0), RangeCases.fourBitIntervals(0));
        assertSound(op, RangeCases.fourBitIntervals(-8), RangeCases.fourBitIntervals(-8));
        assertSound(op, RangeCases.fourBitIntervals(0x7fff_fff8L), RangeCases.fourBitIntervals(-8));
        assertSound(op, RangeCases.fourBitIntervals(Long.MAX_VALUE - 7), RangeCases.fourBitIntervals(-8));
    }

    @ParameterizedTest
    @EnumSource
    void alu_byteIntervals_containsEveryResult(AluOp op) {
        List<Case> bytes = RangeCases.everyThird(RangeCases.byteIntervals());
        List<Case> small = RangeCases.everyThird(RangeCases.fourBitIntervals(-8));
        assertSound(op, bytes, small);
        assertSound(op, small, bytes);
    }

    @ParameterizedTest
    @EnumSource
    void alu_fiveBits_containsEveryResult(AluOp op) {
        assertSound(op, RangeCases.bits(5, 0, 0), RangeCases.bits(5, 0, 0));
    }

    @ParameterizedTest
    @EnumSource
    void alu_bitsInOddPlaces_containsEveryResult(AluOp op) {
        List<Case> small = new ArrayList<>(RangeCases.bits(3, 0, 0));
        small.addAll(RangeCases.bits(3, 0, -1));
        List<Case> odd = new ArrayList<>(small);
        odd.addAll(RangeCases.bits(4, 30, 0));
        odd.addAll(RangeCases.bits(4, 30, -1));
        odd.addAll(RangeCases.bits(4, 60, 0));
        odd.addAll(RangeCases.bits(4, 60, -1));
        assertSound(op, odd, odd);
    }

    @ParameterizedTest
    @EnumSource
    void alu_intervalsAndBits_containsEveryResult(AluOp op) {
        List<Case> bits = RangeCases.bits(4, 29, 0x5555_5555_5555_5555L);
        bits.addAll(RangeCases.bits(4, 0, 0));
        assertSound(op, RangeCases.windows(), bits);
        assertSound(op, bits, RangeCases.windows());
    }

    @ParameterizedTest
    @EnumSource
    void negate_everyCase_containsEveryResult(Width width) {
        List<Case> cases = RangeCases.windows();
        cases.addAll(RangeCases.bits(6, 0, 0));
        cases.addAll(RangeCases.bits(6, 29, 1));
        cases.addAll(RangeCases.bits(6, 58, 0));
        assertThat(RangeChecker.unary(
                        cases, range -> range.negate(width), x -> RangeReference.alu(width, AluOp.SUB, 0, x)))
                .isEmpty();
    }

    /** The checker sees a wrong operation: an addition that forgets carries, and one that forgets the last value. */
    @Test
    void checker_wrongAddition_findsCounterexample() {
        List<Case> cases = RangeCases.fourBitIntervals(0);
        Optional<String> noCarry =
                RangeChecker.binary(cases, cases, (a, b) -> a.alu(Width.BITS_64, AluOp.XOR, b), Long::sum);
        assertThat(noCarry).hasValueSatisfying(text -> assertThat(text).contains("give"));
        Optional<String> offByOne = RangeChecker.binary(
                cases,
                cases,
                (a, b) -> Range.unsigned(a.unsignedMin() + b.unsignedMin(), a.unsignedMax() + b.unsignedMin()),
                Long::sum);
        assertThat(offByOne).isPresent();
    }

    private static void assertSound(AluOp op, List<Case> lefts, List<Case> rights) {
        for (Width width : Width.values()) {
            assertThat(RangeChecker.binary(
                            lefts,
                            rights,
                            (a, b) -> a.alu(width, op, b),
                            (x, y) -> RangeReference.alu(width, op, x, y)))
                    .as("%s %s", op, width)
                    .isEmpty();
        }
    }
}

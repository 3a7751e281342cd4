package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.verifier.RangeCases.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RangeResizeTest {
    @ParameterizedTest
    @EnumSource
    void truncate_everyCase_containsEveryResult(Size size) {
        assertSound(range -> range.truncate(size), x -> RangeReference.truncate(size, x));
    }

    @ParameterizedTest
    @EnumSource
    void signExtend_everyCase_containsEveryResult(Size from) {
        for (Width width : Width.values()) {
            assertSound(range -> range.signExtend(from, width), x -> RangeReference.signExtend(from, width, x));
        }
    }

    @ParameterizedTest
    @EnumSource
    void swap_everyCase_containsEveryResult(SwapKind kind) {
        for (Size size : Size.values()) {
            assertSound(range -> range.swap(kind, size), x -> RangeReference.swap(kind, size, x));
        }
    }

    /** Each constant, so that no information is lost on the way. */
    @ParameterizedTest
    @EnumSource
    void resize_constants_isExact(Size size) {
        for (Case some : cases()) {
            long x = some.members()[0];
            Range constant = Range.constant(x);
            assertThat(constant.truncate(size)).isEqualTo(Range.constant(RangeReference.truncate(size, x)));
            for (Width width : Width.values()) {
                assertThat(constant.signExtend(size, width))
                        .isEqualTo(Range.constant(RangeReference.signExtend(size, width, x)));
            }
            for (SwapKind kind : SwapKind.values()) {
                assertThat(constant.swap(kind, size)).isEqualTo(Range.constant(RangeReference.swap(kind, size, x)));
            }
        }
    }

    private static void assertSound(UnaryOperator<Range> tested, LongUnaryOperator reference) {
        assertThat(RangeChecker.unary(cases(), tested, reference)).isEmpty();
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>(RangeCases.windows());
        cases.addAll(RangeCases.byteIntervals());
        for (int place : new int[] {0, 5, 13, 29, 58}) {
            cases.addAll(RangeCases.bits(6, place, 0));
            cases.addAll(RangeCases.bits(6, place, -1));
            cases.addAll(RangeCases.bits(6, place, 0x1234_5678_9abc_def0L));
        }
        return cases;
    }
}

package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.verifier.RangeCases.Case;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RangeTest {
    @Test
    void interval_everyWindow_hasItsMembersAndNoOthers() {
        for (Case some : RangeCases.windows()) {
            long[] members = some.members();
            for (long member : members) {
                assertThat(some.range().contains(member)).isTrue();
            }
            assertThat(some.range().contains(members[0] - 1)).isFalse();
            assertThat(some.range().contains(members[members.length - 1] + 1)).isFalse();
        }
    }

    @Test
    void ofBits_everyCase_hasItsMembersAndNoOthers() {
        for (Case some : RangeCases.bits(6, 0, 0)) {
            List<Long> members = Arrays.stream(some.members()).boxed().toList();
            for (long x = -2; x < 70; x++) {
                assertThat(some.range().contains(x)).isEqualTo(members.contains(x));
            }
        }
    }

    @Test
    void views_signedInterval_areTheTightest() {
        Range range = Range.signed(-8, 7);
        assertThat(range.signedMin()).isEqualTo(-8);
        assertThat(range.signedMax()).isEqualTo(7);
        assertThat(range.unsignedMin()).isZero();
        assertThat(range.unsignedMax()).isEqualTo(-1);
        assertThat(range.signedMin32()).isEqualTo(-8);
        assertThat(range.signedMax32()).isEqualTo(7);
        assertThat(range.unsignedMin32()).isZero();
        assertThat(range.unsignedMax32()).isEqualTo(0xffff_ffffL);
        assertThat(range.bits()).isEqualTo(Tnum.UNKNOWN);
    }

    @Test
    void views_negativeInterval_shareTheirPrefix() {
        Range range = Range.signed(-7, -5);
        assertThat(range.unsignedMin()).isEqualTo(-7);
        assertThat(range.unsignedMax()).isEqualTo(-5);
        assertThat(range.unsignedMin32()).isEqualTo(0xffff_fff9L);
        assertThat(range.unsignedMax32()).isEqualTo(0xffff_fffbL);
        assertThat(range.bits()).isEqualTo(new Tnum(-8, 3));
    }

    @Test
    void views_lowHalfUnderFixedUpperHalf_boundTheWhole() {
        Range range = lowHalfBelow(Range.unsigned(1L << 32, (2L << 32) - 1), 16);
        assertThat(range).isEqualTo(Range.unsigned(1L << 32, (1L << 32) + 15));
    }

    /** The ends move to the next value whose low half is allowed: beyond it, in the next upper half. */
    @Test
    void views_lowHalfUnderChangingUpperHalf_moveTheEnds() {
        Range range = lowHalfBelow(Range.unsigned(0x1_0000_0020L, 0x5_0000_0020L), 16);
        assertThat(range.unsignedMin()).isEqualTo(0x2_0000_0000L);
        assertThat(range.unsignedMax()).isEqualTo(0x5_0000_000fL);
    }

    /** A number in the range of int whose low half is known as a signed one. */
    @Test
    void views_signedLowHalfOfSignExtended_boundTheWhole() {
        Range range = refined(Width.BITS_32, Condition.SIGNED_LESS, Range.ofSignedBytes(Size.WORD), 5);
        assertThat(range).isEqualTo(Range.signed(Integer.MIN_VALUE, 4));
    }

    @Test
    void views_holeBetweenSigns_isLeftOut() {
        Range range = Range.signed(-8, 7).intersect(Range.unsigned(3, -4));
        assertThat(range).isNotNull().hasToString("[-8, 7] u[3, 0xfffffffffffffffc]");
        assertThat(Range.signed(-8, 7).intersect(Range.unsigned(8, -4))).isEqualTo(Range.signed(-8, -4));
        assertThat(Range.signed(-8, 7).intersect(Range.unsigned(3, -9))).isEqualTo(Range.unsigned(3, 7));
        assertThat(Range.signed(-8, 7).intersect(Range.unsigned(8, -9))).isNull();
    }

    @Test
    void views_multiplesOfEight_endAtMembers() {
        Range range = Range.unsigned(3, 61).alu(Width.BITS_64, AluOp.AND, Range.constant(-8));
        assertThat(range.intersect(Range.unsigned(1, 47))).isEqualTo(range.intersect(Range.unsigned(8, 40)));
        assertThat(range.intersect(Range.unsigned(41, 47))).isNull();
        assertThat(range.intersect(Range.unsigned(41, 55))).isEqualTo(Range.constant(48));
    }

    @Test
    void ofBytes_everySize_isWhatALoadGives() {
        assertThat(Range.ofBytes(Size.BYTE)).isEqualTo(Range.unsigned(0, 0xff));
        assertThat(Range.ofBytes(Size.HALF)).isEqualTo(Range.unsigned(0, 0xffff));
        assertThat(Range.ofBytes(Size.WORD)).isEqualTo(Range.unsigned(0, 0xffff_ffffL));
        assertThat(Range.ofBytes(Size.DOUBLE)).isEqualTo(Range.UNKNOWN);
        assertThat(Range.ofSignedBytes(Size.BYTE)).isEqualTo(Range.signed(-0x80, 0x7f));
        assertThat(Range.ofSignedBytes(Size.HALF)).isEqualTo(Range.signed(-0x8000, 0x7fff));
        assertThat(Range.ofSignedBytes(Size.WORD)).isEqualTo(Range.signed(-0x8000_0000L, 0x7fff_ffff));
        assertThat(Range.ofSignedBytes(Size.DOUBLE)).isEqualTo(Range.UNKNOWN);
    }

    @Test
    void isConstant_oneValue_isTrue() {
        assertThat(Range.constant(5).isConstant()).isTrue();
        assertThat(Range.constant(5).constantValue()).isEqualTo(5);
        assertThat(Range.unsigned(-3, -3)).isEqualTo(Range.constant(-3));
        assertThat(Range.signed(1 << 20, 1 << 20)).isEqualTo(Range.constant(1 << 20));
        assertThat(Range.unsigned(0, 1).isConstant()).isFalse();
        assertThatThrownBy(() -> Range.unsigned(0, 1).constantValue())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[0, 1]");
    }

    @Test
    void isConstant32_knownLowHalf_isTrue() {
        Range range = refined(Width.BITS_32, Condition.EQUAL, Range.UNKNOWN, -2);
        assertThat(range.isConstant()).isFalse();
        assertThat(range.isConstant32()).isTrue();
        assertThat(range.constantValue32()).isEqualTo(-2);
        assertThat(range.truncate32()).isEqualTo(Range.constant(0xffff_fffeL));
        assertThat(range.signExtend(Size.WORD, Width.BITS_64)).isEqualTo(Range.constant(-2));
        assertThat(Range.UNKNOWN.isConstant32()).isFalse();
        assertThatThrownBy(Range.UNKNOWN::constantValue32).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void contains_widerAndNarrower_looksAtAllViews() {
        Range all = Range.unsigned(0, 255);
        Range even = all.alu(Width.BITS_64, AluOp.AND, Range.constant(-2));
        assertThat(Range.UNKNOWN.contains(all)).isTrue();
        assertThat(all.contains(Range.UNKNOWN)).isFalse();
        assertThat(all.contains(even)).isTrue();
        assertThat(even.contains(all)).isFalse();
        Range low = lowHalfBelow(Range.UNKNOWN, 256);
        assertThat(low.contains(all)).isTrue();
        assertThat(low.contains(Range.unsigned(0, 256))).isFalse();
    }

    @Test
    void equals_sameViews_isTrueWithSameHash() {
        Range loaded = Range.ofBytes(Size.BYTE);
        Range masked = Range.UNKNOWN.alu(Width.BITS_64, AluOp.AND, Range.constant(255));
        assertThat(masked).isEqualTo(loaded).hasSameHashCodeAs(loaded);
        assertThat(masked).isNotEqualTo(Range.unsigned(0, 254));
        assertThat(Range.UNKNOWN.isUnknown()).isTrue();
        assertThat(masked.isUnknown()).isFalse();
    }

    @Test
    void union_contained_returnsTheWider() {
        Range wide = Range.unsigned(0, 100);
        assertThat(wide.union(Range.constant(7))).isSameAs(wide);
        assertThat(Range.constant(7).union(wide)).isSameAs(wide);
    }

    @Test
    void intersect_contained_returnsTheNarrower() {
        Range narrow = Range.unsigned(5, 10);
        assertThat(narrow.intersect(Range.UNKNOWN)).isSameAs(narrow);
        assertThat(Range.UNKNOWN.intersect(narrow)).isSameAs(narrow);
    }

    @Test
    void interval_endBeforeStart_isRefused() {
        assertThatThrownBy(() -> Range.unsigned(5, 4)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Range.unsigned(-1, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Range.signed(0, -1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("0x0 to 0xffffffffffffffff");
    }

    @Test
    void refine_impossible_isNull() {
        Range small = Range.unsigned(0, 10);
        assertThat(Range.refine(Width.BITS_64, Condition.GREATER, small, Range.constant(10), true))
                .isNull();
        assertThat(Range.refine(Width.BITS_64, Condition.LESS, Range.UNKNOWN, Range.ZERO, true))
                .isNull();
        assertThat(Range.refine(Width.BITS_64, Condition.GREATER, Range.UNKNOWN, Range.constant(-1), true))
                .isNull();
        assertThat(Range.refine(Width.BITS_64, Condition.NOT_EQUAL, Range.ONE, Range.ONE, true))
                .isNull();
        assertThat(Range.refine(Width.BITS_64, Condition.BITS_SET, small, Range.constant(16), true))
                .isNull();
        assertThat(Range.refine(Width.BITS_64, Condition.BITS_SET, Range.constant(17), Range.constant(16), false))
                .isNull();
        assertThat(Range.refine(Width.BITS_32, Condition.SIGNED_LESS, small, Range.constant(Integer.MIN_VALUE), true))
                .isNull();
    }

    @Test
    void bounds_contradiction_isSeen() {
        RangeBounds bounds = new RangeBounds(Range.unsigned(0, 10));
        bounds.meetSigned(-5, -1);
        assertThat(bounds.normalise()).isFalse();
        RangeBounds bits = new RangeBounds(Range.unsigned(5, 7));
        assertThat(bits.meetBits(0, ~4)).isFalse();
        RangeBounds low = new RangeBounds(Range.unsigned(1L << 40, (1L << 40) + 10));
        low.meetUnsigned32(11, -1);
        assertThat(low.normalise()).isFalse();
    }

    @Test
    void toString_forPeople_saysWhatMatters() {
        assertThat(Range.UNKNOWN).hasToString("any");
        assertThat(Range.constant(5)).hasToString("5");
        assertThat(Range.constant(-5)).hasToString("-5");
        assertThat(Range.constant(1 << 20)).hasToString("0x100000");
        assertThat(Range.constant(Long.MIN_VALUE)).hasToString("-0x8000000000000000");
        assertThat(Range.unsigned(0, 255)).hasToString("[0, 255]");
        assertThat(Range.signed(-8, 7)).hasToString("[-8, 7]");
        assertThat(Range.unsigned(1, -1)).hasToString("u[1, 0xffffffffffffffff]");
        assertThat(Range.ofBits(new Tnum(0, 0xffff_fffcL))).hasToString("[0, 0xfffffffc] bits (0x0; 0xfffffffc)");
        assertThat(lowHalfBelow(Range.UNKNOWN, 16)).hasToString("32:[0, 15]");
    }

    private static Range lowHalfBelow(Range range, long end) {
        return refined(Width.BITS_32, Condition.LESS, range, end);
    }

    private static Range refined(Width width, Condition condition, Range range, long right) {
        RangePair pair = Range.refine(width, condition, range, Range.constant(right), true);
        return Objects.requireNonNull(pair).left();
    }
}

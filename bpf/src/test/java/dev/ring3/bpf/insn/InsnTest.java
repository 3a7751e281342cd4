package dev.ring3.bpf.insn;

import static dev.ring3.bpf.insn.Golden.imm;
import static dev.ring3.bpf.insn.Golden.jump32;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class InsnTest {

    static Stream<IntFunction<Insn>> withOffset() {
        return Stream.of(
                Insn.Jump::new,
                offset -> jump32(Condition.EQUAL, R1, R2, offset),
                offset -> new Insn.Load(Size.WORD, false, R1, R2, offset),
                offset -> new Insn.Store(Size.WORD, R1, offset, imm(1)),
                offset -> new Insn.Atomic(Size.WORD, AtomicOp.ADD, R1, offset, R2),
                offset -> new Insn.LoadAcquire(Size.WORD, R1, R2, offset),
                offset -> new Insn.StoreRelease(Size.WORD, R1, offset, R2));
    }

    @ParameterizedTest
    @MethodSource("withOffset")
    void offset_thatDoesNotFit16Bits_isRefused(IntFunction<Insn> of) {
        assertThat(of.apply(0x7fff)).isEqualTo(of.apply(0x7fff));
        assertThat(of.apply(-0x8000)).isNotEqualTo(of.apply(0x7fff));
        for (int offset : new int[] {0x8000, -0x8001, 0x10000, 0xffff, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> of.apply(offset))
                    .withMessageContaining(Integer.toString(offset));
        }
    }

    @Test
    void size_thatHasNoEncoding_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Insn.MoveSignExtend(Width.BITS_32, Size.WORD, R1, R2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Insn.MoveSignExtend(Width.BITS_64, Size.DOUBLE, R1, R2));
        assertThatIllegalArgumentException().isThrownBy(() -> new Insn.ByteSwap(SwapKind.REVERSE, Size.BYTE, R1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Insn.Load(Size.DOUBLE, true, R1, R2, 0));
        for (Size size : List.of(Size.BYTE, Size.HALF)) {
            assertThatIllegalArgumentException().isThrownBy(() -> new Insn.Atomic(size, AtomicOp.FETCH_ADD, R1, 0, R2));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Insn.LoadPacketAbsolute(Size.DOUBLE, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Insn.LoadPacketIndirect(Size.DOUBLE, R1, 0));
    }

    /** RFC 9669 section 5.4: only sources 0, 2 and 6 mention next_imm. */
    @ParameterizedTest
    @EnumSource
    void loadWide_withAHighImmediate_isTakenOnlyWhereItIsUsed(WideSource source) {
        boolean uses = switch (source) {
            case IMMEDIATE, MAP_VALUE_BY_FD, MAP_VALUE_BY_INDEX -> true;
            case MAP_BY_FD, VARIABLE, CODE, MAP_BY_INDEX -> false;
        };
        assertThat(source.usesHigh()).isEqualTo(uses);
        if (uses) {
            assertThat(new Insn.LoadWide(R1, source, 1, 2).high()).isEqualTo(2);
        } else {
            assertThatIllegalArgumentException().isThrownBy(() -> new Insn.LoadWide(R1, source, 1, 2));
        }
    }

    @Test
    void loadWide_ofANumber_splitsItAndJoinsItAgain() {
        for (long value : new long[] {0, 1, -1, 0x80000000L, 0xffffffffL, 0x1122334455667788L, Long.MIN_VALUE}) {
            Insn.LoadWide wide = Insn.LoadWide.of(R1, value);
            assertThat(wide.value()).isEqualTo(value);
            assertThat(wide.source()).isEqualTo(WideSource.IMMEDIATE);
        }
        assertThat(Insn.LoadWide.of(R1, 0x1122334455667788L))
                .isEqualTo(new Insn.LoadWide(R1, WideSource.IMMEDIATE, 0x55667788, 0x11223344));
    }

    @Test
    void slots_areTwoForWideLoadsOnly() {
        assertThat(Golden.all().map(Golden::insn))
                .allSatisfy(insn -> assertThat(insn.slots()).isEqualTo(insn instanceof Insn.LoadWide ? 2 : 1));
    }

    @Test
    void sizesAndWidths_countBytesAndBits() {
        assertThat(Stream.of(Size.values()).map(Size::bytes)).containsExactly(1, 2, 4, 8);
        assertThat(Stream.of(Size.values()).map(Size::bits)).containsExactly(8, 16, 32, 64);
        assertThat(Stream.of(Width.values()).map(Width::bits)).containsExactly(32, 64);
    }

    @Test
    void exception_carriesSlotAndField_alsoInItsMessage() {
        InsnException e = new InsnException(12, "offset", "jump target 40 outside [0, 31]");
        assertThat(e.slot()).isEqualTo(12);
        assertThat(e.field()).isEqualTo("offset");
        assertThat(e).hasMessage("insn 12: offset: jump target 40 outside [0, 31]");
    }
}

package dev.ring3.bpf.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ring3.bpf.btf.CoreResult;
import dev.ring3.bpf.btf.CoreResult.Access;
import dev.ring3.bpf.btf.CoreResult.Relocated;
import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CorePatchTest {
    private static final Access PLAIN = new Access(4, 4, true);

    private static Insn move(Width width, int value) {
        return new Insn.Alu(width, AluOp.MOV, Register.R1, new Immediate(value));
    }

    private static Insn load(Size size, int offset) {
        return new Insn.Load(size, false, Register.R1, Register.R2, offset);
    }

    private static Relocated number(long expected, long value) {
        return new Relocated(OptionalLong.of(expected), value, new Access(0, 0, true));
    }

    private static Relocated offset(long expected, long value, Access access) {
        return new Relocated(OptionalLong.of(expected), value, access);
    }

    private static void assertPatched(Insn insn, CoreResult result, Insn patched) throws CorePatch.Unfit {
        assertThat(CorePatch.apply(insn, result)).isEqualTo(new CorePatch.Patched(List.of(patched), ""));
    }

    private static void assertUnfit(Insn insn, CoreResult result, String problem) {
        assertThatExceptionOfType(CorePatch.Unfit.class)
                .isThrownBy(() -> CorePatch.apply(insn, result))
                .withMessageContaining(problem);
    }

    @Test
    void arithmetic_getsTheNumber() throws CorePatch.Unfit {
        assertPatched(move(Width.BITS_64, 4), number(4, 8), move(Width.BITS_64, 8));
        assertPatched(move(Width.BITS_32, -2), number(0xffff_fffeL, 0xffff_ffffL), move(Width.BITS_32, -1));
        assertPatched(move(Width.BITS_64, -2), number(-2, -3), move(Width.BITS_64, -3));
        Insn add = new Insn.Alu(Width.BITS_64, AluOp.ADD, Register.R3, new Immediate(16));
        assertPatched(add, number(16, 24), new Insn.Alu(Width.BITS_64, AluOp.ADD, Register.R3, new Immediate(24)));
        assertUnfit(move(Width.BITS_64, 4), number(4, 0x8000_0000L), "does not fit 32 bits");
        assertUnfit(move(Width.BITS_32, 4), number(4, 0x1_0000_0000L), "does not fit 32 bits");
    }

    @Test
    void unexpectedNumber_isRefused() {
        assertUnfit(move(Width.BITS_64, 5), number(4, 8), "the instruction holds 5, the object's own types say 4");
        assertUnfit(load(Size.WORD, 5), offset(4, 8, PLAIN), "the instruction holds 5");
        assertUnfit(Insn.LoadWide.of(Register.R1, 1L << 32), number(0, 8), "the instruction holds 4294967296");
    }

    @Test
    void anyNumber_whereCompilersDiffer_isTaken() throws CorePatch.Unfit {
        Relocated unchecked = new Relocated(OptionalLong.empty(), 8, PLAIN);

        assertPatched(move(Width.BITS_64, 5), unchecked, move(Width.BITS_64, 8));
        assertPatched(load(Size.BYTE, 5), unchecked, load(Size.BYTE, 8));
    }

    @Test
    void wideLoad_getsTheWholeNumber() throws CorePatch.Unfit {
        assertPatched(
                Insn.LoadWide.of(Register.R1, -1),
                number(-1, 0x1234_5678_9abc_def0L),
                Insn.LoadWide.of(Register.R1, 0x1234_5678_9abc_def0L));
        assertUnfit(new Insn.LoadWide(Register.R1, WideSource.MAP_BY_FD, 1, 0), number(1, 2), "takes no number");
    }

    static Stream<Insn[]> accesses() {
        Insn[] before = accesses(Size.WORD, 4);
        Insn[] after = accesses(Size.WORD, 8);
        Insn[] wide = accesses(Size.DOUBLE, 8);
        return IntStream.range(0, before.length).mapToObj(i -> new Insn[] {before[i], after[i], wide[i]});
    }

    private static Insn[] accesses(Size size, int offset) {
        return new Insn[] {
            load(size, offset),
            new Insn.Store(size, Register.R1, offset, Register.R2),
            new Insn.Store(size, Register.R1, offset, new Immediate(7)),
            new Insn.Atomic(size, AtomicOp.FETCH_ADD, Register.R1, offset, Register.R2),
            new Insn.LoadAcquire(size, Register.R1, Register.R2, offset),
            new Insn.StoreRelease(size, Register.R1, offset, Register.R2)
        };
    }

    @ParameterizedTest
    @MethodSource("accesses")
    void memoryAccess_getsOffsetAndSize(Insn before, Insn after, Insn wide) throws CorePatch.Unfit {
        assertPatched(before, offset(4, 8, PLAIN), after);
        assertPatched(before, offset(4, 8, new Access(4, 8, true)), wide);
    }

    @Test
    void memoryAccess_whereTheSizeCannotFollow_isPoisoned() throws CorePatch.Unfit {
        CorePatch.Patched patched = CorePatch.apply(load(Size.WORD, 4), offset(4, 8, new Access(4, 8, false)));

        assertThat(patched.insns()).containsExactly(new Insn.CallHelper(LinkedProgram.POISON));
        assertThat(patched.poison()).contains("8 bytes in the host and 4 in the object");
    }

    @Test
    void memoryAccess_thatCannotBe_isRefused() {
        assertUnfit(load(Size.WORD, 4), offset(4, 32_768, PLAIN), "offset 32768, which does not fit");
        assertUnfit(
                load(Size.HALF, 4), offset(4, 8, new Access(4, 8, true)), "an access of 2 bytes to a field that has 4");
        assertUnfit(load(Size.WORD, 4), offset(4, 8, new Access(4, 16, true)), "no access of this kind has 16 bytes");
        assertUnfit(
                new Insn.Load(Size.WORD, true, Register.R1, Register.R2, 4),
                offset(4, 8, new Access(4, 8, true)),
                "no access of this kind has 8 bytes");
        assertUnfit(
                new Insn.Atomic(Size.WORD, AtomicOp.ADD, Register.R1, 4, Register.R2),
                offset(4, 8, new Access(4, 2, true)),
                "no access of this kind has 2 bytes");
    }

    @Test
    void failure_poisonsEverySlot() throws CorePatch.Unfit {
        CoreResult failed = new CoreResult.Failed("gone");
        Insn poison = new Insn.CallHelper(195_896_080);

        assertThat(CorePatch.apply(load(Size.WORD, 4), failed))
                .isEqualTo(new CorePatch.Patched(List.of(poison), "gone"));
        assertThat(CorePatch.apply(Insn.LoadWide.of(Register.R1, 0), failed).insns())
                .containsExactly(poison, poison);
    }

    @Test
    void otherInstructions_areRefused() {
        for (Insn insn : List.of(
                new Insn.Exit(),
                new Insn.Jump(0),
                new Insn.Negate(Width.BITS_64, Register.R0),
                new Insn.ByteSwap(SwapKind.REVERSE, Size.WORD, Register.R0),
                new Insn.Alu(Width.BITS_64, AluOp.MOV, Register.R0, Register.R1),
                new Insn.CallHelper(1))) {
            assertUnfit(insn, number(0, 0), "takes no number from the host's types");
        }
    }
}

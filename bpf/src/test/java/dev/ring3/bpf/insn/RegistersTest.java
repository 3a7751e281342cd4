package dev.ring3.bpf.insn;

import static dev.ring3.bpf.insn.Golden.alu32;
import static dev.ring3.bpf.insn.Golden.alu64;
import static dev.ring3.bpf.insn.Golden.imm;
import static dev.ring3.bpf.insn.Golden.jump64;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R4;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RegistersTest {

    static Stream<Insn> writersOfDst() {
        return Stream.of(
                alu32(AluOp.ADD, R3, imm(1)),
                alu64(AluOp.MOV, R3, R4),
                new Insn.MoveSignExtend(Width.BITS_32, Size.BYTE, R3, R4),
                new Insn.Negate(Width.BITS_64, R3),
                new Insn.ByteSwap(SwapKind.REVERSE, Size.HALF, R3),
                new Insn.Load(Size.WORD, false, R3, R4, 0),
                new Insn.Load(Size.WORD, true, R3, R4, 0),
                new Insn.LoadAcquire(Size.WORD, R3, R4, 0),
                new Insn.LoadWide(R3, WideSource.CODE, 1, 0));
    }

    @ParameterizedTest
    @MethodSource("writersOfDst")
    void writtenBy_arithmeticAndLoads_isTheDestination(Insn insn) {
        assertThat(Registers.writtenBy(insn)).containsExactly(R3);
    }

    static Stream<Insn> writersOfR0() {
        return Stream.of(
                new Insn.CallHelper(1),
                new Insn.CallLocal(0),
                new Insn.CallHost(1),
                new Insn.CallRegister(R3),
                new Insn.LoadPacketAbsolute(Size.HALF, 12),
                new Insn.LoadPacketIndirect(Size.HALF, R3, 12));
    }

    @ParameterizedTest
    @MethodSource("writersOfR0")
    void writtenBy_callsAndPacketAccess_isR0(Insn insn) {
        assertThat(Registers.writtenBy(insn)).containsExactly(R0);
    }

    static Stream<Insn> writersOfNothing() {
        return Stream.of(
                new Insn.Jump(0),
                new Insn.JumpLong(0),
                new Insn.MayGoto(0),
                jump64(Condition.EQUAL, R3, R4, 0),
                new Insn.Exit(),
                new Insn.Store(Size.BYTE, R3, 0, R4),
                new Insn.Store(Size.BYTE, R3, 0, imm(1)),
                new Insn.StoreRelease(Size.BYTE, R3, 0, R4));
    }

    @ParameterizedTest
    @MethodSource("writersOfNothing")
    void writtenBy_jumpsAndStores_isNothing(Insn insn) {
        assertThat(Registers.writtenBy(insn)).isEmpty();
    }

    /** RFC 9669 section 5.3: with FETCH the old value goes to the source, but that of CMPXCHG to r0. */
    @ParameterizedTest
    @EnumSource
    void writtenBy_atomics_isTheSourceIfTheyFetchAndR0ForCompareExchange(AtomicOp op) {
        Insn insn = new Insn.Atomic(Size.DOUBLE, op, R3, 0, R4);
        switch (op) {
            case ADD, OR, AND, XOR -> assertThat(Registers.writtenBy(insn)).isEmpty();
            case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, EXCHANGE ->
                assertThat(Registers.writtenBy(insn)).containsExactly(R4);
            case COMPARE_EXCHANGE -> assertThat(Registers.writtenBy(insn)).containsExactly(R0);
        }
        assertThat(op.fetches()).isEqualTo(!Registers.writtenBy(insn).isEmpty());
    }
}

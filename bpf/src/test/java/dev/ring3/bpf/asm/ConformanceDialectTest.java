package dev.ring3.bpf.asm;

import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R10;
import static dev.ring3.bpf.insn.Register.R2;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Width.BITS_32;
import static dev.ring3.bpf.insn.Width.BITS_64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.WideSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConformanceDialectTest {
    private static List<Insn> assemble(String source) {
        return Assembler.assembleUnlinked(source, Dialect.CONFORMANCE).insns();
    }

    /** Each as the disassembler writes it. */
    static Stream<Arguments> canonical() {
        return Stream.of(
                arguments("add %r0, %r1", new Insn.Alu(BITS_64, AluOp.ADD, R0, R1)),
                arguments("mov32 %r0, -1", new Insn.Alu(BITS_32, AluOp.MOV, R0, new Immediate(-1))),
                arguments("sdiv32 %r0, %r1", new Insn.Alu(BITS_32, AluOp.SDIV, R0, R1)),
                arguments("smod %r0, 3", new Insn.Alu(BITS_64, AluOp.SMOD, R0, new Immediate(3))),
                arguments("arsh %r0, 3", new Insn.Alu(BITS_64, AluOp.ARSH, R0, new Immediate(3))),
                arguments("movsx832 %r0, %r1", new Insn.MoveSignExtend(BITS_32, Size.BYTE, R0, R1)),
                arguments("movsx3264 %r0, %r1", new Insn.MoveSignExtend(BITS_64, Size.WORD, R0, R1)),
                arguments("neg %r0", new Insn.Negate(BITS_64, R0)),
                arguments("neg32 %r0", new Insn.Negate(BITS_32, R0)),
                arguments("le16 %r0", new Insn.ByteSwap(SwapKind.TO_LITTLE_ENDIAN, Size.HALF, R0)),
                arguments("be32 %r0", new Insn.ByteSwap(SwapKind.TO_BIG_ENDIAN, Size.WORD, R0)),
                arguments("swap64 %r0", new Insn.ByteSwap(SwapKind.REVERSE, Size.DOUBLE, R0)),
                arguments("ja +3", new Insn.Jump(3)),
                arguments("may_goto +3", new Insn.MayGoto(3)),
                arguments("ja32 -70000", new Insn.JumpLong(-70000)),
                arguments("jeq %r1, 16, +0", new Insn.JumpIf(BITS_64, Condition.EQUAL, R1, new Immediate(16), 0)),
                arguments("jsle32 %r1, %r2, -1", new Insn.JumpIf(BITS_32, Condition.SIGNED_LESS_OR_EQUAL, R1, R2, -1)),
                arguments("call 5", new Insn.CallHelper(5)),
                arguments("call local -1", new Insn.CallLocal(-1)),
                arguments("call runtime 7", new Insn.CallHost(7)),
                arguments("call %r2", new Insn.CallRegister(R2)),
                arguments("exit", new Insn.Exit()),
                arguments("ldxw %r0, [%r1+4]", new Insn.Load(Size.WORD, false, R0, R1, 4)),
                arguments("ldxsb %r0, [%r10-1]", new Insn.Load(Size.BYTE, true, R0, R10, -1)),
                arguments("ldxdw %r0, [%r1]", new Insn.Load(Size.DOUBLE, false, R0, R1, 0)),
                arguments("stb [%r1-1], 17", new Insn.Store(Size.BYTE, R1, -1, new Immediate(17))),
                arguments("stxdw [%r1+8], %r2", new Insn.Store(Size.DOUBLE, R1, 8, R2)),
                arguments("lock add [%r10-8], %r1", new Insn.Atomic(Size.DOUBLE, AtomicOp.ADD, R10, -8, R1)),
                arguments("lock fetch xor32 [%r1], %r2", new Insn.Atomic(Size.WORD, AtomicOp.FETCH_XOR, R1, 0, R2)),
                arguments("lock xchg32 [%r1], %r2", new Insn.Atomic(Size.WORD, AtomicOp.EXCHANGE, R1, 0, R2)),
                arguments(
                        "lock cmpxchg [%r1], %r2", new Insn.Atomic(Size.DOUBLE, AtomicOp.COMPARE_EXCHANGE, R1, 0, R2)),
                arguments("load_acquire8 %r0, [%r1+4]", new Insn.LoadAcquire(Size.BYTE, R0, R1, 4)),
                arguments("store_release64 [%r1-8], %r2", new Insn.StoreRelease(Size.DOUBLE, R1, -8, R2)),
                arguments("lddw %r0, 0x1122334455667788", Insn.LoadWide.of(R0, 0x1122334455667788L)),
                arguments("lddw %r0, -1", Insn.LoadWide.of(R0, -1)),
                arguments("lddw %r1, map_by_fd(5)", new Insn.LoadWide(R1, WideSource.MAP_BY_FD, 5, 0)),
                arguments(
                        "lddw %r1, map_val(map_by_fd(5)) + 8", new Insn.LoadWide(R1, WideSource.MAP_VALUE_BY_FD, 5, 8)),
                arguments("lddw %r1, var_addr(3)", new Insn.LoadWide(R1, WideSource.VARIABLE, 3, 0)),
                arguments("lddw %r1, code_addr(-4)", new Insn.LoadWide(R1, WideSource.CODE, -4, 0)),
                arguments("lddw %r1, map_by_idx(5)", new Insn.LoadWide(R1, WideSource.MAP_BY_INDEX, 5, 0)),
                arguments(
                        "lddw %r1, map_val(map_by_idx(5)) - 1",
                        new Insn.LoadWide(R1, WideSource.MAP_VALUE_BY_INDEX, 5, -1)),
                arguments("ldabsw 14", new Insn.LoadPacketAbsolute(Size.WORD, 14)),
                arguments("ldindh %r3, -4", new Insn.LoadPacketIndirect(Size.HALF, R3, -4)));
    }

    @ParameterizedTest
    @MethodSource("canonical")
    void insn_canonicalText_isReadAndWritten(String text, Insn insn) {
        assertThat(assemble(text)).containsExactly(insn);
        assertThat(Disassembler.line(insn, Dialect.CONFORMANCE)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    add %r0,0xffffffff          | add %r0, -1
                    add %r0, -0x80000000        | add %r0, -2147483648
                    add %r0, +007               | add %r0, 7
                    lddw %r0, 18446744073709551615 | lddw %r0, -1
                    lddw %r0, -9223372036854775808 | lddw %r0, 0x8000000000000000
                    ldxb %r0, [ %r1 + 0xffff ]  | ldxb %r0, [%r1-1]
                    ldxb %r0, [%r1-0x8]         | ldxb %r0, [%r1-8]
                    ja +0x8000                  | ja -32768
                    bswap32 %r1                 | swap32 %r1
                    call helper 0x5             | call 5
                    call helper %r5             | call %r5
                    lddw %r1, map_val(map_by_fd(5)) | lddw %r1, map_val(map_by_fd(5)) + 0
                    """)
    void insn_otherText_isReadAsCanonical(String text, String canonical) {
        List<Insn> insns = assemble(text);
        assertThat(insns).hasSize(1);
        assertThat(Disassembler.line(insns.getFirst(), Dialect.CONFORMANCE)).isEqualTo(canonical);
    }

    @Test
    void labels_onTheirOwnLineOrNot_giveOffsets() {
        String source = """
                # a comment
                start:
                    jne %r1, 0, done # and another
                    lddw %r1, code_addr(f)
                    call local f
                    ja32 start
                1: done: exit
                f:  ja 1
                """;
        assertThat(assemble(source))
                .containsExactly(
                        new Insn.JumpIf(BITS_64, Condition.NOT_EQUAL, R1, new Immediate(0), 4),
                        new Insn.LoadWide(R1, WideSource.CODE, 4, 0),
                        new Insn.CallLocal(2),
                        new Insn.JumpLong(-5),
                        new Insn.Exit(),
                        new Insn.Jump(-2));
    }

    @Test
    void exitLabel_undefined_namesTheFirstExit() {
        assertThat(assemble("ja exit\nmov %r0, 1\nexit\nexit\nja exit"))
                .containsExactly(
                        new Insn.Jump(1),
                        new Insn.Alu(BITS_64, AluOp.MOV, R0, new Immediate(1)),
                        new Insn.Exit(),
                        new Insn.Exit(),
                        new Insn.Jump(-3));
    }

    @Test
    void exitLabel_defined_isWhatItNames() {
        assertThat(assemble("ja exit\nexit\nexit:\nexit"))
                .containsExactly(new Insn.Jump(1), new Insn.Exit(), new Insn.Exit());
    }

    @Test
    void exitLabel_inLlvmDialect_isNotImplied() {
        assertThat(ErrorsTest.error("goto exit\nexit", Dialect.LLVM).column()).isEqualTo(6);
    }
}

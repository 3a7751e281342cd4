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
import org.junit.jupiter.params.provider.ValueSource;

class LlvmDialectTest {
    private static List<Insn> assemble(String source) {
        return Assembler.assembleUnlinked(source, Dialect.LLVM).insns();
    }

    /** Each as the disassembler writes it. */
    static Stream<Arguments> canonical() {
        return Stream.of(
                arguments("r0 += r1", new Insn.Alu(BITS_64, AluOp.ADD, R0, R1)),
                arguments("w0 = w1", new Insn.Alu(BITS_32, AluOp.MOV, R0, R1)),
                arguments("r1 = -5", new Insn.Alu(BITS_64, AluOp.MOV, R1, new Immediate(-5))),
                arguments("r1 s/= r2", new Insn.Alu(BITS_64, AluOp.SDIV, R1, R2)),
                arguments("r1 s%= 3", new Insn.Alu(BITS_64, AluOp.SMOD, R1, new Immediate(3))),
                arguments("w1 s>>= 4", new Insn.Alu(BITS_32, AluOp.ARSH, R1, new Immediate(4))),
                arguments("r1 >>= 4", new Insn.Alu(BITS_64, AluOp.RSH, R1, new Immediate(4))),
                arguments("r1 = (s8)r2", new Insn.MoveSignExtend(BITS_64, Size.BYTE, R1, R2)),
                arguments("w1 = (s16)w2", new Insn.MoveSignExtend(BITS_32, Size.HALF, R1, R2)),
                arguments("r1 = -r1", new Insn.Negate(BITS_64, R1)),
                arguments("w1 = -w1", new Insn.Negate(BITS_32, R1)),
                arguments("r1 = le16 r1", new Insn.ByteSwap(SwapKind.TO_LITTLE_ENDIAN, Size.HALF, R1)),
                arguments("r1 = be32 r1", new Insn.ByteSwap(SwapKind.TO_BIG_ENDIAN, Size.WORD, R1)),
                arguments("r1 = bswap64 r1", new Insn.ByteSwap(SwapKind.REVERSE, Size.DOUBLE, R1)),
                arguments("r1 = *(u32 *)(r2 + 4)", new Insn.Load(Size.WORD, false, R1, R2, 4)),
                arguments("r1 = *(s8 *)(r2 - 32768)", new Insn.Load(Size.BYTE, true, R1, R2, -32768)),
                arguments("*(u64 *)(r10 - 8) = r1", new Insn.Store(Size.DOUBLE, R10, -8, R1)),
                arguments("*(u32 *)(r1 + 0) = 5", new Insn.Store(Size.WORD, R1, 0, new Immediate(5))),
                arguments("if r1 > 5 goto +3", new Insn.JumpIf(BITS_64, Condition.GREATER, R1, new Immediate(5), 3)),
                arguments("if w1 s<= w2 goto -1", new Insn.JumpIf(BITS_32, Condition.SIGNED_LESS_OR_EQUAL, R1, R2, -1)),
                arguments("if r1 & 4 goto +0", new Insn.JumpIf(BITS_64, Condition.BITS_SET, R1, new Immediate(4), 0)),
                arguments("goto +1", new Insn.Jump(1)),
                arguments("gotol -5", new Insn.JumpLong(-5)),
                arguments("may_goto +3", new Insn.MayGoto(3)),
                arguments("may_goto -2", new Insn.MayGoto(-2)),
                arguments("gotol +70000", new Insn.JumpLong(70000)),
                arguments("call 5", new Insn.CallHelper(5)),
                arguments("call pc+5", new Insn.CallLocal(5)),
                arguments("call pc-1", new Insn.CallLocal(-1)),
                arguments("call btf_id 7", new Insn.CallHost(7)),
                arguments("callx r3", new Insn.CallRegister(R3)),
                arguments("exit", new Insn.Exit()),
                arguments("lock *(u64 *)(r1 + 0) += r2", new Insn.Atomic(Size.DOUBLE, AtomicOp.ADD, R1, 0, R2)),
                arguments("lock *(u32 *)(r1 - 4) ^= w2", new Insn.Atomic(Size.WORD, AtomicOp.XOR, R1, -4, R2)),
                arguments(
                        "r2 = atomic_fetch_add((u64 *)(r1 + 8), r2)",
                        new Insn.Atomic(Size.DOUBLE, AtomicOp.FETCH_ADD, R1, 8, R2)),
                arguments("r2 = xchg_64(r1 + 0, r2)", new Insn.Atomic(Size.DOUBLE, AtomicOp.EXCHANGE, R1, 0, R2)),
                arguments("w2 = xchg32_32(r1 + 0, w2)", new Insn.Atomic(Size.WORD, AtomicOp.EXCHANGE, R1, 0, R2)),
                arguments(
                        "r0 = cmpxchg_64(r1 - 8, r0, r2)",
                        new Insn.Atomic(Size.DOUBLE, AtomicOp.COMPARE_EXCHANGE, R1, -8, R2)),
                arguments(
                        "w0 = cmpxchg32_32(r1 + 0, w0, w2)",
                        new Insn.Atomic(Size.WORD, AtomicOp.COMPARE_EXCHANGE, R1, 0, R2)),
                arguments("w1 = load_acquire((u32 *)(r2 + 0))", new Insn.LoadAcquire(Size.WORD, R1, R2, 0)),
                arguments("store_release((u64 *)(r1 + 0), r2)", new Insn.StoreRelease(Size.DOUBLE, R1, 0, R2)),
                arguments("r1 = 5 ll", Insn.LoadWide.of(R1, 5)),
                arguments("r1 = 0x1122334455667788 ll", Insn.LoadWide.of(R1, 0x1122334455667788L)),
                arguments("r1 = map_by_fd(5) ll", new Insn.LoadWide(R1, WideSource.MAP_BY_FD, 5, 0)),
                arguments("r1 = map_val(map_by_fd(5)) + 8 ll", new Insn.LoadWide(R1, WideSource.MAP_VALUE_BY_FD, 5, 8)),
                arguments("r1 = var_addr(-1) ll", new Insn.LoadWide(R1, WideSource.VARIABLE, -1, 0)),
                arguments("r1 = code_addr(+4) ll", new Insn.LoadWide(R1, WideSource.CODE, 4, 0)),
                arguments("r1 = map_by_idx(2) ll", new Insn.LoadWide(R1, WideSource.MAP_BY_INDEX, 2, 0)),
                arguments(
                        "r1 = map_val(map_by_idx(2)) - 8 ll",
                        new Insn.LoadWide(R1, WideSource.MAP_VALUE_BY_INDEX, 2, -8)),
                arguments("r0 = *(u16 *)skb[14]", new Insn.LoadPacketAbsolute(Size.HALF, 14)),
                arguments("r0 = *(u32 *)skb[r3]", new Insn.LoadPacketIndirect(Size.WORD, R3, 0)),
                arguments("r0 = *(u8 *)skb[r3 - 100000]", new Insn.LoadPacketIndirect(Size.BYTE, R3, -100000)));
    }

    @ParameterizedTest
    @MethodSource("canonical")
    void insn_canonicalText_isReadAndWritten(String text, Insn insn) {
        assertThat(assemble(text)).containsExactly(insn);
        assertThat(Disassembler.line(insn, Dialect.LLVM)).isEqualTo(text);
    }

    /** What LLVM or the kernel write otherwise, and its canonical text. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    r1=r2                                       | r1 = r2
                    r1 s>> = r2                                 | r1 s>>= r2
                    r1 = 0x10                                   | r1 = 16
                    r1 = 010                                    | r1 = 8
                    r1 = 0b11                                   | r1 = 3
                    r1 = 4294967295                             | r1 = -1
                    r1 = 0xffffffff                             | r1 = -1
                    r1 = 4 + 4 - 1                              | r1 = 7
                    r1 = - 5                                    | r1 = -5
                    r1 = -1 ll                                  | r1 = -1 ll
                    r1 = 18446744073709551615 ll                | r1 = -1 ll
                    r1 = - r1                                   | r1 = -r1
                    r1 = ( s8 ) r2                              | r1 = (s8)r2
                    w1 = *(u8 *)(r2 + 0)                        | r1 = *(u8 *)(r2 + 0)
                    r1=*(u8*)(r2+4+4)                           | r1 = *(u8 *)(r2 + 8)
                    r1 = *(u8 *) (r2 + -8)                      | r1 = *(u8 *)(r2 - 8)
                    r1 = *(u8 *)(r2)                            | r1 = *(u8 *)(r2 + 0)
                    *(u8 *)(r1 + 0) = w2                        | *(u8 *)(r1 + 0) = r2
                    lock *(u32 *)(r1 + 0) += r2                 | lock *(u32 *)(r1 + 0) += w2
                    goto 5                                      | goto +5
                    5: (e5) may_goto pc+5                       | may_goto +5
                    may_goto 0x1 <.text+0x10>                   | may_goto +1
                    if r1 == 0 goto +1 <.text+0x10>             | if r1 == 0 goto +1
                    call +5                                     | call 5
                    call -0x1                                   | call -1
                    call 0xffffffff                             | call -1
                    ld_pseudo r1, 1, 5                          | r1 = map_by_fd(5) ll
                    ld_pseudo r1, 0x0, 0x1122334455667788       | r1 = 0x1122334455667788 ll
                    r0 = *(u16*)skb [ 4 ]                       | r0 = *(u16 *)skb[4]
                    r0 = *(u32 *)skb[0xffffffff]                | r0 = *(u32 *)skb[-1]
                    3: (bf) r6 = r1                             | r6 = r1
                    12: (18) r1 = 0xffff888100000000            | r1 = 0xffff888100000000 ll
                    (61) r1 = *(u32 *)(r2 +4)                   | r1 = *(u32 *)(r2 + 4)
                    (7b) *(u64 *)(r10 -8) = r1                  | *(u64 *)(r10 - 8) = r1
                    (55) if r0 != 0x0 goto pc+2                 | if r0 != 0 goto +2
                    (05) goto pc-3                              | goto -3
                    (06) gotol pc+70000                         | gotol +70000
                    (85) call bpf_map_lookup_elem#1             | call 1
                    (85) call unknown#200                       | call 200
                    (85) call kernel-function#71234             | call btf_id 71234
                    (85) call pc+2                              | call pc+2
                    r2 = atomic64_fetch_or((u64 *)(r1 +0), r2)  | r2 = atomic_fetch_or((u64 *)(r1 + 0), r2)
                    r2 = atomic_xchg((u32 *)(r1 +0), r2)        | w2 = xchg32_32(r1 + 0, w2)
                    r0 = atomic64_cmpxchg((u64 *)(r1+0), r0, r2)| r0 = cmpxchg_64(r1 + 0, r0, r2)
                    r1 = load_acquire((u32 *)(r2 +0))           | w1 = load_acquire((u32 *)(r2 + 0))
                    r1 = map_by_fd(5)                           | r1 = map_by_fd(5) ll
                    """)
    void insn_otherText_isReadAsCanonical(String text, String canonical) {
        List<Insn> insns = assemble(text);
        assertThat(insns).hasSize(1);
        assertThat(Disassembler.line(insns.getFirst(), Dialect.LLVM)).isEqualTo(canonical);
    }

    @Test
    void comments_ofEveryKind_areSkipped() {
        String source = """
                // one
                # two
                ; int three = 3;
                r1 = 1 // four
                r1 = 2 # five
                r1 = 3 ; R1_w=3 R10=fp0
                r1 = 4 ; frame1: R1=ctx()
                /* six
                   r1 = 0 */ r1 = 5 /* seven */
                r1 /* eight
                */ = 6
                """;
        assertThat(Disassembler.disassemble(Assembler.assembleUnlinked(source, Dialect.LLVM), Dialect.LLVM))
                .isEqualTo("r1 = 1\nr1 = 2\nr1 = 3\nr1 = 4\nr1 = 5\nr1 = 6\n");
    }

    @Test
    void semicolon_beforeInstruction_separatesStatements() {
        assertThat(assemble("r0 = 0; r1 = 1 ;; here: goto here; exit;"))
                .containsExactly(
                        new Insn.Alu(BITS_64, AluOp.MOV, R0, new Immediate(0)),
                        new Insn.Alu(BITS_64, AluOp.MOV, R1, new Immediate(1)),
                        new Insn.Jump(-1),
                        new Insn.Exit());
    }

    @Test
    void labels_beforeAndBehind_giveOffsets() {
        String source = """
                start: first:
                    if r1 == 0 goto end
                    r2 = 7 ll
                    call function
                    gotol start
                    may_goto start
                    r1 = function ll
                    r1 = code_addr(function) ll
                end:
                    exit
                function: exit
                """;
        assertThat(assemble(source))
                .containsExactly(
                        new Insn.JumpIf(BITS_64, Condition.EQUAL, R1, new Immediate(0), 9),
                        Insn.LoadWide.of(R2, 7),
                        new Insn.CallLocal(7),
                        new Insn.JumpLong(-5),
                        new Insn.MayGoto(-6),
                        new Insn.LoadWide(R1, WideSource.CODE, 4, 0),
                        new Insn.LoadWide(R1, WideSource.CODE, 2, 0),
                        new Insn.Exit(),
                        new Insn.Exit());
    }

    @Test
    void numberLabels_givenTwice_areFoundByDirection() {
        assertThat(assemble("1: goto 1f\n1: goto 1b\ngoto 1b\ngoto 1f\n1: call 1b\nr1 = 1b ll"))
                .containsExactly(
                        new Insn.Jump(0),
                        new Insn.Jump(-1),
                        new Insn.Jump(-2),
                        new Insn.Jump(0),
                        new Insn.CallLocal(-1),
                        new Insn.LoadWide(R1, WideSource.CODE, -2, 0));
    }

    @Test
    void objdumpOutput_withHeadings_isRead() {
        String printed = """

                0000000000000000 <.text>:
                       0:\tgoto +0x1 <_start>
                       1:\texit

                0000000000000010 <_start>:
                       2:\tr1 = 0x5 ll
                       4:\texit
                """;
        assertThat(assemble(printed))
                .containsExactly(new Insn.Jump(1), new Insn.Exit(), Insn.LoadWide.of(R1, 5), new Insn.Exit());
    }

    @Test
    void verifierLog_ofTheKernel_isRead() {
        String log = """
                ; int x = bpf_get_smp_processor_id();
                0: (85) call bpf_get_smp_processor_id#8       ; R0_w=scalar(smin=0,umax=1,var_off=(0x0; 0x1))
                1: (18) r1 = 0xffff9d9c80a51000       ; R1_w=map_value(map=a.data,ks=4,vs=8)
                ; if (x)
                3: (15) if r0 == 0x0 goto pc+1        ; R0_w=1
                4: (db) lock *(u64 *)(r1 +0) += r0    ; frame1: R0_w=1
                5: (95) exit
                """;
        assertThat(assemble(log))
                .containsExactly(
                        new Insn.CallHelper(8),
                        Insn.LoadWide.of(R1, 0xffff9d9c80a51000L),
                        new Insn.JumpIf(BITS_64, Condition.EQUAL, R0, new Immediate(0), 1),
                        new Insn.Atomic(Size.DOUBLE, AtomicOp.ADD, R1, 0, R0),
                        new Insn.Exit());
    }

    @ParameterizedTest
    @ValueSource(strings = {".text", ".globl main", ".type f,@function", ".file \"a;b#c\"", ".size f, .Lend-f"})
    void directive_thatEmitsNothing_isSkipped(String directive) {
        assertThat(assemble(directive + "\nexit")).containsExactly(new Insn.Exit());
    }

    @Test
    void windowsLineEnds_areBlanks() {
        assertThat(assemble("r0 = 1\r\nexit\r\n")).hasSize(2);
    }
}

package dev.ring3.bpf.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ring3.bpf.insn.BpfCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorsTest {
    static AssemblyException error(String source, Dialect dialect) {
        AssemblyException error =
                catchThrowableOfType(AssemblyException.class, () -> Assembler.assemble(source, dialect));
        assertThat(error).as(source).isNotNull();
        return error;
    }

    private static void assertError(String source, Dialect dialect, int line, int column, String message) {
        AssemblyException error = error(source, dialect);
        assertThat(error).hasMessageContaining(message);
        assertThat(error).hasMessageStartingWith("line %d, column %d: ".formatted(line, column));
        assertThat(error.line()).isEqualTo(line);
        assertThat(error.column()).isEqualTo(column);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    r0 = 4294967296              | 6  | found 4294967296, expected a number of 32 bits, -2147483648 to 4294967295
                    r0 = -0x80000001             | 6  | expected a number of 32 bits, -0x80000000 to 0xffffffff
                    r0 = 18446744073709551616 ll | 6  | expected a number of at most 64 bits
                    r0 = 09                      | 6  | found '09', expected a number
                    r0 = 5ll                     | 6  | found '5ll', expected a number
                    r0 = 0x                      | 6  | expected a number
                    r0 = 1 r1 = 2                | 8  | found 'r1', expected the end of the line
                    r0 =                         | 5  | found the end of the line, expected a number
                    r0                           | 3  | expected an operator such as = or s>>=
                    r0 =+ r1                     | 7  | expected a number
                    R1 = r2                      | 1  | found 'R1', expected an instruction
                    r11 = 1                      | 1  | found 'r11', expected an instruction
                    r1 = r11                     | 6  | found 'r11', expected a register, a number
                    r1 = w2                      | 6  | expected a 64-bit register, r0 to r10
                    w1 += r2                     | 7  | expected a 32-bit register, w0 to w10
                    r1 = -r2                     | 7  | expected the register that is assigned
                    r1 = be16 r2                 | 11 | expected the register that is assigned
                    w1 = be16 w1                 | 1  | expected a 64-bit register
                    w1 = (s32)w2                 | 7  | expected s8 or s16
                    r1 = (s64)r2                 | 7  | expected s8, s16 or s32
                    w1 = 5 ll                    | 1  | expected a 64-bit register
                    r1 = *(u8 *)(r2 + 32768)     | 17 | expected a number of 16 bits, -32768 to 32767
                    r1 = *(u8 *)(r2 + 0xfff8)    | 17 | expected a number of 16 bits, -0x8000 to 0x7fff
                    r1 = *(u24 *)(r2 + 0)        | 8  | expected a type, u8, u16, u32 or u64
                    r1 = *(s64 *)(r2 + 0)        | 8  | expected a type, s8, s16, s32 or u64
                    w1 = *(s8 *)(r2 + 0)         | 8  | expected u8, u16 or u32
                    r1 = *(u32 *)(w2 + 0)        | 15 | expected a 64-bit register
                    *(s8 *)(r1 + 0) = 2          | 3  | expected a type
                    *(u64 *)(r1 + 0) = w2        | 20 | expected a 64-bit register
                    *(u64 *)(r1 + 0 = r2         | 17 | found '=', expected ')'
                    r1 = *(u8 *)skb[3]           | 1  | expected r0
                    r0 = *(u64 *)skb[3]          | 8  | expected u8, u16 or u32, the types of packet access
                    if r1 <> r2 goto +1          | 8  | found '>', expected a number
                    if r1 s== r2 goto +1         | 7  | expected a condition
                    if r1 > w2 goto +1           | 9  | expected a 64-bit register
                    if r1 > 5 goto               | 15 | expected a label or an offset such as +3
                    if r1 > 5 goto +32768        | 16 | expected a number of 16 bits
                    if r1 > 5                    | 10 | found the end of the line, expected 'goto'
                    goto nowhere                 | 6  | found 'nowhere', expected a label of this program
                    goto 1b                      | 6  | expected a label of this program
                    goto r1                      | 6  | expected a label
                    call r3                      | 6  | expected a label
                    call bpf_kfunc#71234         | 16 | a BTF id is called by 'call btf_id 71234'
                    callx w1                     | 7  | expected a 64-bit register
                    callx 5                      | 7  | expected a 64-bit register
                    lock *(u8 *)(r1 + 0) += r2   | 8  | expected u32 or u64
                    lock *(u64 *)(r1 + 0) -= r2  | 23 | expected an atomic operation
                    r3 = xchg_64(r1 + 0, r2)     | 1  | expected r2
                    r0 = cmpxchg_64(r1 + 0, r1, r2) | 25 | expected r0, which is compared
                    r2 = cmpxchg_64(r1 + 0, r0, r2) | 1 | expected r0
                    w2 = atomic_fetch_add((u64 *)(r1 + 0), r2) | 1 | expected a 64-bit register
                    r2 = atomic64_xchg((u32 *)(r1 + 0), r2) | 21 | expected u64
                    w1 = load_acquire((u64 *)(r2 + 0)) | 20 | expected u8, u16 or u32
                    ld_pseudo r1, 7, 5           | 15 | expected the source of a wide load, 0 to 6
                    r1 = map_val(var_addr(1)) ll | 14 | expected map_by_fd or map_by_idx
                    r1 = addr_space_cast(r2, 0, 1) | 1 | not supported
                    may_goto                     | 9  | expected a label or an offset such as +3
                    may_goto +32768              | 10 | expected a number of 16 bits
                    .byte 5                      | 1  | found '.byte', expected an instruction
                    nop                          | 1  | found 'nop', expected an instruction
                    r0: exit                     | 1  | expected a label, which is no register
                    1x: exit                     | 1  | expected a label
                    exit ; exit now              | 13 | expected the end of the line
                    exit /* open                 | 6  | expected a '*/'
                    (zz) exit                    | 2  | expected an opcode
                    """)
    void llvm_wrongStatement_saysWhereAndWhat(String source, int column, String message) {
        assertError("\n" + source, Dialect.LLVM, 2, column, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mov32 %r0, 2147483648        | 12 | expected a number of 32 bits, -2147483648 to 2147483647
                    mov32 %r0, 0x100000000       | 12 | found 0x100000000, expected a number of 32 bits, -0x80000000 to 0xffffffff
                    lddw %r0, 18446744073709551616 | 11 | expected a number of at most 64 bits
                    lddw %r0, -9223372036854775809 | 11 | expected a number of 64 bits
                    lddw %r0                     | 9  | found the end of the line, expected ','
                    lddw %r0, map_by_name(1)     | 11 | expected a number, map_by_fd
                    ldxq %r0, %r1                | 1  | found 'ldxq', expected a mnemonic
                    ldxb %r0, %r1                | 11 | found '%r1', expected '['
                    ldxb %r0, [%r1+0x10000]      | 15 | expected a number of 16 bits, -0x8000 to 0xffff
                    ldxb %r0, [%r1+32768]        | 15 | expected a number of 16 bits, -32768 to 32767
                    ldxb %r0, [%r1 4]            | 16 | expected ']'
                    or %r0, %r50                 | 9  | found '%r50', expected a register, %r0 to %r10
                    or %R0, %r1                  | 4  | expected a register
                    or r0, %r1                   | 4  | expected a register
                    add %r0                      | 8  | expected ','
                    add %r0, 1, 2                | 11 | found ',', expected the end of the line
                    add %r0, 0b1                 | 10 | expected a number
                    ADD %r0, 1                   | 1  | expected a mnemonic
                    add64 %r0, 1                 | 1  | expected a mnemonic
                    ldxsdw %r0, [%r1]            | 1  | expected a mnemonic
                    movsx3232 %r0, %r1           | 1  | expected a mnemonic
                    neg %r0, %r1                 | 8  | expected the end of the line
                    ja NOT_A_LABEL               | 4  | found 'NOT_A_LABEL', expected a label of this program
                    ja                           | 3  | expected a label or an offset such as +3
                    ja +32768                    | 4  | expected a number of 16 bits
                    may_goto %r1                 | 10 | expected a label
                    jeq %r1, 0                   | 11 | expected ','
                    jeq %r1, 0, %r2              | 13 | expected a label
                    call local                   | 11 | expected a label
                    call elsewhere               | 6  | expected a register
                    lock                         | 5  | found the end of the line, expected fetch, add
                    lock or [%r10-8]             | 17 | found the end of the line, expected ','
                    lock fetch xchg [%r1], %r2   | 12 | expected add, or, and or xor
                    lock sub [%r1], %r2          | 6  | expected fetch, add, or
                    stb [%r1], %r2               | 12 | expected a number
                    stxb [%r1], 2                | 13 | expected a register
                    -- Unknown directive         | 1  | expected a mnemonic
                    : exit                       | 1  | expected a mnemonic
                    %r1: exit                    | 1  | expected a label
                    """)
    void conformance_wrongStatement_saysWhereAndWhat(String source, int column, String message) {
        assertError("\n" + source, Dialect.CONFORMANCE, 2, column, message);
    }

    @Test
    void label_givenTwice_namesTheFirst() {
        assertError("a:\nb:\nexit\na: exit", Dialect.LLVM, 4, 1, "stands at line 1 already");
        assertError("a:\nb:\nexit\na: exit", Dialect.CONFORMANCE, 4, 1, "stands at line 1 already");
    }

    @Test
    void program_incomplete_pointsAtTheInstruction() {
        assertError("exit\n  goto +5\nexit", Dialect.LLVM, 2, 3, "insn 1: offset: jump target 7 outside [0, 2]");
        assertError("r1 = 1 ll\n r10 = 1", Dialect.LLVM, 2, 2, "insn 2: dst: r10 is read-only");
        assertError("goto +1\nr1 = 1 ll\nexit", Dialect.LLVM, 1, 1, "middle of a wide instruction");
        assertError("ja end\nend:", Dialect.CONFORMANCE, 1, 1, "jump target 1 outside [0, 0]");
        assertError("", Dialect.CONFORMANCE, 1, 1, "the program is empty");
        assertError("# nothing", Dialect.CONFORMANCE, 1, 1, "the program is empty");
    }

    @Test
    void label_farAway_isOutOfReachOfShortJumpsOnly() {
        String filler = "r1 = 1\n".repeat(Short.MAX_VALUE + 1);
        assertError("\ngoto end\n" + filler + "end: exit", Dialect.LLVM, 2, 1, "32768 slots away");
        assertThat(Assembler.assemble("gotol end\n" + filler + "end: exit", Dialect.LLVM)
                        .slotCount())
                .isEqualTo(Short.MAX_VALUE + 3);
    }

    @Test
    void source_ofTooManyInstructions_isRefusedAtTheFirstTooMany() {
        int insns = BpfCode.SLOTS_MAX / 2;
        assertError("r1 = 1 ll\n".repeat(insns + 1), Dialect.LLVM, insns + 1, 1, "at most 1000000 slots");
        assertThat(Assembler.assemble("lddw %r1, 1\n".repeat(insns), Dialect.CONFORMANCE)
                        .slotCount())
                .isEqualTo(BpfCode.SLOTS_MAX);
    }

    @Test
    void statement_ofTooManyTokens_isRefused() {
        assertError("r0 = 1" + " + 1".repeat(5_000), Dialect.LLVM, 1, 8194, "at most 4096 tokens");
    }

    @Test
    void error_ofLongOrUnprintableText_isShortAndPrintable() {
        assertThat(error("x".repeat(100_000), Dialect.LLVM)).message().hasSizeLessThan(150);
        assertThat(error("exit \u001b", Dialect.LLVM)).message().contains("'\\u001b'");
    }
}

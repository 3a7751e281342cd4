package dev.ring3.bpf.verifier;

import static dev.ring3.bpf.insn.AluOp.ADD;
import static dev.ring3.bpf.insn.AluOp.AND;
import static dev.ring3.bpf.insn.AluOp.ARSH;
import static dev.ring3.bpf.insn.AluOp.DIV;
import static dev.ring3.bpf.insn.AluOp.LSH;
import static dev.ring3.bpf.insn.AluOp.MOD;
import static dev.ring3.bpf.insn.AluOp.MOV;
import static dev.ring3.bpf.insn.AluOp.MUL;
import static dev.ring3.bpf.insn.AluOp.OR;
import static dev.ring3.bpf.insn.AluOp.RSH;
import static dev.ring3.bpf.insn.AluOp.SDIV;
import static dev.ring3.bpf.insn.AluOp.SMOD;
import static dev.ring3.bpf.insn.AluOp.SUB;
import static dev.ring3.bpf.insn.AluOp.XOR;
import static dev.ring3.bpf.insn.Width.BITS_32;
import static dev.ring3.bpf.insn.Width.BITS_64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What compiled programs do to numbers before they use them as an index or a length must not be lost. */
class RangePrecisionTest {
    private static final Range ANY = Range.UNKNOWN;
    private static final Range BYTE = Range.ofBytes(Size.BYTE);
    private static final Range WORD = Range.ofBytes(Size.WORD);

    @ParameterizedTest(name = "{0}")
    @MethodSource({"arithmetic", "divisions", "shifts", "narrow", "resized", "branches", "branches32", "chains"})
    void result_ofCommonCode_isExact(String what, Range actual, String expected) {
        assertThat(actual).as(what).hasToString(expected);
    }

    static Stream<Arguments> arithmetic() {
        return Stream.of(
                arguments("x & 0xff", op(ANY, AND, 0xff), "[0, 255]"),
                arguments("x & 7", op(ANY, AND, 7), "[0, 7]"),
                arguments("x & -8", op(ANY, AND, -8), "bits (0x0; 0xfffffffffffffff8)"),
                arguments("byte & 0xf0", op(BYTE, AND, 0xf0), "[0, 240] bits (0x0; 0xf0)"),
                arguments("[-8, 7] & [-4, 3]", op(signed(-8, 7), AND, signed(-4, 3)), "[-8, 7]"),
                arguments("[-8, -1] & [0, 5]", op(signed(-8, -1), AND, unsigned(0, 5)), "[0, 5]"),
                arguments("byte + 5", op(BYTE, ADD, 5), "[5, 260]"),
                arguments("byte + byte", op(BYTE, ADD, BYTE), "[0, 510]"),
                arguments("byte - 1", op(BYTE, SUB, 1), "[-1, 254]"),
                arguments("byte - byte", op(BYTE, SUB, BYTE), "[-255, 255]"),
                arguments("[-8, 7] + 8", op(signed(-8, 7), ADD, 8), "[0, 15]"),
                arguments("[2^64 - 4, 2^64 - 1] + 4", op(unsigned(-4, -1), ADD, 4), "[0, 3]"),
                arguments("[10, 20] - [1, 3]", op(unsigned(10, 20), SUB, unsigned(1, 3)), "[7, 19]"),
                arguments("x + 0", op(ANY, ADD, 0), "any"),
                arguments("-[1, 10]", unsigned(1, 10).negate(BITS_64), "[-10, -1]"),
                arguments("[0, 10] * 12", op(unsigned(0, 10), MUL, 12), "[0, 120] bits (0x0; 0x7c)"),
                arguments("[-3, 5] * -2", op(signed(-3, 5), MUL, -2), "[-10, 6] bits (0x0; 0xfffffffffffffffe)"),
                arguments("[-3, 5] * [-7, 2]", op(signed(-3, 5), MUL, signed(-7, 2)), "[-35, 21]"),
                arguments("x * 16", op(ANY, MUL, 16), "bits (0x0; 0xfffffffffffffff0)"),
                arguments("byte | 1", op(BYTE, OR, 1), "[1, 255] bits (0x1; 0xfe)"),
                arguments("[0, 5] | [8, 9]", op(unsigned(0, 5), OR, unsigned(8, 9)), "[8, 14]"),
                arguments("x | -8", op(ANY, OR, -8), "[-8, -1]"),
                arguments("byte | 0x100", op(BYTE, OR, 0x100), "[256, 511]"),
                arguments("byte ^ 0xff", op(BYTE, XOR, 0xff), "[0, 255]"),
                arguments("[-8, 7] ^ -1", op(signed(-8, 7), XOR, -1), "[-8, 7]"),
                arguments("x = byte", op(ANY, MOV, BYTE), "[0, 255]"));
    }

    static Stream<Arguments> divisions() {
        return Stream.of(
                arguments("x % 16", op(ANY, MOD, 16), "[0, 15]"),
                arguments("x % 10", op(ANY, MOD, 10), "[0, 9]"),
                arguments("[20, 25] % 10", op(unsigned(20, 25), MOD, 10), "[0, 5]"),
                arguments("[0, 5] % [6, 9]", op(unsigned(0, 5), MOD, unsigned(6, 9)), "[0, 5]"),
                arguments("byte % [0, 9]", op(BYTE, MOD, unsigned(0, 9)), "[0, 255]"),
                arguments("x % 0", op(BYTE, MOD, 0), "[0, 255]"),
                arguments("(x & -4) % 24", op(op(ANY, AND, -4), MOD, 24), "[0, 20] bits (0x0; 0x1c)"),
                arguments("byte / 10", op(BYTE, DIV, 10), "[0, 25]"),
                arguments("x / 2^56", op(ANY, DIV, 1L << 56), "[0, 255]"),
                arguments("byte / [2, 5]", op(BYTE, DIV, unsigned(2, 5)), "[0, 127]"),
                arguments("byte / [0, 5]", op(BYTE, DIV, unsigned(0, 5)), "[0, 255]"),
                arguments("x / 0", op(ANY, DIV, 0), "0"),
                arguments("[-100, 50] s/ 7", op(signed(-100, 50), SDIV, 7), "[-14, 7]"),
                arguments("[-100, 50] s/ -7", op(signed(-100, 50), SDIV, -7), "[-7, 14]"),
                arguments("[-100, 50] s/ -1", op(signed(-100, 50), SDIV, -1), "[-50, 100]"),
                arguments("[-100, 50] s/ [-2, 3]", op(signed(-100, 50), SDIV, signed(-2, 3)), "[-100, 100]"),
                arguments("x s/ 2^62", op(ANY, SDIV, 1L << 62), "[-2, 1]"),
                arguments("x s% 16", op(ANY, SMOD, 16), "[-15, 15]"),
                arguments("[-100, 5] s% 7", op(signed(-100, 5), SMOD, 7), "[-6, 5]"),
                arguments("[-3, 5] s% -7", op(signed(-3, 5), SMOD, -7), "[-3, 5]"),
                arguments("byte s% 7", op(BYTE, SMOD, 7), "[0, 6]"));
    }

    static Stream<Arguments> shifts() {
        return Stream.of(
                arguments("(x & 7) << 3", op(op(ANY, AND, 7), LSH, 3), "[0, 56] bits (0x0; 0x38)"),
                arguments("x << 3", op(ANY, LSH, 3), "bits (0x0; 0xfffffffffffffff8)"),
                arguments("x << 64", op(ANY, LSH, 64), "any"),
                arguments("byte << [0, 3]", op(BYTE, LSH, unsigned(0, 3)), "[0, 2040]"),
                arguments("1 << [0, 7]", op(Range.constant(1), LSH, unsigned(0, 7)), "[1, 128]"),
                arguments("1 << x", op(Range.constant(1), LSH, ANY), "u[1, 0x8000000000000000]"),
                arguments("[-4, 3] << 2", op(signed(-4, 3), LSH, 2), "[-16, 12] bits (0x0; 0xfffffffffffffffc)"),
                arguments("x >> 56", op(ANY, RSH, 56), "[0, 255]"),
                arguments("byte >> 4", op(BYTE, RSH, 4), "[0, 15]"),
                arguments("byte >> [1, 3]", op(BYTE, RSH, unsigned(1, 3)), "[0, 127]"),
                arguments("x >> (x & 7)", op(WORD, RSH, unsigned(0, 7)), "[0, 0xffffffff]"),
                arguments("x s>> 56", op(ANY, ARSH, 56), "[-128, 127]"),
                arguments("[-64, 15] s>> 2", op(signed(-64, 15), ARSH, 2), "[-16, 3]"),
                arguments("[-64, 15] s>> [1, 2]", op(signed(-64, 15), ARSH, unsigned(1, 2)), "[-32, 7]"),
                arguments("x << 32 >> 32", op(op(ANY, LSH, 32), RSH, 32), "[0, 0xffffffff]"),
                arguments("byte << 32 >> 32", op(op(BYTE, LSH, 32), RSH, 32), "[0, 255]"),
                arguments("x << 32 s>> 32", op(op(ANY, LSH, 32), ARSH, 32), "[-0x80000000, 0x7fffffff]"),
                arguments("[-5, 5] << 32 s>> 32", op(op(signed(-5, 5), LSH, 32), ARSH, 32), "[-5, 5]"));
    }

    static Stream<Arguments> narrow() {
        return Stream.of(
                arguments("w = x", op32(ANY, MOV, ANY), "[0, 0xffffffff]"),
                arguments("w + 1", op32(ANY, ADD, 1), "[0, 0xffffffff]"),
                arguments("byte w+ 5", op32(BYTE, ADD, 5), "[5, 260]"),
                arguments("byte w- 1", op32(BYTE, SUB, 1), "[0, 0xffffffff] 32:[-1, 254]"),
                arguments("byte w- 1 w+ 1", op32(op32(BYTE, SUB, 1), ADD, 1), "[0, 255]"),
                arguments("[-1, 5] w+ 1", op32(signed(-1, 5), ADD, 1), "[0, 6]"),
                arguments("2^32 + 3 w& 7", op32(Range.constant((1L << 32) + 3), AND, 7), "3"),
                arguments("x w& 0xff", op32(ANY, AND, 0xff), "[0, 255]"),
                arguments("byte w* 4", op32(BYTE, MUL, 4), "[0, 1020] bits (0x0; 0x3fc)"),
                arguments("x w>> 24", op32(ANY, RSH, 24), "[0, 255]"),
                arguments("x w>> 32", op32(ANY, RSH, 32), "[0, 0xffffffff]"),
                arguments("[-8, 7] ws>> 1", op32(signed(-8, 7), ARSH, 1), "[0, 0xffffffff] 32:[-4, 3]"),
                arguments("x w% 10", op32(ANY, MOD, 10), "[0, 9]"),
                arguments("x w/ 2^24", op32(ANY, DIV, 1 << 24), "[0, 255]"),
                arguments("x ws/ 2^24", op32(ANY, SDIV, 1 << 24), "[0, 0xffffffff] 32:[-128, 127]"),
                arguments("-w[1, 10]", unsigned(1, 10).negate(BITS_32), "[0xfffffff6, 0xffffffff]"),
                arguments("x w<< 28", op32(ANY, LSH, 28), "[0, 0xf0000000] bits (0x0; 0xf0000000)"),
                arguments("byte w^ -1", op32(BYTE, XOR, -1), "[0xffffff00, 0xffffffff]"));
    }

    static Stream<Arguments> resized() {
        return Stream.of(
                arguments("(s8) x", ANY.signExtend(Size.BYTE, BITS_64), "[-128, 127]"),
                arguments("(s8) byte", BYTE.signExtend(Size.BYTE, BITS_64), "[-128, 127]"),
                arguments("(s8) [0, 100]", unsigned(0, 100).signExtend(Size.BYTE, BITS_64), "[0, 100]"),
                arguments("(s8) [0xf0, 0xff]", unsigned(0xf0, 0xff).signExtend(Size.BYTE, BITS_64), "[-16, -1]"),
                arguments("(s16) [-3, 3]", signed(-3, 3).signExtend(Size.HALF, BITS_64), "[-3, 3]"),
                arguments("(s32) x", ANY.signExtend(Size.WORD, BITS_64), "[-0x80000000, 0x7fffffff]"),
                arguments("(s32) w[-3, 3]", signed(-3, 3).truncate32().signExtend(Size.WORD, BITS_64), "[-3, 3]"),
                arguments("(s8) x, 32 bits", ANY.signExtend(Size.BYTE, BITS_32), "[0, 0xffffffff] 32:[-128, 127]"),
                arguments("(u8) x", ANY.truncate(Size.BYTE), "[0, 255]"),
                arguments("(u8) [0x1234, 0x1240]", unsigned(0x1234, 0x1240).truncate(Size.BYTE), "[52, 64]"),
                arguments("(u16) [-3, -1]", signed(-3, -1).truncate(Size.HALF), "[65533, 65535]"),
                arguments("(u32) x", ANY.truncate(Size.WORD), "[0, 0xffffffff]"),
                arguments("be16 x", ANY.swap(SwapKind.TO_BIG_ENDIAN, Size.HALF), "[0, 65535]"),
                arguments("be16 byte", BYTE.swap(SwapKind.TO_BIG_ENDIAN, Size.HALF), "[0, 65280] bits (0x0; 0xff00)"),
                arguments("be16 0x1234", Range.constant(0x1234).swap(SwapKind.TO_BIG_ENDIAN, Size.HALF), "13330"),
                arguments("le32 x", ANY.swap(SwapKind.TO_LITTLE_ENDIAN, Size.WORD), "[0, 0xffffffff]"),
                arguments("s8 load", Range.ofSignedBytes(Size.BYTE), "[-128, 127]"),
                arguments("u16 load", Range.ofBytes(Size.HALF), "[0, 65535]"));
    }

    static Stream<Arguments> branches() {
        return Stream.of(
                arguments("x < 10", when(ANY, Condition.LESS, 10), "[0, 9]"),
                arguments("x <= 10", when(ANY, Condition.LESS_OR_EQUAL, 10), "[0, 10]"),
                arguments("byte > 10", when(BYTE, Condition.GREATER, 10), "[11, 255]"),
                arguments("byte >= 10", when(BYTE, Condition.GREATER_OR_EQUAL, 10), "[10, 255]"),
                arguments("x s> -1", when(ANY, Condition.SIGNED_GREATER, -1), "[0, 0x7fffffffffffffff]"),
                arguments("x s< 0", when(ANY, Condition.SIGNED_LESS, 0), "[-0x8000000000000000, -1]"),
                arguments("x == 5", when(ANY, Condition.EQUAL, 5), "5"),
                arguments("byte != 0", when(BYTE, Condition.NOT_EQUAL, 0), "[1, 255]"),
                arguments("byte != 255", when(BYTE, Condition.NOT_EQUAL, 255), "[0, 254]"),
                arguments("byte != 7", when(BYTE, Condition.NOT_EQUAL, 7), "[0, 255]"),
                arguments("x != 0", when(ANY, Condition.NOT_EQUAL, 0), "u[1, 0xffffffffffffffff]"),
                arguments("x & 4", when(ANY, Condition.BITS_SET, 4), "bits (0x4; 0xfffffffffffffffb)"),
                arguments("byte & 0xf0", when(BYTE, Condition.BITS_SET, 0xf0), "[16, 255]"),
                arguments("not byte & 0xf0", unless(BYTE, Condition.BITS_SET, 0xf0), "[0, 15]"),
                arguments("not x & -256", unless(ANY, Condition.BITS_SET, -256), "[0, 255]"),
                arguments("not x > 15", unless(ANY, Condition.GREATER, 15), "[0, 15]"),
                arguments("not byte == 0", unless(BYTE, Condition.EQUAL, 0), "[1, 255]"),
                arguments(
                        "multiple of 8 != 0",
                        when(op(op(ANY, AND, 7), LSH, 3), Condition.NOT_EQUAL, 0),
                        "[8, 56] bits (0x0; 0x38)"),
                arguments(
                        "multiple of 8 < 20",
                        when(op(op(ANY, AND, 7), LSH, 3), Condition.LESS, 20),
                        "[0, 16] bits (0x0; 0x18)"),
                arguments("[-8, 7] > 100", when(signed(-8, 7), Condition.GREATER, 100), "[-8, -1]"),
                arguments(
                        "x < [0, 10], the left",
                        refine(BITS_64, Condition.LESS, ANY, unsigned(0, 10), true)
                                .left(),
                        "[0, 9]"),
                arguments(
                        "[5, 10] < x, the right",
                        refine(BITS_64, Condition.LESS, unsigned(5, 10), ANY, true)
                                .right(),
                        "u[6, 0xffffffffffffffff]"),
                arguments(
                        "byte == [200, 300], the right",
                        refine(BITS_64, Condition.EQUAL, BYTE, unsigned(200, 300), true)
                                .right(),
                        "[200, 255]"));
    }

    static Stream<Arguments> branches32() {
        return Stream.of(
                arguments("word w< 16", when32(WORD, Condition.LESS, 16), "[0, 15]"),
                arguments("x w< 16", when32(ANY, Condition.LESS, 16), "32:[0, 15]"),
                arguments("x w< 16, then w = x", when32(ANY, Condition.LESS, 16).truncate32(), "[0, 15]"),
                arguments("word ws> -1", when32(WORD, Condition.SIGNED_GREATER, -1), "[0, 0x7fffffff]"),
                arguments("word ws< 0", when32(WORD, Condition.SIGNED_LESS, 0), "[0x80000000, 0xffffffff]"),
                arguments("word w== 5", when32(WORD, Condition.EQUAL, 5), "5"),
                arguments("x w== 5", when32(ANY, Condition.EQUAL, 5), "32:[5, 5]"),
                arguments("word w!= 0", when32(WORD, Condition.NOT_EQUAL, 0), "[1, 0xffffffff]"),
                arguments("word w& 8", when32(WORD, Condition.BITS_SET, 8), "[8, 0xffffffff] bits (0x8; 0xfffffff7)"),
                arguments(
                        "not word w& -16",
                        refine(BITS_32, Condition.BITS_SET, WORD, Range.constant(-16), false)
                                .left(),
                        "[0, 15]"),
                arguments(
                        "s32 ws< 5",
                        when32(Range.ofSignedBytes(Size.WORD), Condition.SIGNED_LESS, 5),
                        "[-0x80000000, 4]"),
                arguments(
                        "s32 ws> -3",
                        when32(Range.ofSignedBytes(Size.WORD), Condition.SIGNED_GREATER, -3),
                        "[-2, 0x7fffffff]"),
                arguments(
                        "s32 w> 5",
                        when32(Range.ofSignedBytes(Size.WORD), Condition.GREATER, 5),
                        "[-0x80000000, 0x7fffffff] u32:[6, 0xffffffff]"));
    }

    static Stream<Arguments> chains() {
        Range index = when32(op32(ANY, MOV, ANY), Condition.SIGNED_LESS, 16);
        return Stream.of(
                arguments("w s< 16", index, "[0, 0xffffffff] 32:[-0x80000000, 15]"),
                arguments("w s< 16, s>= 0", when32(index, Condition.SIGNED_GREATER_OR_EQUAL, 0), "[0, 15]"),
                arguments("w s< 16, (s32)", index.signExtend(Size.WORD, BITS_64), "[-0x80000000, 15]"),
                arguments("w s< 16, << 32 s>> 32", op(op(index, LSH, 32), ARSH, 32), "[-0x80000000, 15]"),
                arguments("x w< 16, << 32 >> 32", op(op(when32(ANY, Condition.LESS, 16), LSH, 32), RSH, 32), "[0, 15]"),
                arguments("(x & 3) + (x & 4)", op(op(ANY, AND, 3), ADD, op(ANY, AND, 4)), "[0, 7]"),
                arguments("(x & 0xf0) >> 4", op(op(ANY, AND, 0xf0), RSH, 4), "[0, 15]"),
                arguments("[1, 3] or [10, 12]", unsigned(1, 3).union(unsigned(10, 12)), "[1, 12]"),
                arguments("5 or 7", Range.constant(5).union(Range.constant(7)), "[5, 7] bits (0x5; 0x2)"),
                arguments(
                        "-1 or 1",
                        Range.constant(-1).union(Range.constant(1)),
                        "[-1, 1] bits (0x1; 0xfffffffffffffffe)"),
                arguments("x - x % 8", op(unsigned(0, 100), AND, ~7), "[0, 96] bits (0x0; 0x78)"),
                arguments(
                        "(x & 0xfff) * 24 + 8",
                        op(op(op(ANY, AND, 0xfff), MUL, 24), ADD, 8),
                        "[8, 0x17ff0] bits (0x0; 0x1fff8)"),
                arguments("byte << 2 + 64", op(op(BYTE, LSH, 2), ADD, 64), "[64, 1084] bits (0x0; 0x7fc)"),
                arguments("[0, 4] - 5", op(unsigned(0, 4), SUB, 5), "[-5, -1]"));
    }

    private static Range unsigned(long min, long max) {
        return Range.unsigned(min, max);
    }

    private static Range signed(long min, long max) {
        return Range.signed(min, max);
    }

    private static Range op(Range left, AluOp op, Range right) {
        return left.alu(BITS_64, op, right);
    }

    private static Range op(Range left, AluOp op, long right) {
        return left.alu(BITS_64, op, Range.constant(right));
    }

    private static Range op32(Range left, AluOp op, Range right) {
        return left.alu(BITS_32, op, right);
    }

    private static Range op32(Range left, AluOp op, long right) {
        return left.alu(BITS_32, op, Range.constant(right));
    }

    private static Range when(Range left, Condition condition, long right) {
        return refine(BITS_64, condition, left, Range.constant(right), true).left();
    }

    private static Range unless(Range left, Condition condition, long right) {
        return refine(BITS_64, condition, left, Range.constant(right), false).left();
    }

    private static Range when32(Range left, Condition condition, long right) {
        return refine(BITS_32, condition, left, Range.constant(right), true).left();
    }

    private static RangePair refine(Width width, Condition condition, Range left, Range right, boolean holds) {
        @Nullable RangePair pair = Range.refine(width, condition, left, right, holds);
        return Objects.requireNonNull(pair);
    }
}

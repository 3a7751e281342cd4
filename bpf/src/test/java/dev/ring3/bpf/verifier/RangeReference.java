package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import java.math.BigInteger;

/** What BPF instructions do to numbers, written from RFC 9669 alone and for clarity: what ranges are measured with. */
final class RangeReference {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

    private RangeReference() {}

    static long alu(Width width, AluOp op, long left, long right) {
        long l = width == Width.BITS_64 ? left : left & 0xffff_ffffL;
        long r = width == Width.BITS_64 ? right : right & 0xffff_ffffL;
        int count = (int) (right & (width.bits() - 1L));
        long result = switch (op) {
            case ADD -> l + r;
            case SUB -> l - r;
            case MUL -> l * r;
            case DIV -> r == 0 ? 0 : quotient(l, r);
            case MOD -> r == 0 ? l : l - r * quotient(l, r);
            case SDIV -> r == 0 ? 0 : signedQuotient(signed(width, l), signed(width, r));
            case SMOD ->
                r == 0 ? l : signed(width, l) - signed(width, r) * signedQuotient(signed(width, l), signed(width, r));
            case OR -> l | r;
            case AND -> l & r;
            case XOR -> l ^ r;
            case MOV -> r;
            case LSH -> l << count;
            case RSH -> l >>> count;
            case ARSH -> signed(width, l) >> count;
        };
        return width == Width.BITS_64 ? result : result & 0xffff_ffffL;
    }

    private static long signed(Width width, long value) {
        return width == Width.BITS_64 ? value : (int) value;
    }

    private static long quotient(long left, long right) {
        return left >= 0 && right > 0
                ? left / right
                : unsigned(left).divide(unsigned(right)).longValue();
    }

    /** Truncating; the one quotient that does not fit is cut to 64 bits. */
    private static long signedQuotient(long left, long right) {
        if (left == Long.MIN_VALUE) {
            return BigInteger.valueOf(left).divide(BigInteger.valueOf(right)).longValue();
        }
        long amount = quotient(Math.abs(left), Math.abs(right));
        return left < 0 == right < 0 ? amount : -amount;
    }

    private static BigInteger unsigned(long value) {
        BigInteger signed = BigInteger.valueOf(value);
        return value < 0 ? signed.add(TWO_TO_64) : signed;
    }

    static boolean test(Width width, Condition condition, long left, long right) {
        long l = width == Width.BITS_64 ? left : (int) left;
        long r = width == Width.BITS_64 ? right : (int) right;
        // Sign extension keeps the unsigned order of 32-bit numbers as well.
        boolean below = (l ^ Long.MIN_VALUE) < (r ^ Long.MIN_VALUE);
        return switch (condition) {
            case EQUAL -> l == r;
            case NOT_EQUAL -> l != r;
            case BITS_SET -> (l & r) != 0;
            case LESS -> below;
            case LESS_OR_EQUAL -> below || l == r;
            case GREATER -> !below && l != r;
            case GREATER_OR_EQUAL -> !below;
            case SIGNED_LESS -> l < r;
            case SIGNED_LESS_OR_EQUAL -> l <= r;
            case SIGNED_GREATER -> l > r;
            case SIGNED_GREATER_OR_EQUAL -> l >= r;
        };
    }

    static long truncate(Size size, long value) {
        return switch (size) {
            case BYTE -> value & 0xff;
            case HALF -> value & 0xffff;
            case WORD -> value & 0xffff_ffffL;
            case DOUBLE -> value;
        };
    }

    static long signExtend(Size from, Width width, long value) {
        long extended = switch (from) {
            case BYTE -> (byte) value;
            case HALF -> (short) value;
            case WORD -> (int) value;
            case DOUBLE -> value;
        };
        return width == Width.BITS_64 ? extended : extended & 0xffff_ffffL;
    }

    static long swap(SwapKind kind, Size size, long value) {
        if (kind == SwapKind.TO_LITTLE_ENDIAN) {
            return truncate(size, value);
        }
        long result = 0;
        for (int i = 0; i < size.bytes(); i++) {
            result = result << 8 | (value >>> (8 * i) & 0xff);
        }
        return result;
    }
}

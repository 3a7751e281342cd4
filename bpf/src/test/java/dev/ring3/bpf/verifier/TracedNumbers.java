package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;

/** Arithmetic as RFC 9669 defines it, on a little-endian machine; written apart from that of the engines. */
final class TracedNumbers {
    private TracedNumbers() {}

    static long alu64(AluOp op, long a, long b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> b == 0 ? 0 : Long.divideUnsigned(a, b);
            case SDIV -> b == 0 ? 0 : b == -1 ? -a : a / b;
            case OR -> a | b;
            case AND -> a & b;
            case LSH -> a << (b & 63);
            case RSH -> a >>> (b & 63);
            case MOD -> b == 0 ? a : Long.remainderUnsigned(a, b);
            case SMOD -> b == 0 ? a : b == -1 ? 0 : a % b;
            case XOR -> a ^ b;
            case MOV -> b;
            case ARSH -> a >> (b & 63);
        };
    }

    static long alu32(AluOp op, long left, long right) {
        int a = (int) left;
        int b = (int) right;
        int result = switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> b == 0 ? 0 : Integer.divideUnsigned(a, b);
            case SDIV -> b == 0 ? 0 : b == -1 ? -a : a / b;
            case OR -> a | b;
            case AND -> a & b;
            case LSH -> a << (b & 31);
            case RSH -> a >>> (b & 31);
            case MOD -> b == 0 ? a : Integer.remainderUnsigned(a, b);
            case SMOD -> b == 0 ? a : b == -1 ? 0 : a % b;
            case XOR -> a ^ b;
            case MOV -> b;
            case ARSH -> a >> (b & 31);
        };
        return Integer.toUnsignedLong(result);
    }

    static long extended(long value, int bits) {
        return value << (Long.SIZE - bits) >> (Long.SIZE - bits);
    }

    static long swapped(Insn.ByteSwap swap, long value) {
        boolean reverse = swap.kind() != SwapKind.TO_LITTLE_ENDIAN;
        return switch (swap.size()) {
            case BYTE -> value & 0xff;
            case HALF -> (reverse ? Short.reverseBytes((short) value) : value) & 0xffff;
            case WORD -> (reverse ? Integer.reverseBytes((int) value) : value) & 0xffff_ffffL;
            case DOUBLE -> reverse ? Long.reverseBytes(value) : value;
        };
    }

    static boolean test(Insn.JumpIf jump, long a, long b) {
        Condition condition = jump.condition();
        if (jump.width() == Width.BITS_64) {
            return condition.test(a, b);
        }
        return switch (condition) {
            case EQUAL, NOT_EQUAL, BITS_SET, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL ->
                condition.test(a & 0xffff_ffffL, b & 0xffff_ffffL);
            case SIGNED_GREATER, SIGNED_GREATER_OR_EQUAL, SIGNED_LESS, SIGNED_LESS_OR_EQUAL ->
                condition.test(extended(a, Integer.SIZE), extended(b, Integer.SIZE));
        };
    }
}

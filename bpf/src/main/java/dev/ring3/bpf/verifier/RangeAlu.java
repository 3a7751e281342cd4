package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Width;

/**
 * Arithmetic on ranges. For sums, products and bitwise operations the low half of the result depends on the low halves
 * of the operands alone, so both halves are worked out side by side, and a 32-bit operation is one that looks at the
 * low half only. The other operations of 32 bits are those of 64 on operands that were extended first.
 */
final class RangeAlu {
    private RangeAlu() {}

    static Range apply(Width width, AluOp op, Range left, Range right) {
        if (left.umin == left.umax && right.umin == right.umax) {
            return Range.constant(concrete(width, op, left.umin, right.umin));
        }
        if ((op == AluOp.ADD || op == AluOp.SUB) && (left.isUnknown() || right.isUnknown())) {
            return width == Width.BITS_64 ? Range.UNKNOWN : RangeResize.UNSIGNED_WORD;
        }
        return switch (op) {
            case ADD -> sum(width, left, right);
            case SUB -> difference(width, left, right);
            case MUL -> product(width, left, right);
            case AND -> RangeBitwise.and(width, left, right);
            case OR -> RangeBitwise.or(width, left, right);
            case XOR -> RangeBitwise.xor(width, left, right);
            case MOV -> width == Width.BITS_64 ? right : RangeResize.truncate32(right);
            case LSH -> RangeShift.left(width, left, right);
            case RSH -> RangeShift.right(width, left, right);
            case ARSH -> RangeShift.arithmeticRight(width, left, right);
            case DIV -> RangeDivision.divide(width, left, right);
            case MOD -> RangeDivision.modulo(width, left, right);
            case SDIV -> RangeDivision.divideSigned(width, left, right);
            case SMOD -> RangeDivision.moduloSigned(width, left, right);
        };
    }

    /** The operation on two known values. */
    static long concrete(Width width, AluOp op, long left, long right) {
        return width == Width.BITS_64
                ? concrete64(op, left, right)
                : Integer.toUnsignedLong(concrete32(op, (int) left, (int) right));
    }

    private static long concrete64(AluOp op, long left, long right) {
        return switch (op) {
            case ADD -> left + right;
            case SUB -> left - right;
            case MUL -> left * right;
            case DIV -> right == 0 ? 0 : Long.divideUnsigned(left, right);
            case SDIV -> right == 0 ? 0 : left / right;
            case OR -> left | right;
            case AND -> left & right;
            case LSH -> left << right;
            case RSH -> left >>> right;
            case MOD -> right == 0 ? left : Long.remainderUnsigned(left, right);
            case SMOD -> right == 0 ? left : left % right;
            case XOR -> left ^ right;
            case MOV -> right;
            case ARSH -> left >> right;
        };
    }

    private static int concrete32(AluOp op, int left, int right) {
        return switch (op) {
            case ADD -> left + right;
            case SUB -> left - right;
            case MUL -> left * right;
            case DIV -> right == 0 ? 0 : Integer.divideUnsigned(left, right);
            case SDIV -> right == 0 ? 0 : left / right;
            case OR -> left | right;
            case AND -> left & right;
            case LSH -> left << right;
            case RSH -> left >>> right;
            case MOD -> right == 0 ? left : Integer.remainderUnsigned(left, right);
            case SMOD -> right == 0 ? left : left % right;
            case XOR -> left ^ right;
            case MOV -> right;
            case ARSH -> left >> right;
        };
    }

    /** Normalises the result of an operation that has worked out the low half, and if 64 bits wide, the whole. */
    static Range finish(Width width, RangeBounds result) {
        if (width == Width.BITS_32) {
            result.zeroExtend32();
        }
        return result.toRange();
    }

    /** The sum of two arcs is an arc, unless together they go once round the circle. */
    private static Range sum(Width width, Range left, Range right) {
        if (width == Width.BITS_64) {
            if (right.umin == 0 && right.umax == 0) {
                return left;
            }
            if (left.umin == 0 && left.umax == 0) {
                return right;
            }
        }
        RangeBounds result = new RangeBounds();
        result.setBits(left.bits().add(right.bits()));
        int span32 = right.umax32 - right.umin32;
        if (Integer.compareUnsigned(left.umax32 - left.umin32, ~span32) <= 0) {
            result.meetArc32(left.umin32 + right.umin32, left.umax32 + right.umax32);
        }
        span32 = right.smax32 - right.smin32;
        if (Integer.compareUnsigned(left.smax32 - left.smin32, ~span32) <= 0) {
            result.meetArc32(left.smin32 + right.smin32, left.smax32 + right.smax32);
        }
        if (width == Width.BITS_64) {
            if (Long.compareUnsigned(left.umax - left.umin, ~(right.umax - right.umin)) <= 0) {
                result.meetArc(left.umin + right.umin, left.umax + right.umax);
            }
            if (Long.compareUnsigned(left.smax - left.smin, ~(right.smax - right.smin)) <= 0) {
                result.meetArc(left.smin + right.smin, left.smax + right.smax);
            }
        }
        return finish(width, result);
    }

    private static Range difference(Width width, Range left, Range right) {
        if (width == Width.BITS_64 && right.umin == 0 && right.umax == 0) {
            return left;
        }
        RangeBounds result = new RangeBounds();
        result.setBits(left.bits().subtract(right.bits()));
        int span32 = right.umax32 - right.umin32;
        if (Integer.compareUnsigned(left.umax32 - left.umin32, ~span32) <= 0) {
            result.meetArc32(left.umin32 - right.umax32, left.umax32 - right.umin32);
        }
        span32 = right.smax32 - right.smin32;
        if (Integer.compareUnsigned(left.smax32 - left.smin32, ~span32) <= 0) {
            result.meetArc32(left.smin32 - right.smax32, left.smax32 - right.smin32);
        }
        if (width == Width.BITS_64) {
            if (Long.compareUnsigned(left.umax - left.umin, ~(right.umax - right.umin)) <= 0) {
                result.meetArc(left.umin - right.umax, left.umax - right.umin);
            }
            if (Long.compareUnsigned(left.smax - left.smin, ~(right.smax - right.smin)) <= 0) {
                result.meetArc(left.smin - right.smax, left.smax - right.smin);
            }
        }
        return finish(width, result);
    }

    private static Range product(Width width, Range left, Range right) {
        if (left.isConstant()) {
            return product(width, right, left);
        }
        if (right.isConstant() && right.umin == 1 && width == Width.BITS_64) {
            return left;
        }
        RangeBounds result = new RangeBounds();
        result.setBits(left.bits().multiply(right.bits()));
        meetProduct32(result, left, right);
        if (width == Width.BITS_64) {
            meetProduct(result, left, right);
        }
        return finish(width, result);
    }

    private static void meetProduct(RangeBounds result, Range left, Range right) {
        if (Math.unsignedMultiplyHigh(left.umax, right.umax) == 0) {
            result.meetUnsigned(left.umin * right.umin, left.umax * right.umax);
        }
        // The signed extremes are at corners, whose products must fit.
        long low = left.smin * right.smin;
        long high = left.smax * right.smax;
        long mixed = left.smin * right.smax;
        long mixedOther = left.smax * right.smin;
        if (fits(left.smin, right.smin, low)
                && fits(left.smax, right.smax, high)
                && fits(left.smin, right.smax, mixed)
                && fits(left.smax, right.smin, mixedOther)) {
            result.meetSigned(
                    Math.min(Math.min(low, high), Math.min(mixed, mixedOther)),
                    Math.max(Math.max(low, high), Math.max(mixed, mixedOther)));
        }
    }

    private static boolean fits(long left, long right, long product) {
        return Math.multiplyHigh(left, right) == product >> (Long.SIZE - 1);
    }

    private static void meetProduct32(RangeBounds result, Range left, Range right) {
        long leftMax = left.unsignedMax32();
        long rightMax = right.unsignedMax32();
        if (Long.compareUnsigned(leftMax * rightMax, RangeBounds.LOW_HALF) <= 0) {
            result.meetUnsigned32(left.umin32 * right.umin32, left.umax32 * right.umax32);
        }
        long low = (long) left.smin32 * right.smin32;
        long high = (long) left.smax32 * right.smax32;
        long mixed = (long) left.smin32 * right.smax32;
        long mixedOther = (long) left.smax32 * right.smin32;
        long min = Math.min(Math.min(low, high), Math.min(mixed, mixedOther));
        long max = Math.max(Math.max(low, high), Math.max(mixed, mixedOther));
        if (max - min <= RangeBounds.LOW_HALF) {
            result.meetArc32((int) min, (int) max);
        }
    }
}

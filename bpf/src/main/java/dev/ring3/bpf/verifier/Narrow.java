package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import org.jspecify.annotations.Nullable;

/**
 * How a number came from 32 bits of another: compilers compare such copies and use the original. The original is the
 * number of an identity, see {@link Scalar}.
 *
 * @param identity of the original
 * @param delta added to the original before its low half was taken
 */
record Narrow(int identity, long delta, Form form) {
    /** What was made of the low half. */
    enum Form {
        /** Zero-extended. */
        LOW,
        /** Sign-extended. */
        SIGNED,
        /** Shifted to the upper half. */
        HIGH
    }

    private static final long LOW_HALF = 0xffff_ffffL;

    /** The low half of a number plus a constant, or null if the number is nobody's copy. */
    static @Nullable Narrow low(Scalar scalar, long constant) {
        if (isNamed(scalar)) {
            return new Narrow(scalar.identity, scalar.delta + constant, Form.LOW);
        }
        Narrow narrow = scalar.narrow;
        return narrow == null || narrow.form == Form.HIGH
                ? null
                : new Narrow(narrow.identity, narrow.delta + constant, Form.LOW);
    }

    /** The low half, sign-extended. */
    static @Nullable Narrow signed(Scalar scalar) {
        Narrow low = low(scalar, 0);
        return low == null ? null : new Narrow(low.identity, low.delta, Form.SIGNED);
    }

    /** What a 64-bit shift by 32 makes of a number. */
    static @Nullable Narrow shifted(AluOp op, Scalar scalar) {
        Narrow narrow = scalar.narrow;
        return switch (op) {
            case LSH -> {
                Narrow low = low(scalar, 0);
                yield low == null ? null : new Narrow(low.identity, low.delta, Form.HIGH);
            }
            case RSH, ARSH ->
                narrow == null || narrow.form != Form.HIGH
                        ? null
                        : new Narrow(narrow.identity, narrow.delta, op == AluOp.RSH ? Form.LOW : Form.SIGNED);
            case ADD, SUB, MUL, DIV, SDIV, OR, AND, MOD, SMOD, XOR, MOV -> null;
        };
    }

    private static boolean isNamed(Scalar scalar) {
        return scalar.identity != Scalar.NO_IDENTITY && scalar.identity != Scalar.PACKET_LENGTH;
    }

    /** What follows for another number from what is known of this one, whose range is given; or null. */
    @Nullable
    Range tells(Range range, Scalar other) {
        if (form == Form.HIGH) {
            return null;
        }
        if (other.identity == identity) {
            return fitting(other, low(range, other.delta - delta));
        }
        Narrow narrow = other.narrow;
        return narrow != null && narrow.identity == identity ? narrow.ofLow(low(range, narrow.delta - delta)) : null;
    }

    /** What follows for this number, which another one has, from the range of the original plus {@code known}. */
    @Nullable
    Range toldBy(Range range, long known) {
        return ofLow(low(range, delta - known));
    }

    private @Nullable Range ofLow(Range low) {
        return switch (form) {
            case LOW -> low;
            case SIGNED -> low.signExtend(Size.WORD, Width.BITS_64);
            case HIGH -> null;
        };
    }

    private static Range low(Range range, long constant) {
        return range.alu(Width.BITS_32, AluOp.ADD, Range.constant(constant));
    }

    /** The number of which this is the low half, if it has no more bits than that. */
    private static @Nullable Range fitting(Scalar whole, Range low) {
        if (Long.compareUnsigned(whole.range.unsignedMax(), LOW_HALF) <= 0) {
            return low;
        }
        return whole.range.signedMin() >= Integer.MIN_VALUE && whole.range.signedMax() <= Integer.MAX_VALUE
                ? low.signExtend(Size.WORD, Width.BITS_64)
                : null;
    }
}

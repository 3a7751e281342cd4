package dev.ring3.litmus.search;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.search.Datum.Addr;
import dev.ring3.litmus.search.Datum.Low;
import dev.ring3.litmus.search.Datum.Num;
import dev.ring3.litmus.search.Datum.ReadOf;
import dev.ring3.litmus.search.Datum.Result;
import dev.ring3.litmus.search.Datum.Unusable;
import org.jspecify.annotations.Nullable;

/**
 * What instructions compute (RFC 9669 section 4), on numbers and on addresses of locations.
 *
 * <p>Locations lie above the first 64 KiB and below 2<sup>31</sup>, each apart from the others; where exactly is not
 * known. So an address survives 32-bit operations, differs from small numbers and from addresses of other locations, and
 * whatever else would depend on the number that it is has no exact answer.
 */
final class Meaning {
    /** Numbers below this are no addresses. */
    private static final long ADDRESS_MIN = 1 << 16;

    private final Reading reading;

    Meaning(Reading reading) {
        this.reading = reading;
    }

    /** The result, or a term if an operand is not known yet. */
    Datum apply(Insn insn, Datum left, Datum right) {
        if (insn instanceof Insn.Alu(Width _, AluOp op, var _, var _) && op == AluOp.XOR && left.equals(right)) {
            return Datum.zero(); // also of what is not known yet
        }
        if (!left.isKnown() || !right.isKnown()) {
            return new Result(insn, left, right);
        }
        requireUsable(left);
        requireUsable(right);
        return switch (insn) {
            case Insn.Alu alu -> alu(alu.width(), alu.op(), left, right);
            case Insn.Atomic atomic -> updated(atomic, left, right);
            case Insn.Negate negate -> new Num(narrow(negate.width(), -number(left, "negated")));
            case Insn.MoveSignExtend move ->
                new Num(narrow(
                        move.width(),
                        signed(number(left, "sign-extended"), move.from().bytes())));
            case Insn.ByteSwap swap -> new Num(swapped(swap, number(left, "swapped")));
            case Insn other -> throw new IllegalStateException("no arithmetic: " + other);
        };
    }

    /** The low bytes of a value, as a store writes them or a load extends them. */
    Datum low(Datum value, int bytes, boolean signed) {
        if (reading == Reading.HERD) {
            return value;
        }
        return switch (value) {
            case Num(long bits) -> new Num(signed ? signed(bits, bytes) : unsigned(bits, bytes));
            case Addr address -> {
                if (bytes < Integer.BYTES) {
                    throw new Inexact("%d of the bytes of an address".formatted(bytes));
                }
                yield address;
            }
            case Unusable unusable -> {
                requireUsable(unusable);
                yield unusable;
            }
            case ReadOf _, Result _, Low _ -> new Low(bytes, signed, value);
        };
    }

    /** Whether a condition holds, or null if an operand is not known yet. */
    @Nullable
    Boolean test(Width width, Condition condition, Datum left, Datum right) {
        if (!left.isKnown() || !right.isKnown()) {
            return null;
        }
        requireUsable(left);
        requireUsable(right);
        if (left instanceof Num(long a) && right instanceof Num(long b)) {
            return reading == Reading.HERD
                    ? herdCondition(condition).test(a, b)
                    : condition.test(extended(width, condition, a), extended(width, condition, b));
        }
        return testAddresses(condition, left, right);
    }

    private static Condition herdCondition(Condition condition) {
        return switch (condition) {
            case LESS -> Condition.SIGNED_LESS;
            case GREATER_OR_EQUAL -> Condition.SIGNED_GREATER_OR_EQUAL;
            case GREATER -> Condition.SIGNED_GREATER;
            case LESS_OR_EQUAL -> Condition.SIGNED_LESS_OR_EQUAL;
            case EQUAL,
                    NOT_EQUAL,
                    BITS_SET,
                    SIGNED_GREATER,
                    SIGNED_GREATER_OR_EQUAL,
                    SIGNED_LESS,
                    SIGNED_LESS_OR_EQUAL -> condition;
        };
    }

    private static long extended(Width width, Condition condition, long value) {
        if (width == Width.BITS_64) {
            return value;
        }
        return switch (condition) {
            case SIGNED_GREATER, SIGNED_GREATER_OR_EQUAL, SIGNED_LESS, SIGNED_LESS_OR_EQUAL -> (int) value;
            case EQUAL, GREATER, GREATER_OR_EQUAL, BITS_SET, NOT_EQUAL, LESS, LESS_OR_EQUAL ->
                Integer.toUnsignedLong((int) value);
        };
    }

    /** Addresses stand for a number that is larger than small ones, and positive. */
    private static boolean testAddresses(Condition condition, Datum left, Datum right) {
        if (left instanceof Addr(int location, long offset) && right instanceof Addr(int location2, long offset2)) {
            if (location == location2 && condition != Condition.BITS_SET) {
                return condition.test(offset + ADDRESS_MIN, offset2 + ADDRESS_MIN);
            }
            if (condition == Condition.EQUAL || condition == Condition.NOT_EQUAL) {
                return condition == Condition.NOT_EQUAL;
            }
            throw new Inexact("which of two locations lies before the other");
        }
        Num number = left instanceof Num n ? n : (Num) right;
        if (number.bits() >= ADDRESS_MIN || (condition == Condition.BITS_SET && number.bits() != 0)) {
            throw new Inexact("how an address compares with %d".formatted(number.bits()));
        }
        return left instanceof Num
                ? condition.test(number.bits(), ADDRESS_MIN)
                : condition.test(ADDRESS_MIN, number.bits());
    }

    private Datum alu(Width given, AluOp op, Datum left, Datum right) {
        Width width = reading == Reading.HERD ? Width.BITS_64 : given;
        if (op == AluOp.MOV) {
            return right instanceof Num(long bits) ? new Num(narrow(width, bits)) : right;
        }
        if (left instanceof Num(long a) && right instanceof Num(long b)) {
            if (reading == Reading.HERD && b == 0 && (op == AluOp.DIV || op == AluOp.MOD)) {
                throw new Inexact("a division by zero in herd's reading");
            }
            return new Num(width == Width.BITS_64 ? compute(op, a, b) : unsigned(compute32(op, (int) a, (int) b), 4));
        }
        return onAddress(op, left, right);
    }

    private static Datum onAddress(AluOp op, Datum left, Datum right) {
        switch (op) {
            case ADD -> {
                if (left instanceof Addr(int location, long offset) && right instanceof Num(long b)) {
                    return new Addr(location, offset + b);
                }
                if (left instanceof Num(long a) && right instanceof Addr(int location, long offset)) {
                    return new Addr(location, offset + a);
                }
            }
            case SUB -> {
                if (left instanceof Addr(int location, long offset) && right instanceof Num(long b)) {
                    return new Addr(location, offset - b);
                }
                if (left instanceof Addr(int location, long offset)
                        && right instanceof Addr(int location2, long offset2)
                        && location == location2) {
                    return new Num(offset - offset2);
                }
            }
            case OR, XOR, LSH, RSH, ARSH -> {
                if (isZero(right)) {
                    return left;
                }
                if (isZero(left)) {
                    return op == AluOp.OR || op == AluOp.XOR ? right : left;
                }
                if (op == AluOp.OR && left.equals(right)) {
                    return left;
                }
            }
            case AND, MUL -> {
                if (isZero(left) || isZero(right)) {
                    return Datum.zero();
                }
                if (op == AluOp.AND && left.equals(right)) {
                    return left;
                }
            }
            case DIV, SDIV -> {
                if (isZero(left) || isZero(right)) {
                    return Datum.zero();
                }
            }
            case MOD, SMOD -> {
                if (isZero(left) || isZero(right)) {
                    return left;
                }
            }
            case MOV -> {}
        }
        throw new Inexact("what %s makes of an address".formatted(op));
    }

    private static boolean isZero(Datum value) {
        return value instanceof Num(long bits) && bits == 0;
    }

    static long compute(AluOp op, long a, long b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> b == 0 ? 0 : Long.divideUnsigned(a, b);
            case SDIV -> b == 0 ? 0 : a / b;
            case OR -> a | b;
            case AND -> a & b;
            case LSH -> a << b;
            case RSH -> a >>> b;
            case MOD -> b == 0 ? a : Long.remainderUnsigned(a, b);
            case SMOD -> b == 0 ? a : a % b;
            case XOR -> a ^ b;
            case MOV -> b;
            case ARSH -> a >> b;
        };
    }

    static int compute32(AluOp op, int a, int b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> b == 0 ? 0 : Integer.divideUnsigned(a, b);
            case SDIV -> b == 0 ? 0 : a / b;
            case OR -> a | b;
            case AND -> a & b;
            case LSH -> a << b;
            case RSH -> a >>> b;
            case MOD -> b == 0 ? a : Integer.remainderUnsigned(a, b);
            case SMOD -> b == 0 ? a : a % b;
            case XOR -> a ^ b;
            case MOV -> b;
            case ARSH -> a >> b;
        };
    }

    /** What an atomic operation, other than a compare-exchange, writes. */
    private Datum updated(Insn.Atomic atomic, Datum old, Datum operand) {
        AluOp op = switch (atomic.op()) {
            case ADD, FETCH_ADD -> AluOp.ADD;
            case OR, FETCH_OR -> AluOp.OR;
            case AND, FETCH_AND -> AluOp.AND;
            case XOR, FETCH_XOR -> AluOp.XOR;
            case EXCHANGE, COMPARE_EXCHANGE -> AluOp.MOV;
        };
        return low(alu(Width.BITS_64, op, old, operand), atomic.size().bytes(), false);
    }

    /** Whether the operation writes what does not depend on what it reads. */
    static boolean writesOperand(AtomicOp op) {
        return op == AtomicOp.EXCHANGE || op == AtomicOp.COMPARE_EXCHANGE;
    }

    private static long swapped(Insn.ByteSwap swap, long value) {
        if (swap.kind() == SwapKind.TO_LITTLE_ENDIAN) { // tests are read as on a little-endian machine
            return unsigned(value, swap.size().bytes());
        }
        return Long.reverseBytes(value) >>> (Long.SIZE - swap.size().bits());
    }

    private static long number(Datum value, String done) {
        if (value instanceof Num(long bits)) {
            return bits;
        }
        throw new Inexact("an address, %s".formatted(done));
    }

    private static void requireUsable(Datum value) {
        if (value instanceof Unusable(String reason)) {
            throw new Inexact(reason);
        }
    }

    private static long narrow(Width width, long value) {
        return width == Width.BITS_64 ? value : Integer.toUnsignedLong((int) value);
    }

    static long unsigned(long value, int bytes) {
        int unused = Long.SIZE - Byte.SIZE * bytes;
        return value << unused >>> unused;
    }

    private static long signed(long value, int bytes) {
        int unused = Long.SIZE - Byte.SIZE * bytes;
        return value << unused >> unused;
    }
}

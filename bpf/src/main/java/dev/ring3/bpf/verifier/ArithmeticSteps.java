package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Arithmetic: on numbers here, on pointers in {@link PointerSteps}. */
final class ArithmeticSteps {
    private static final String NUMBERS_ONLY = "only 64-bit addition and subtraction work on pointers";

    private final Analysis analysis;
    private final PointerSteps pointers;

    ArithmeticSteps(Analysis analysis) {
        this.analysis = analysis;
        this.pointers = new PointerSteps(analysis);
    }

    void alu(State state, Insn.Alu alu) {
        if (alu.op() == AluOp.MOV) {
            move(state, alu);
            return;
        }
        if (alu.source() == alu.dst() && (alu.op() == AluOp.XOR || alu.op() == AluOp.SUB)) {
            Steps.value(state, alu.dst());
            state.set(alu.dst(), Scalar.constant(0));
            return;
        }
        Value left = Steps.value(state, alu.dst());
        Value right = Steps.value(state, alu.source());
        if (left instanceof Scalar a && right instanceof Scalar b) {
            state.set(alu.dst(), result(alu, a, b).withNarrow(narrow(alu, a, b)));
            return;
        }
        boolean adds = alu.op() == AluOp.OR
                && left instanceof Pointer pointer
                && right instanceof Scalar scalar
                && PointerSteps.orAdds(pointer, scalar);
        if (alu.width() == Width.BITS_32 || (alu.op() != AluOp.ADD && alu.op() != AluOp.SUB && !adds)) {
            throw new Refusal(
                    Rule.POINTER_ARITHMETIC,
                    "%d-bit %s of a pointer".formatted(alu.width().bits(), alu.op()),
                    NUMBERS_ONLY,
                    registers(alu.dst(), alu.source()));
        }
        Value named = left instanceof Pointer pointer && pointer.target.isInPacket() && right instanceof Scalar scalar
                ? shared(state, alu, scalar)
                : right;
        state.set(alu.dst(), pointers.result(alu, left, named));
    }

    /** How the result comes from 32 bits of a number that may have copies. */
    private static @Nullable Narrow narrow(Insn.Alu alu, Scalar a, Scalar b) {
        if (!b.isConstant()) {
            return null;
        }
        long constant = b.range.constantValue();
        return switch (alu.op()) {
            case ADD -> alu.width() == Width.BITS_32 ? Narrow.low(a, constant) : null;
            case SUB -> alu.width() == Width.BITS_32 ? Narrow.low(a, -constant) : null;
            case LSH, RSH, ARSH ->
                alu.width() == Width.BITS_64 && constant == Integer.SIZE ? Narrow.shifted(alu.op(), a) : null;
            case MUL, DIV, SDIV, OR, AND, MOD, SMOD, XOR, MOV -> null;
        };
    }

    private static int[] registers(Register dst, Operand source) {
        return source instanceof Register register && register != dst
                ? new int[] {dst.number(), register.number()}
                : new int[] {dst.number()};
    }

    private void move(State state, Insn.Alu alu) {
        Value value = Steps.value(state, alu.source());
        switch (value) {
            case Scalar scalar when alu.width() == Width.BITS_64 -> state.set(alu.dst(), shared(state, alu, scalar));
            case Scalar scalar -> {
                if (scalar.range.unsignedMax() >= 0 && scalar.range.unsignedMax() <= 0xffff_ffffL) {
                    state.set(alu.dst(), shared(state, alu, scalar));
                } else {
                    Scalar named = shared(state, alu, scalar);
                    state.set(alu.dst(), truncated(named, Size.WORD).withNarrow(Narrow.low(named, 0)));
                }
            }
            case Pointer _ when alu.width() == Width.BITS_64 -> state.set(alu.dst(), value);
            case Pointer _, IteratorState _ ->
                throw new Refusal(
                        Rule.POINTER_ARITHMETIC,
                        "32-bit copy of a pointer",
                        NUMBERS_ONLY,
                        registers(alu.dst(), alu.source()));
            case Value.Nothing _ -> throw new IllegalStateException("was refused");
        }
    }

    /** A copy that is known to be one, so that what a branch tells of one is known of the other. */
    private Scalar shared(State state, Insn.Alu alu, Scalar scalar) {
        if (scalar.isConstant()
                || scalar.identity != Scalar.NO_IDENTITY
                || !(alu.source() instanceof Register source)) {
            return scalar;
        }
        Scalar named = scalar.withIdentity(analysis.newNumber());
        state.set(source, named);
        return named;
    }

    /** The low bytes of a number, which is at most the number itself. */
    static Scalar truncated(Scalar scalar, Size size) {
        Range range = scalar.range.truncate(size);
        return range.equals(scalar.range)
                ? scalar
                : new Scalar(range, scalar.dependency, Scalar.NO_IDENTITY, 0, scalar.room);
    }

    private static Scalar result(Insn.Alu alu, Scalar a, Scalar b) {
        Range range = a.range.alu(alu.width(), alu.op(), b.range);
        Dependency dependency = Dependency.of(a.dependency, b.dependency);
        boolean plusConstant = alu.width() == Width.BITS_64 && b.isConstant();
        return switch (alu.op()) {
            case ADD ->
                plusConstant
                        ? sum(a, b.range.constantValue(), range, dependency)
                        : alu.width() == Width.BITS_64 && a.isConstant()
                                ? sum(b, a.range.constantValue(), range, dependency)
                                : Scalar.of(range, dependency);
            case SUB ->
                plusConstant
                        ? sum(a, -b.range.constantValue(), range, dependency)
                        : difference(alu.width(), a, b, range, dependency);
            case AND, RSH, DIV, MOD -> new Scalar(range, dependency, Scalar.NO_IDENTITY, 0, atMost(alu.op(), a, b));
            case MUL, SDIV, OR, LSH, SMOD, XOR, ARSH, MOV -> Scalar.of(range, dependency);
        };
    }

    /** The room of a result that is at most {@code a}, or for AND at most either. */
    private static long atMost(AluOp op, Scalar a, Scalar b) {
        return op == AluOp.AND ? Math.max(a.room, b.room) : a.room;
    }

    private static Scalar sum(Scalar a, long constant, Range range, @Nullable Dependency why) {
        return new Scalar(
                range,
                why,
                a.identity,
                a.identity == Scalar.NO_IDENTITY ? 0 : a.delta + constant,
                Room.afterAdding(a, constant));
    }

    private static Scalar difference(Width width, Scalar a, Scalar b, Range range, @Nullable Dependency why) {
        boolean noBorrow =
                width == Width.BITS_64 && Long.compareUnsigned(a.range.unsignedMin(), b.range.unsignedMax()) >= 0;
        return new Scalar(range, why, Scalar.NO_IDENTITY, 0, noBorrow ? a.room : Scalar.NO_ROOM);
    }

    void signExtend(State state, Insn.MoveSignExtend move) {
        Scalar scalar = numberForArithmetic(state, move.source());
        Range range = scalar.range.signExtend(move.from(), move.width());
        state.set(
                move.dst(),
                range.equals(scalar.range)
                        ? scalar
                        : Scalar.of(range, scalar.dependency).withNarrow(narrow(move, scalar)));
    }

    private static @Nullable Narrow narrow(Insn.MoveSignExtend move, Scalar scalar) {
        return move.from() == Size.WORD && move.width() == Width.BITS_64 ? Narrow.signed(scalar) : null;
    }

    void negate(State state, Insn.Negate negate) {
        Scalar scalar = numberForArithmetic(state, negate.dst());
        state.set(negate.dst(), Scalar.of(scalar.range.negate(negate.width()), scalar.dependency));
    }

    void swap(State state, Insn.ByteSwap swap) {
        Scalar scalar = numberForArithmetic(state, swap.dst());
        boolean littleEndian = analysis.subject.order() == ByteOrder.LITTLE_ENDIAN;
        SwapKind kind = littleEndian
                ? swap.kind()
                : switch (swap.kind()) {
                    case TO_LITTLE_ENDIAN, REVERSE -> SwapKind.REVERSE;
                    case TO_BIG_ENDIAN -> SwapKind.TO_LITTLE_ENDIAN;
                };
        if (kind == SwapKind.TO_LITTLE_ENDIAN) {
            state.set(swap.dst(), truncated(scalar, swap.size()));
        } else {
            state.set(swap.dst(), Scalar.of(scalar.range.swap(kind, swap.size()), scalar.dependency));
        }
    }

    private static Scalar numberForArithmetic(State state, Register register) {
        return switch (Steps.value(state, register)) {
            case Scalar scalar -> scalar;
            case Pointer _, IteratorState _, Value.Nothing _ ->
                throw new Refusal(
                        Rule.POINTER_ARITHMETIC,
                        "%s is a pointer, not a number".formatted(register),
                        NUMBERS_ONLY,
                        register.number());
        };
    }
}

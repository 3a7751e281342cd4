package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Width;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Conditional jumps: which ways are possible, and what each tells about the values that were compared. */
final class BranchSteps {
    /** Addresses lie so far above 0 that offsets above this do not wrap around. */
    private static final long OFFSET_MIN = -4096;

    private final Analysis analysis;
    private final Consumer<State> branch;

    BranchSteps(Analysis analysis, Consumer<State> branch) {
        this.analysis = analysis;
        this.branch = branch;
    }

    int jumpIf(State state, Insn.JumpIf jump) {
        state.branches++;
        Value left = Steps.value(state, jump.left());
        Value right = Steps.value(state, jump.right());
        if (left instanceof Pointer || right instanceof Pointer) {
            mark(left); // what is learned of the pointer depends on the number
            mark(right);
        }
        RangeTruth truth = test(jump, left, right);
        if (truth == RangeTruth.SOMETIMES) {
            return bothWays(state, jump, left, right);
        }
        if (left instanceof Scalar a && right instanceof Scalar b) {
            Dependency.mark(a.dependency);
            Dependency.mark(b.dependency);
            if (a.room != Scalar.NO_ROOM || b.room != Scalar.NO_ROOM) {
                learn(state, jump, truth == RangeTruth.ALWAYS); // where the packet ends is news all the same
            }
        }
        state.step(state.slot, truth == RangeTruth.ALWAYS);
        return truth == RangeTruth.ALWAYS ? target(state, jump) : state.slot + 1;
    }

    private static int target(State state, Insn.JumpIf jump) {
        return state.slot + 1 + jump.offset();
    }

    /** Goes on both ways, unless what follows from one cannot be. */
    private int bothWays(State state, Insn.JumpIf jump, Value left, Value right) {
        int next = state.slot + 1;
        int target = target(state, jump);
        State jumped = state.copy();
        boolean jumps = learn(jumped, jump, true);
        boolean stays = learn(state, jump, false);
        if (!stays || !jumps) {
            mark(left);
            mark(right);
        }
        if (stays && jumps) {
            jumped.step(state.slot, true);
            jumped.slot = target;
            branch.accept(jumped);
        }
        if (stays) {
            state.step(state.slot, false);
            return next;
        }
        learn(state, jump, true);
        state.step(state.slot, true);
        return target;
    }

    private static void mark(Value value) {
        if (value instanceof Scalar scalar) {
            Dependency.mark(scalar.dependency);
        }
    }

    private RangeTruth test(Insn.JumpIf jump, Value left, Value right) {
        if (left instanceof Scalar a && right instanceof Scalar b) {
            return jump.left() == jump.right()
                    ? sameRegister(jump.condition(), a, jump.width())
                    : a.range.test(jump.width(), jump.condition(), b.range);
        }
        if (left instanceof Pointer a && right instanceof Pointer b && jump.width() == Width.BITS_64) {
            return testPointers(jump, a, b);
        }
        Pointer pointer = left instanceof Pointer a ? a : right instanceof Pointer b ? b : null;
        boolean withNull = jump.width() == Width.BITS_64
                && (isZero(left) || isZero(right))
                && (jump.condition() == Condition.EQUAL || jump.condition() == Condition.NOT_EQUAL);
        if (pointer != null && withNull) {
            if (pointer.nullable) {
                return RangeTruth.SOMETIMES;
            }
            return jump.condition() == Condition.EQUAL ? RangeTruth.NEVER : RangeTruth.ALWAYS;
        }
        if (analysis.has(ProgramType.Trait.POINTERS_MAY_LEAK)) {
            return RangeTruth.SOMETIMES;
        }
        throw new Refusal(
                Rule.POINTER_LEAK,
                "a pointer is compared with a number",
                "compare pointers with null, or with pointers into the same object",
                registers(jump.left(), jump.right()));
    }

    private static RangeTruth sameRegister(Condition condition, Scalar scalar, Width width) {
        return switch (condition) {
            case EQUAL, GREATER_OR_EQUAL, LESS_OR_EQUAL, SIGNED_GREATER_OR_EQUAL, SIGNED_LESS_OR_EQUAL ->
                RangeTruth.ALWAYS;
            case NOT_EQUAL, GREATER, LESS, SIGNED_GREATER, SIGNED_LESS -> RangeTruth.NEVER;
            case BITS_SET -> scalar.range.test(width, condition, scalar.range);
        };
    }

    private static boolean isZero(Value value) {
        return value instanceof Scalar scalar && scalar.isConstant() && scalar.range.constantValue() == 0;
    }

    private RangeTruth testPointers(Insn.JumpIf jump, Pointer a, Pointer b) {
        long lengthMax = Packets.lengthMax(analysis.subject.type().entry());
        if (Packets.comparable(a, b)) {
            return Packets.test(jump.condition(), a, b, lengthMax);
        }
        if (Packets.comparable(b, a)) {
            return Packets.test(mirrored(jump.condition()), b, a, lengthMax);
        }
        if (a.sameThing(b) && jump.condition() != Condition.BITS_SET) {
            boolean sameVariable = a.identity != 0 && a.identity == b.identity;
            Range left = position(a, sameVariable);
            Range right = position(b, sameVariable);
            return comparable(left) && comparable(right)
                    ? left.test(Width.BITS_64, jump.condition(), right)
                    : RangeTruth.SOMETIMES;
        }
        if (analysis.has(ProgramType.Trait.POINTERS_MAY_LEAK)) {
            return RangeTruth.SOMETIMES;
        }
        throw new Refusal(
                Rule.POINTER_LEAK,
                "pointers are compared in a way that tells something of addresses: %s, and %s".formatted(a, b),
                "",
                registers(jump.left(), jump.right()));
    }

    /** Offsets shifted to be positive, so that they compare as the addresses do. */
    private static Range position(Pointer pointer, boolean withoutVariable) {
        Range offset = Range.constant(pointer.offset - OFFSET_MIN);
        return withoutVariable ? offset : offset.alu(Width.BITS_64, AluOp.ADD, pointer.variable);
    }

    private static boolean comparable(Range position) {
        return position.signedMin() >= 0 && position.signedMax() <= 2 * PointerSteps.OFFSET_MAX;
    }

    private static Condition mirrored(Condition condition) {
        return switch (condition) {
            case EQUAL -> Condition.EQUAL;
            case NOT_EQUAL -> Condition.NOT_EQUAL;
            case BITS_SET -> Condition.BITS_SET;
            case GREATER -> Condition.LESS;
            case GREATER_OR_EQUAL -> Condition.LESS_OR_EQUAL;
            case LESS -> Condition.GREATER;
            case LESS_OR_EQUAL -> Condition.GREATER_OR_EQUAL;
            case SIGNED_GREATER -> Condition.SIGNED_LESS;
            case SIGNED_GREATER_OR_EQUAL -> Condition.SIGNED_LESS_OR_EQUAL;
            case SIGNED_LESS -> Condition.SIGNED_GREATER;
            case SIGNED_LESS_OR_EQUAL -> Condition.SIGNED_GREATER_OR_EQUAL;
        };
    }

    private static int[] registers(Register left, Operand right) {
        return right instanceof Register register
                ? new int[] {left.number(), register.number()}
                : new int[] {left.number()};
    }

    /** Narrows what is known to the case that the condition holds, or does not; false if it cannot be so. */
    private boolean learn(State state, Insn.JumpIf jump, boolean holds) {
        Value left = Steps.value(state, jump.left());
        Value right = Steps.value(state, jump.right());
        if (left instanceof Scalar a && right instanceof Scalar b) {
            return jump.left() == jump.right() || learnNumbers(state, jump, a, b, holds);
        }
        if (left instanceof Pointer a && right instanceof Pointer b) {
            if (jump.width() == Width.BITS_64 && Packets.comparable(a, b)) {
                Packets.learn(state, jump.condition(), holds, a, b);
            } else if (jump.width() == Width.BITS_64 && Packets.comparable(b, a)) {
                Packets.learn(state, mirrored(jump.condition()), holds, b, a);
            } else if (jump.width() == Width.BITS_64 && a.sameThing(b) && a.target instanceof Target.Packet) {
                Packets.learnOrder(state, jump.condition(), holds, a, b);
            }
            return true;
        }
        Pointer pointer = left instanceof Pointer a ? a : right instanceof Pointer b ? b : null;
        if (pointer != null
                && pointer.nullable
                && jump.width() == Width.BITS_64
                && (isZero(left) || isZero(right))
                && (jump.condition() == Condition.EQUAL || jump.condition() == Condition.NOT_EQUAL)) {
            learnNull(state, pointer, (jump.condition() == Condition.EQUAL) == holds);
        }
        return true;
    }

    /**
     * All copies of the pointer are null, or none is. A resource that is null need not be given back; its number is the
     * identity of the pointer that a call acquired.
     */
    private static void learnNull(State state, Pointer pointer, boolean isNull) {
        if (isNull && pointer.identity == pointer.target.resourceOrZero()) {
            state.release(pointer.identity);
        }
        state.replaceAll(value -> value instanceof Pointer other && other.nullable && other.identity == pointer.identity
                ? isNull ? Scalar.constant(0) : other.notNull()
                : value);
    }

    private boolean learnNumbers(State state, Insn.JumpIf jump, Scalar a, Scalar b, boolean holds) {
        RangePair pair = Range.refine(jump.width(), jump.condition(), a.range, b.range, holds);
        if (pair == null) {
            return false;
        }
        Dependency why = Dependency.of(a.dependency, b.dependency);
        assign(state, jump.left(), a, learned(a, pair.left(), roomBelow(jump, jump.condition(), a, b, holds), why));
        if (jump.right() instanceof Register register) {
            long room = roomBelow(jump, mirrored(jump.condition()), b, a, holds);
            assign(state, register, b, learned(b, pair.right(), room, why));
        }
        return true;
    }

    /** If something was learned, it depends on both sides. */
    private static Scalar learned(Scalar scalar, Range range, long room, @Nullable Dependency why) {
        return range.equals(scalar.range) && room <= scalar.room
                ? scalar
                : scalar.withRange(range, why).withRoom(Math.max(scalar.room, room));
    }

    /** The room of {@code a} that follows from its being below {@code b}. */
    private static long roomBelow(Insn.JumpIf jump, Condition condition, Scalar a, Scalar b, boolean holds) {
        if (b.room == Scalar.NO_ROOM || !comparesAsUnsigned(jump, a, b)) {
            return Scalar.NO_ROOM;
        }
        return switch (condition) {
            case LESS, SIGNED_LESS -> holds ? b.room + 1 : Scalar.NO_ROOM;
            case LESS_OR_EQUAL, SIGNED_LESS_OR_EQUAL -> holds ? b.room : Scalar.NO_ROOM;
            case GREATER, SIGNED_GREATER -> holds ? Scalar.NO_ROOM : b.room;
            case GREATER_OR_EQUAL, SIGNED_GREATER_OR_EQUAL -> holds ? Scalar.NO_ROOM : b.room + 1;
            case EQUAL -> holds ? b.room : roomIfDifferent(a, b);
            case NOT_EQUAL -> holds ? roomIfDifferent(a, b) : b.room;
            case BITS_SET -> Scalar.NO_ROOM;
        };
    }

    /** At most the packet's length plus a delta, and not equal to it: below it. */
    private static long roomIfDifferent(Scalar a, Scalar b) {
        return b.identity == Scalar.PACKET_LENGTH && b.room == -b.delta && a.room >= b.room
                ? b.room + 1
                : Scalar.NO_ROOM;
    }

    private static boolean comparesAsUnsigned(Insn.JumpIf jump, Scalar a, Scalar b) {
        boolean wide = jump.width() == Width.BITS_64;
        boolean narrow = isBelow(a, 0xffff_ffffL) && isBelow(b, 0xffff_ffffL);
        boolean signed = switch (jump.condition()) {
            case SIGNED_LESS, SIGNED_LESS_OR_EQUAL, SIGNED_GREATER, SIGNED_GREATER_OR_EQUAL -> true;
            case EQUAL, NOT_EQUAL, BITS_SET, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> false;
        };
        boolean positive = wide
                ? isBelow(a, Long.MAX_VALUE) && isBelow(b, Long.MAX_VALUE)
                : isBelow(a, Integer.MAX_VALUE) && isBelow(b, Integer.MAX_VALUE);
        return (wide || narrow) && (!signed || positive);
    }

    private static boolean isBelow(Scalar scalar, long max) {
        return Long.compareUnsigned(scalar.range.unsignedMax(), max) <= 0;
    }

    /** Gives a register what was learned of it, and tells its copies. */
    private static void assign(State state, Register register, Scalar before, Scalar now) {
        state.set(register, now);
        if (now == before) {
            return;
        }
        if (now.narrow != null) {
            tellOriginal(state, now, now.narrow);
        }
        if (before.identity == Scalar.NO_IDENTITY) {
            return;
        }
        state.replaceAll(value -> value instanceof Scalar other && other != now
                ? other.identity == before.identity
                        ? told(other, now)
                        : other.narrow != null && other.narrow.identity() == before.identity
                                ? narrowed(other, other.narrow.toldBy(now.range, now.delta), now)
                                : other
                : value);
        if (now.identity == Scalar.PACKET_LENGTH) {
            Packets.learnLength(state, now);
        }
    }

    /** What was learned of a number that came from 32 bits of another tells of that, and of others that did. */
    private static void tellOriginal(State state, Scalar now, Narrow narrow) {
        state.replaceAll(value -> value instanceof Scalar other && other != now
                ? narrowed(other, narrow.tells(now.range, other), now)
                : value);
    }

    private static Scalar narrowed(Scalar other, @Nullable Range range, Scalar now) {
        Range both = range == null ? null : other.range.intersect(range);
        return both == null || both.equals(other.range)
                ? other
                : other.withRange(both, Dependency.of(other.dependency, now.dependency));
    }

    private static Scalar told(Scalar other, Scalar now) {
        long distance = other.delta - now.delta;
        Range range = distance == 0 ? now.range : now.range.alu(Width.BITS_64, AluOp.ADD, Range.constant(distance));
        Range both = other.range.intersect(range);
        long room = distance == 0 ? now.room : Room.afterAdding(now, distance);
        return other.withRange(both == null ? other.range : both, Dependency.of(other.dependency, now.dependency))
                .withRoom(Math.max(other.room, room));
    }
}

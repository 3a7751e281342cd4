package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Register;
import org.jspecify.annotations.Nullable;

/**
 * Whether a state is covered by an earlier one at the same place: whether all that it can lead to was looked at already.
 * One object serves many comparisons; not for several threads.
 */
final class StateComparison {
    /** How alike states must be. */
    enum Mode {
        /** In what something was found to depend on, the new state has no possibility that the old one had not. */
        COVERED,
        /** The new state has no possibility at all that the old one had not. */
        WITHIN,
        /** Both are the same. */
        IDENTICAL
    }

    private static final int NUMBERS_MAX = 256;

    private final Liveness liveness;
    private Mode mode = Mode.COVERED;

    // Numbers of things (identities, resources) are made up on each path: a number of the old state stands for one of
    // the new state, the same wherever it occurs.
    private final int[] oldNumbers = new int[NUMBERS_MAX];
    private final int[] newNumbers = new int[NUMBERS_MAX];
    private int numbers;
    private int madeUp;

    StateComparison(Liveness liveness) {
        this.liveness = liveness;
    }

    boolean covers(State old, State state, Mode how) {
        mode = how;
        numbers = 0;
        madeUp = Integer.MIN_VALUE;
        if (!sameCalls(old, state)
                || old.resourceCount() != state.resourceCount()
                || (old.lockedValue == null) != (state.lockedValue == null)
                || !(mode == Mode.IDENTICAL ? sameRounds(old, state) : roundsLeft(old, state))) {
            return false;
        }
        for (int depth = old.depth(); depth >= 0; depth--) {
            if (!registersCovered(old, state, depth)) {
                return false;
            }
        }
        for (int depth = old.depth(); depth >= 0; depth--) {
            if (!stackCovered(old.frame(depth), state.frame(depth))) {
                return false;
            }
        }
        for (int i = 0; i < old.resourceCount(); i++) {
            if (!same(old.resource(i), state.resource(i))) {
                return false;
            }
        }
        return old.lockedValue == null
                || state.lockedValue == null
                || same(old.lockedValue.value(), state.lockedValue.value());
    }

    static boolean sameCalls(State a, State b) {
        if (a.depth() != b.depth()) {
            return false;
        }
        for (int i = a.depth(); i >= 0; i--) {
            Frame frame = a.frame(i);
            Frame other = b.frame(i);
            if (frame.callSlot != other.callSlot || frame.entrySlot != other.entrySlot || frame.kind != other.kind) {
                return false;
            }
        }
        return true;
    }

    /** Whether loops that the runtime bounds went on equally often. */
    private static boolean sameRounds(State old, State state) {
        for (int depth = old.depth(); depth >= 0; depth--) {
            Frame before = old.frame(depth);
            Frame now = state.frame(depth);
            if (before.callbackDepth != now.callbackDepth || before.mayGotoDepth != now.mayGotoDepth) {
                return false;
            }
        }
        return true;
    }

    /** Whether callbacks can run as often from the old state on as from the new one: their number may be bounded. */
    private static boolean roundsLeft(State old, State state) {
        for (int depth = old.depth(); depth >= 0; depth--) {
            if (old.frame(depth).callbackDepth > state.frame(depth).callbackDepth) {
                return false;
            }
        }
        return true;
    }

    int live(State state, int depth) {
        return depth == state.depth()
                ? liveness.before(state.slot)
                : liveness.duringCall(state.frame(depth + 1).callSlot, state.frame(depth + 1).kind);
    }

    private boolean registersCovered(State old, State state, int depth) {
        int live = live(old, depth);
        Value[] before = old.frame(depth).registers;
        Value[] now = state.frame(depth).registers;
        for (int i = 0; i < Register.COUNT - 1; i++) {
            if ((live >> i & 1) != 0 && !covers(before[i], now[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean stackCovered(Frame old, Frame now) {
        for (int i = 0; i < old.slotsUsed(); i++) {
            StackSlot before = old.slot(i);
            if (before.written() == 0 || (mode == Mode.COVERED && !isRead(before.read()))) {
                continue;
            }
            if (!slotCovered(before, now.slot(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isRead(@Nullable Dependency read) {
        return read != null && read.isMarked();
    }

    private boolean slotCovered(StackSlot old, StackSlot now) {
        if ((old.written() & ~now.written()) != 0 || (old.zero() & ~now.zero()) != 0) {
            return false;
        }
        boolean oldUntouchable = old.lowBytes() == StackSlot.BYTES && !(old.low() instanceof Scalar);
        boolean nowUntouchable = now.lowBytes() == StackSlot.BYTES && !(now.low() instanceof Scalar);
        if (oldUntouchable || nowUntouchable) {
            return oldUntouchable && nowUntouchable && covers(old.low(), now.low());
        }
        if (mode == Mode.IDENTICAL
                && (old.lowBytes() != now.lowBytes()
                        || old.highBytes() != now.highBytes()
                        || old.zero() != now.zero())) {
            return false;
        }
        return partCovered(old.low(), old.lowBytes(), now.low(), now.lowBytes())
                && partCovered(old.high(), old.highBytes(), now.high(), now.highBytes());
    }

    private boolean partCovered(Value old, int oldBytes, Value now, int nowBytes) {
        if (oldBytes == 0 || (mode == Mode.COVERED && old instanceof Scalar scalar && !scalar.isPrecise())) {
            return true;
        }
        return oldBytes == nowBytes && covers(old, now);
    }

    private boolean covers(Value old, Value now) {
        return switch (old) {
            case Value.Nothing _ -> mode != Mode.IDENTICAL || now instanceof Value.Nothing;
            case Scalar scalar -> now instanceof Scalar other && covers(scalar, other);
            case Pointer pointer -> now instanceof Pointer other && covers(pointer, other);
            case IteratorState iterator ->
                now instanceof IteratorState other
                        && iterator.drained() == other.drained()
                        && (mode != Mode.IDENTICAL || iterator.depth() == other.depth())
                        && same(iterator.resource(), other.resource());
        };
    }

    private boolean covers(Scalar old, Scalar now) {
        return switch (mode) {
            case COVERED -> !old.isPrecise() || within(old, now);
            case WITHIN -> within(old, now);
            case IDENTICAL -> old.range.equals(now.range) && old.delta == now.delta && old.room == now.room;
        };
    }

    private boolean within(Scalar old, Scalar now) {
        return old.range.contains(now.range)
                && old.room <= now.room
                && (old.identity == Scalar.NO_IDENTITY
                        || (old.delta == now.delta && same(old.identity, orMadeUp(now.identity))))
                && (old.narrow == null || (now.narrow != null && sameNarrow(old.narrow, now.narrow)));
    }

    private boolean sameNarrow(Narrow old, Narrow now) {
        return old.form() == now.form() && old.delta() == now.delta() && same(old.identity(), now.identity());
    }

    private int orMadeUp(int identity) {
        return identity == Scalar.NO_IDENTITY ? madeUp++ : identity;
    }

    private boolean covers(Pointer old, Pointer now) {
        if (old.offset != now.offset || old.nullable != now.nullable || !sameTarget(old.target, now.target)) {
            return false;
        }
        if (mode == Mode.IDENTICAL
                ? old.room != now.room || old.ceiling != now.ceiling
                : old.room > now.room || old.ceiling < now.ceiling) {
            return false;
        }
        boolean sameVariable =
                mode == Mode.IDENTICAL ? old.variable.equals(now.variable) : old.variable.contains(now.variable);
        return sameVariable && (old.identity == 0 ? now.identity == 0 : same(old.identity, now.identity));
    }

    @SuppressWarnings("ReferenceEquality") // a map has one description
    private boolean sameTarget(Target old, Target now) {
        if (old == now) {
            return true;
        }
        return switch (old) {
            case Target.MapValue value ->
                now instanceof Target.MapValue other
                        && value.map() == other.map()
                        && same(value.value(), other.value());
            case Target.Memory memory ->
                now instanceof Target.Memory other
                        && memory.sizeBytes() == other.sizeBytes()
                        && memory.writable() == other.writable()
                        && memory.allocation() == other.allocation()
                        && same(memory.resource(), other.resource());
            case Target.HostObject object ->
                now instanceof Target.HostObject other
                        && object.type().equals(other.type())
                        && same(object.resource(), other.resource());
            case Target.Map map -> now instanceof Target.Map other && map.map() == other.map();
            case Target.MapKey key ->
                now instanceof Target.MapKey other
                        && key.map() == other.map()
                        && same(key.resource(), other.resource());
            case Target.Context _,
                    Target.Stack _,
                    Target.Packet _,
                    Target.PacketMeta _,
                    Target.PacketEnd _,
                    Target.Function _ -> old.equals(now);
        };
    }

    /** Whether a number of the old state stands for this one of the new state. */
    private boolean same(int oldNumber, int newNumber) {
        if (oldNumber == 0 || newNumber == 0) {
            return oldNumber == newNumber;
        }
        if (oldNumber == Scalar.PACKET_LENGTH || newNumber == Scalar.PACKET_LENGTH) {
            return oldNumber == newNumber;
        }
        for (int i = 0; i < numbers; i++) {
            if (oldNumbers[i] == oldNumber || newNumbers[i] == newNumber) {
                return oldNumbers[i] == oldNumber && newNumbers[i] == newNumber;
            }
        }
        if (numbers == NUMBERS_MAX) {
            return false; // too many to be sure: not alike
        }
        oldNumbers[numbers] = oldNumber;
        newNumbers[numbers] = newNumber;
        numbers++;
        return true;
    }
}

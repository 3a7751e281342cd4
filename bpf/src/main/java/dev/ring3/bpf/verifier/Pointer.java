package dev.ring3.bpf.verifier;

import org.jspecify.annotations.Nullable;

/**
 * A pointer: a target, a fixed offset and a variable one.
 *
 * <p>Identity: of a pointer that may be null, that of the question whether it is; of a pointer into the packet, that of
 * its variable offset (0 without one). Room: so many bytes from target plus variable offset on are known to be inside
 * the packet, {@link Scalar#NO_ROOM} if not even that place is known to be at most the packet's end; of a pointer to the
 * packet's end, the bytes known to be before it. Ceiling: so many bytes from the same place on is known to be beyond the
 * packet's end, {@link #NO_CEILING} if that is not known of any.
 */
final class Pointer implements Value {
    /** Larger than everything that an offset is compared with or added to. */
    private static final long FAR = 1L << 60;

    static final long NO_CEILING = Long.MAX_VALUE;

    final Target target;
    final long offset;
    final Range variable;
    final boolean nullable;
    final int identity;
    final long room;
    final long ceiling;

    private Pointer(
            Target target, long offset, Range variable, boolean nullable, int identity, long room, long ceiling) {
        this.ceiling = ceiling;
        this.target = target;
        this.offset = offset;
        this.variable = variable;
        this.nullable = nullable;
        this.identity = identity;
        this.room = room;
    }

    Pointer(Target target, long offset, Range variable, boolean nullable, int identity, long room) {
        this(target, offset, variable, nullable, identity, room, NO_CEILING);
    }

    static Pointer to(Target target) {
        return new Pointer(target, 0, Range.ZERO, false, 0, 0);
    }

    static Pointer to(Target target, long offset) {
        return new Pointer(target, offset, Range.ZERO, false, 0, 0);
    }

    static Pointer nullable(Target target, int identity) {
        return new Pointer(target, 0, Range.ZERO, true, identity, 0);
    }

    Pointer withOffset(long other) {
        return new Pointer(target, other, variable, nullable, identity, room, ceiling);
    }

    Pointer withRoom(long other) {
        return new Pointer(target, offset, variable, nullable, identity, other, ceiling);
    }

    Pointer withCeiling(long other) {
        return new Pointer(target, offset, variable, nullable, identity, room, other);
    }

    /** This pointer, known not to be null. */
    Pointer notNull() {
        return new Pointer(target, offset, variable, false, 0, room);
    }

    boolean hasVariableOffset() {
        return !(variable.isConstant() && variable.constantValue() == 0);
    }

    /** The smallest offset, as a signed number, or something far below all memory; no later addition wraps around. */
    long offsetMin() {
        return offset + Math.max(variable.signedMin(), -FAR);
    }

    /** The largest offset, as a signed number, or something far above all memory; no later addition wraps around. */
    long offsetMax() {
        return offset + Math.min(variable.signedMax(), FAR);
    }

    /** Whether an offset is so large that nothing is known of it. */
    static boolean isFar(long offset) {
        return offset < -FAR / 2 || offset > FAR / 2;
    }

    /** Whether both point into the very same thing, so that their difference is that of their offsets. */
    boolean sameThing(@Nullable Pointer other) {
        return other != null && !nullable && !other.nullable && target.equals(other.target);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(nullable ? "null or pointer to " : "pointer to ").append(target.text());
        if (offset != 0) {
            text.append(", offset ").append(offset);
        }
        if (hasVariableOffset()) {
            text.append(offset == 0 ? ", offset " : " plus ").append(variable);
        }
        if (target instanceof Target.Packet) {
            text.append(", %s known to be inside".formatted(Bounds.bytes(Math.max(0, room))));
        }
        return text.toString();
    }
}

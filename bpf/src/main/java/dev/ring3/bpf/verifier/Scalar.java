package dev.ring3.bpf.verifier;

import org.jspecify.annotations.Nullable;

/**
 * A number.
 *
 * <p>Numbers of one identity differ by their deltas, whatever they are: a branch on one tells something of all. A number
 * that has room is so much below the end of the packet: as an unsigned number, itself plus room is at most the packet's
 * length.
 */
final class Scalar implements Value {
    /** No identity. */
    static final int NO_IDENTITY = 0;

    /** The identity of the packet's length. */
    static final int PACKET_LENGTH = 1;

    /** Nothing is known about the end of the packet. */
    static final long NO_ROOM = Long.MIN_VALUE;

    /** Any number, of no origin. */
    static final Scalar UNKNOWN = new Scalar(Range.UNKNOWN, null, NO_IDENTITY, 0, NO_ROOM);

    final Range range;
    final @Nullable Dependency dependency;
    final int identity;
    final long delta;
    final long room;
    final @Nullable Narrow narrow;

    private Scalar(
            Range range,
            @Nullable Dependency dependency,
            int identity,
            long delta,
            long room,
            @Nullable Narrow narrow) {
        this.range = range;
        this.dependency = dependency;
        this.identity = identity;
        this.delta = delta;
        this.room = room;
        this.narrow = narrow;
    }

    Scalar(Range range, @Nullable Dependency dependency, int identity, long delta, long room) {
        this(range, dependency, identity, delta, room, null);
    }

    static Scalar of(Range range) {
        return new Scalar(range, null, NO_IDENTITY, 0, NO_ROOM);
    }

    static Scalar of(Range range, @Nullable Dependency dependency) {
        return new Scalar(range, dependency, NO_IDENTITY, 0, NO_ROOM);
    }

    static Scalar constant(long value) {
        return of(Range.constant(value));
    }

    Scalar withRange(Range other, @Nullable Dependency why) {
        return new Scalar(other, why, identity, delta, room, narrow);
    }

    Scalar withIdentity(int other) {
        return new Scalar(range, dependency, other, 0, room, narrow);
    }

    Scalar withRoom(long other) {
        return new Scalar(range, dependency, identity, delta, other, narrow);
    }

    Scalar withDependency(@Nullable Dependency other) {
        return new Scalar(range, other, identity, delta, room, narrow);
    }

    Scalar withNarrow(@Nullable Narrow other) {
        return other == null ? this : new Scalar(range, dependency, identity, delta, room, other);
    }

    boolean isConstant() {
        return range.isConstant();
    }

    /** Whether something that was found out behind the checkpoint that holds this number depends on it. */
    boolean isPrecise() {
        return dependency != null && dependency.isMarked();
    }

    @Override
    public String toString() {
        String name = identity == PACKET_LENGTH ? "length" + (delta == 0 ? "" : " %+d".formatted(delta)) : "number";
        if (range.isUnknown() && identity != PACKET_LENGTH) {
            name = "any number";
        }
        String text = range.isConstant() ? "number " + range : name + (range.isUnknown() ? "" : " in " + range);
        return room == NO_ROOM || identity == PACKET_LENGTH
                ? text
                : text + ", at least %d before the end".formatted(room);
    }
}

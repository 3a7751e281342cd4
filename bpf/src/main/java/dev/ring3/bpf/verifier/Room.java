package dev.ring3.bpf.verifier;

/**
 * Arithmetic on room: how far a number, as an unsigned one, stays below the packet's length. All of it holds only as
 * long as nothing wraps around.
 */
final class Room {
    /** Constants beyond this say nothing about packets. */
    private static final long CONSTANT_MAX = 1L << 32;

    private Room() {}

    /** The room of a number after a constant was added to it. */
    static long afterAdding(Scalar scalar, long constant) {
        if (scalar.room == Scalar.NO_ROOM || constant > CONSTANT_MAX || constant < -CONSTANT_MAX) {
            return Scalar.NO_ROOM;
        }
        // With room, the number is at most a packet's length, far from 2^63: adding cannot wrap. Subtracting can.
        boolean wraps = constant < 0 && Long.compareUnsigned(scalar.range.unsignedMin(), -constant) < 0;
        return wraps || Math.abs(scalar.room) > CONSTANT_MAX ? Scalar.NO_ROOM : scalar.room - constant;
    }
}

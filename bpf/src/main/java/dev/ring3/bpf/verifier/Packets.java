package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.type.Entry;

/**
 * What comparisons tell about the packet: how many bytes from a pointer on are inside.
 *
 * <p>Pointers with the same variable offset have the same identity and share what is found out. Pointers without one
 * share it with the packet's length, a number with the identity {@link Scalar#PACKET_LENGTH}.
 */
final class Packets {
    private Packets() {}

    /** The longest packet that a program may be called with. */
    static long lengthMax(Entry entry) {
        return switch (entry) {
            case Entry.Block(long _, long lengthBytesMax) -> lengthBytesMax;
            case Entry.Context(var _, int packetBytesMax) -> packetBytesMax;
        };
    }

    /** Whether one is a pointer into the packet and the other its end, so that comparing them tells something. */
    static boolean comparable(Pointer inside, Pointer end) {
        if (inside.nullable || end.nullable) {
            return false;
        }
        return switch (inside.target) {
            case Target.Packet _ -> end.target instanceof Target.PacketEnd;
            case Target.PacketMeta _ ->
                end.target instanceof Target.Packet && end.offset == 0 && !end.hasVariableOffset();
            case Target.Context _,
                    Target.Stack _,
                    Target.MapValue _,
                    Target.MapKey _,
                    Target.Map _,
                    Target.PacketEnd _,
                    Target.Memory _,
                    Target.HostObject _,
                    Target.Function _ -> false;
        };
    }

    /** Whether {@code inside condition end} is known. */
    static RangeTruth test(Condition condition, Pointer inside, Pointer end, long lengthMax) {
        long distance = inside.offset - end.offset; // the pointer is at most the end if so many bytes are there
        boolean below = distance < inside.room && inside.offsetMin() >= 0;
        boolean atMost = distance <= inside.room && inside.offsetMin() >= 0;
        boolean near = inside.offsetMin() >= 0 && inside.offsetMax() <= PointerSteps.OFFSET_MAX;
        boolean above = near && (inside.offsetMin() - end.offset > lengthMax || distance >= inside.ceiling);
        boolean atLeast = above || (near && distance + 1 >= inside.ceiling);
        return switch (condition) {
            case GREATER -> atMost ? RangeTruth.NEVER : above ? RangeTruth.ALWAYS : RangeTruth.SOMETIMES;
            case GREATER_OR_EQUAL -> below ? RangeTruth.NEVER : atLeast ? RangeTruth.ALWAYS : RangeTruth.SOMETIMES;
            case LESS -> below ? RangeTruth.ALWAYS : atLeast ? RangeTruth.NEVER : RangeTruth.SOMETIMES;
            case LESS_OR_EQUAL -> atMost ? RangeTruth.ALWAYS : above ? RangeTruth.NEVER : RangeTruth.SOMETIMES;
            case EQUAL -> below || above ? RangeTruth.NEVER : RangeTruth.SOMETIMES;
            case NOT_EQUAL -> below || above ? RangeTruth.ALWAYS : RangeTruth.SOMETIMES;
            case BITS_SET, SIGNED_GREATER, SIGNED_GREATER_OR_EQUAL, SIGNED_LESS, SIGNED_LESS_OR_EQUAL ->
                RangeTruth.SOMETIMES;
        };
    }

    /** Notes what follows from {@code inside condition end} having been true or false. */
    static void learn(State state, Condition condition, boolean holds, Pointer inside, Pointer end) {
        if (inside.offsetMin() < 0) {
            return; // it may lie before the packet, by wrapping around
        }
        long distance = inside.offset - end.offset;
        long room = switch (condition) {
            case GREATER -> holds ? Scalar.NO_ROOM : distance;
            case GREATER_OR_EQUAL -> holds ? Scalar.NO_ROOM : distance + 1;
            case LESS -> holds ? distance + 1 : Scalar.NO_ROOM;
            case LESS_OR_EQUAL -> holds ? distance : Scalar.NO_ROOM;
            case EQUAL -> holds ? distance : inside.room >= distance ? distance + 1 : Scalar.NO_ROOM;
            case NOT_EQUAL -> !holds ? distance : inside.room >= distance ? distance + 1 : Scalar.NO_ROOM;
            case BITS_SET, SIGNED_GREATER, SIGNED_GREATER_OR_EQUAL, SIGNED_LESS, SIGNED_LESS_OR_EQUAL -> Scalar.NO_ROOM;
        };
        if (room > inside.room) {
            raise(state, inside, room);
        }
        lower(state, inside, ceiling(condition, holds, distance));
    }

    /** What is known to be beyond the end, if the comparison says so. */
    private static long ceiling(Condition condition, boolean holds, long distance) {
        return switch (condition) {
            case GREATER -> holds ? distance : Pointer.NO_CEILING;
            case GREATER_OR_EQUAL -> holds ? distance + 1 : Pointer.NO_CEILING;
            case LESS -> holds ? Pointer.NO_CEILING : distance + 1;
            case LESS_OR_EQUAL -> holds ? Pointer.NO_CEILING : distance;
            case EQUAL -> holds ? distance + 1 : Pointer.NO_CEILING;
            case NOT_EQUAL -> holds ? Pointer.NO_CEILING : distance + 1;
            case BITS_SET, SIGNED_GREATER, SIGNED_GREATER_OR_EQUAL, SIGNED_LESS, SIGNED_LESS_OR_EQUAL ->
                Pointer.NO_CEILING;
        };
    }

    private static void lower(State state, Pointer inside, long ceiling) {
        if (ceiling >= inside.ceiling) {
            return;
        }
        state.replaceAll(value -> value instanceof Pointer pointer
                        && pointer.target.equals(inside.target)
                        && pointer.identity == inside.identity
                        && pointer.ceiling > ceiling
                ? pointer.withCeiling(ceiling)
                : value);
    }

    /** Notes what follows from the order of two places in the packet: the lower one is as far from the end. */
    static void learnOrder(State state, Condition condition, boolean holds, Pointer a, Pointer b) {
        switch (condition) {
            case LESS -> learnBelow(state, holds ? a : b, holds ? b : a, holds);
            case GREATER_OR_EQUAL -> learnBelow(state, holds ? b : a, holds ? a : b, !holds);
            case GREATER -> learnBelow(state, holds ? b : a, holds ? a : b, holds);
            case LESS_OR_EQUAL -> learnBelow(state, holds ? a : b, holds ? b : a, !holds);
            case EQUAL,
                    NOT_EQUAL,
                    BITS_SET,
                    SIGNED_GREATER,
                    SIGNED_GREATER_OR_EQUAL,
                    SIGNED_LESS,
                    SIGNED_LESS_OR_EQUAL -> {}
        }
    }

    private static void learnBelow(State state, Pointer low, Pointer high, boolean strictly) {
        boolean noWrap = low.offsetMin() >= 0 && high.offsetMin() >= 0 && high.room != Scalar.NO_ROOM;
        long room = low.offset + high.room - high.offset + (strictly ? 1 : 0);
        if (noWrap && room > low.room) {
            raise(state, low, room);
        }
    }

    private static void raise(State state, Pointer inside, long room) {
        boolean lengthToo = inside.identity == 0 && inside.target instanceof Target.Packet;
        state.replaceAll(value -> switch (value) {
            case Pointer pointer
            when pointer.target.equals(inside.target) && pointer.identity == inside.identity && pointer.room < room ->
                pointer.withRoom(room);
            case Pointer pointer
            when lengthToo && pointer.target instanceof Target.PacketEnd && pointer.room < room ->
                pointer.withRoom(room);
            case Scalar scalar when lengthToo && scalar.identity == Scalar.PACKET_LENGTH -> atLeast(scalar, room);
            case Scalar scalar
            when scalar.identity != Scalar.NO_IDENTITY
                    && scalar.identity == inside.identity
                    && scalar.delta == 0
                    && scalar.room < room
                    && scalar.range.signedMin() >= 0
                    && inside.target instanceof Target.Packet ->
                scalar.withRoom(room); // the variable offset is that number
            case Value other -> other;
        });
    }

    /** A number that is the packet's length plus a delta, of a packet that has at least so many bytes. */
    private static Scalar atLeast(Scalar scalar, long lengthMin) {
        Range length = scalar.range.alu(Width.BITS_64, AluOp.SUB, Range.constant(scalar.delta));
        if (Long.compareUnsigned(length.unsignedMin(), lengthMin) >= 0
                || Long.compareUnsigned(length.unsignedMax(), lengthMin) < 0) {
            return scalar;
        }
        Range longer = Range.unsigned(lengthMin, length.unsignedMax())
                .alu(Width.BITS_64, AluOp.ADD, Range.constant(scalar.delta));
        Range both = scalar.range.intersect(longer);
        if (both == null) {
            return scalar;
        }
        Scalar whole = new Scalar(Range.unsigned(lengthMin, length.unsignedMax()), null, Scalar.PACKET_LENGTH, 0, 0);
        long room = Math.max(scalar.room, Room.afterAdding(whole, scalar.delta));
        return scalar.withRange(both, scalar.dependency).withRoom(room);
    }

    /** The shortest packet, as far as a number knows that is its length plus a delta; 0 if it knows nothing. */
    static long lengthMin(Scalar length) {
        Range range = length.range.alu(Width.BITS_64, AluOp.SUB, Range.constant(length.delta));
        return Math.max(0, range.signedMin());
    }

    /** What is known of the length, pointers without variable offset learn; what they learn depends on it. */
    static void learnLength(State state, Scalar length) {
        long lengthMin = lengthMin(length);
        state.replaceAll(value -> {
            if (value instanceof Pointer pointer
                    && (pointer.target instanceof Target.Packet || pointer.target instanceof Target.PacketEnd)
                    && pointer.identity == 0
                    && !pointer.hasVariableOffset()
                    && pointer.room < lengthMin) {
                Dependency.mark(length.dependency);
                return pointer.withRoom(lengthMin);
            }
            return value;
        });
    }
}

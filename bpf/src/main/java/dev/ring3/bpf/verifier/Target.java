package dev.ring3.bpf.verifier;

import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.type.StructType;

/** What a pointer points to. Two targets that are equal are of one kind; {@code resource} and {@code value} are numbers. */
sealed interface Target {
    /** The structure that the program was called with. */
    record Context(StructType type) implements Target {}

    /** The stack of the function at a depth; offsets are relative to its {@code r10} and negative. */
    record Stack(int depth) implements Target {}

    /** A value of a map; {@code value} tells results of different lookups apart. */
    record MapValue(MapShape map, int value) implements Target {}

    /** A key of a map, which only callbacks get; {@code resource} is lost when the callback returns. */
    record MapKey(MapShape map, int resource) implements Target {}

    /** The map itself, an address that only functions of the host can use. */
    record Map(MapShape map) implements Target {}

    /** The packet, or the block of memory that the program was called with. */
    record Packet(boolean block) implements Target {}

    /** What precedes the packet. */
    record PacketMeta() implements Target {}

    /** One past the last byte of the packet. */
    record PacketEnd(boolean block) implements Target {}

    /**
     * Memory that the host gave.
     *
     * @param resource what it is lost with, or 0
     * @param allocation whether calls that take an allocation take it
     */
    record Memory(long sizeBytes, boolean writable, int resource, boolean allocation) implements Target {}

    /** A structure of the host. */
    record HostObject(StructType type, int resource) implements Target {}

    /** A function of the program. */
    record Function(int slot) implements Target {}

    /** The name for messages. */
    default String text() {
        return switch (this) {
            case Context context -> "context " + context.type().name();
            case Stack stack -> "stack of frame " + stack.depth();
            case MapValue value -> "value of map " + value.map().name();
            case MapKey key -> "key of map " + key.map().name();
            case Map map -> "map " + map.map().name();
            case Packet packet -> packet.block() ? "the memory" : "the packet";
            case PacketMeta _ -> "the packet's metadata";
            case PacketEnd end -> end.block() ? "the end of the memory" : "the end of the packet";
            case Memory memory -> "memory of %d bytes".formatted(memory.sizeBytes());
            case HostObject object -> "struct " + object.type().name();
            case Function function -> "function at insn " + function.slot();
        };
    }

    /** The resource that the target is lost with, or 0. */
    default int resourceOrZero() {
        return switch (this) {
            case Memory memory -> memory.resource();
            case HostObject object -> object.resource();
            case MapKey key -> key.resource();
            case Context _, Stack _, MapValue _, Map _, Packet _, PacketMeta _, PacketEnd _, Function _ -> 0;
        };
    }

    /** Whether the target moves when the packet does. */
    default boolean isInPacket() {
        return this instanceof Packet || this instanceof PacketMeta || this instanceof PacketEnd;
    }
}

package dev.ring3.cli;

import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind;
import dev.ring3.bpf.type.StructType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Where a program of a type finds the data that it is run on. */
enum RunInput {
    /** It is called with the data and its length. */
    MEMORY,
    /** Its context leads to the data. */
    PACKET,
    /** The data is its context. */
    CONTEXT;

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED;

    /** The bytes of an Ethernet header before the protocol, and with it. */
    private static final int PROTOCOL_AT = 12;

    private static final int ETHERNET_BYTES = 14;

    static RunInput of(ProgramType type) {
        return switch (type.entry()) {
            case Entry.Block _ -> MEMORY;
            case Entry.Context(StructType context, int _) ->
                type.has(ProgramType.Trait.PACKET_INSTRUCTIONS)
                                || context.fields().stream().anyMatch(field -> field.kind() instanceof FieldKind.Packet)
                        ? PACKET
                        : CONTEXT;
        };
    }

    /**
     * Gives a program its data.
     *
     * @return where it lies
     * @throws CommandException if it is too long
     */
    MemorySegment give(Invocation invocation, ProgramType type, byte[] data) {
        return switch (this) {
            case MEMORY -> memory(invocation, data);
            case PACKET -> {
                MemorySegment packet = memory(invocation, data);
                if (type.entry() instanceof Entry.Context(StructType context, int _)) {
                    describe(invocation.context(), context, data);
                }
                yield packet;
            }
            case CONTEXT -> {
                MemorySegment context = invocation.context();
                if (data.length > context.byteSize()) {
                    throw CommandException.usage("%d bytes of data, and the context of type %s has %d"
                            .formatted(data.length, type.name(), context.byteSize()));
                }
                MemorySegment.copy(data, 0, context, ValueLayout.JAVA_BYTE, 0, data.length);
                yield context;
            }
        };
    }

    private static MemorySegment memory(Invocation invocation, byte[] data) {
        MemorySegment memory = invocation.memory(data.length);
        memory.copyFrom(MemorySegment.ofArray(data));
        return memory;
    }

    /** What a socket buffer says of its packet: how long it is, and the protocol behind an Ethernet header. */
    private static void describe(MemorySegment context, StructType type, byte[] packet) {
        type.field("len")
                .filter(RunInput::isWord)
                .ifPresent(field -> context.set(WORD, field.offsetBytes(), packet.length));
        if (packet.length >= ETHERNET_BYTES) {
            type.field("protocol").filter(RunInput::isWord).ifPresent(field -> {
                // As in the packet, so in the context: in the order of the network.
                MemorySegment.copy(
                        packet, PROTOCOL_AT, context, ValueLayout.JAVA_BYTE, field.offsetBytes(), Short.BYTES);
            });
        }
    }

    private static boolean isWord(Field field) {
        return field.sizeBytes() == Integer.BYTES && field.kind() instanceof FieldKind.Scalar;
    }
}

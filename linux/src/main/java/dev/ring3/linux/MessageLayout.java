package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/**
 * A message of one byte that carries one descriptor, as {@code sendmsg(2)} and {@code recvmsg(2)} take it: {@code struct
 * user_msghdr} of {@code include/linux/socket.h}, behind it its one {@code struct iovec}, its {@code struct cmsghdr} with
 * the descriptor, and the byte, without which the kernel sends no control data. The machine's byte order; sizes are
 * those of 64 bits.
 */
final class MessageLayout {
    private static final int IOV_AT = 16;
    private static final int IOV_LENGTH_AT = 24;
    private static final int CONTROL_AT = 32;
    private static final int CONTROL_LENGTH_AT = 40;
    private static final int HEADER_BYTES = 56;

    private static final int PIECE_AT = HEADER_BYTES;
    private static final int PIECE_LENGTH_AT = PIECE_AT + 8;

    private static final int CMSG_AT = PIECE_AT + 16;
    private static final int LEVEL_AT = CMSG_AT + 8;
    private static final int TYPE_AT = CMSG_AT + 12;
    private static final int DESCRIPTOR_AT = CMSG_AT + 16;

    /** {@code CMSG_LEN(sizeof(int))}: room for this one, so that the kernel closes any that are sent besides. */
    private static final long CMSG_BYTES = 20;

    private static final int BYTE_AT = CMSG_AT + 24;
    static final int BYTES = BYTE_AT + 8;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    private MessageLayout() {}

    /** Puts together what is sent. */
    static void encode(MemorySegment message, int descriptor) {
        prepare(message);
        message.set(ValueLayout.JAVA_LONG, CMSG_AT, CMSG_BYTES);
        message.set(ValueLayout.JAVA_INT, LEVEL_AT, SOL_SOCKET);
        message.set(ValueLayout.JAVA_INT, TYPE_AT, SCM_RIGHTS);
        message.set(ValueLayout.JAVA_INT, DESCRIPTOR_AT, descriptor);
    }

    /** Says where a message is to be received. */
    static void prepare(MemorySegment message) {
        message.set(ValueLayout.JAVA_LONG, IOV_AT, message.address() + PIECE_AT);
        message.set(ValueLayout.JAVA_LONG, IOV_LENGTH_AT, 1);
        message.set(ValueLayout.JAVA_LONG, CONTROL_AT, message.address() + CMSG_AT);
        message.set(ValueLayout.JAVA_LONG, CONTROL_LENGTH_AT, CMSG_BYTES);
        message.set(ValueLayout.JAVA_LONG, PIECE_AT, message.address() + BYTE_AT);
        message.set(ValueLayout.JAVA_LONG, PIECE_LENGTH_AT, 1);
    }

    /** The descriptor in a message that was received; empty if it has none. */
    static OptionalInt descriptor(MemorySegment message) {
        boolean carries = message.get(ValueLayout.JAVA_LONG, CONTROL_LENGTH_AT) >= CMSG_BYTES
                && message.get(ValueLayout.JAVA_LONG, CMSG_AT) == CMSG_BYTES
                && message.get(ValueLayout.JAVA_INT, LEVEL_AT) == SOL_SOCKET
                && message.get(ValueLayout.JAVA_INT, TYPE_AT) == SCM_RIGHTS;
        return carries ? OptionalInt.of(message.get(ValueLayout.JAVA_INT, DESCRIPTOR_AT)) : OptionalInt.empty();
    }
}

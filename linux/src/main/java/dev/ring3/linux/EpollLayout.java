package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code struct epoll_event} ({@code include/uapi/linux/eventpoll.h}): u32 events, u64 token, in the host's byte order.
 * On x86-64, for the sake of 32-bit programs, without the padding that it has elsewhere.
 */
record EpollLayout(int bytes, int tokenAt) {
    static final int IN = 0x1;
    static final int OUT = 0x4;
    static final int ERR = 0x8;
    static final int HUP = 0x10;
    static final int ONE_SHOT = 1 << 30;

    static final int CTL_ADD = 1;
    static final int CTL_DEL = 2;
    static final int CTL_MOD = 3;

    static EpollLayout of(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> new EpollLayout(12, 4);
            case AARCH64 -> new EpollLayout(16, 8);
        };
    }

    void encode(MemorySegment event, int events, long token) {
        event.set(ValueLayout.JAVA_INT, 0, events);
        event.set(ValueLayout.JAVA_LONG_UNALIGNED, tokenAt, token);
    }

    int events(MemorySegment array, int index) {
        return array.get(ValueLayout.JAVA_INT_UNALIGNED, (long) index * bytes);
    }

    long token(MemorySegment array, int index) {
        return array.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) index * bytes + tokenAt);
    }
}

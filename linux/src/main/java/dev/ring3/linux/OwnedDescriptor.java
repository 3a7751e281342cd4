package dev.ring3.linux;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A file descriptor with one owner, closed exactly once. Thread-safe: a close that meets calls in flight takes effect
 * when the last of them ends, because the kernel would hand the number to the next file opened, and the call that still
 * runs would act on that one.
 */
final class OwnedDescriptor implements AutoCloseable {
    private static final int CLOSED = 1;
    private static final int USER = 2;

    private final SystemCalls calls;
    private final int number;
    private final String object;

    /** Bit 0: closed by the owner. The bits above: how many calls are in flight. */
    private final AtomicInteger state = new AtomicInteger();

    /**
     * Takes ownership.
     *
     * @param object names in messages what the descriptor stands for
     */
    OwnedDescriptor(SystemCalls calls, int number, String object) {
        this.calls = calls;
        this.number = number;
        this.object = object;
    }

    /** What the descriptor stands for. */
    String object() {
        return object;
    }

    /**
     * Runs something that needs the descriptor's number.
     *
     * @throws IllegalStateException if it was closed before
     */
    <T> T use(IntFunction<T> body) {
        enter();
        try {
            return body.apply(number);
        } finally {
            leave();
        }
    }

    /** Closes; a second call does nothing. */
    @Override
    public void close() {
        int before = state.getAndUpdate(old -> old | CLOSED);
        if (before == 0) {
            release();
        }
    }

    private void enter() {
        int before = state.getAndUpdate(old -> (old & CLOSED) == 0 ? old + USER : old);
        if ((before & CLOSED) != 0) {
            throw new IllegalStateException(object + " is closed");
        }
    }

    private void leave() {
        if (state.addAndGet(-USER) == CLOSED) {
            release();
        }
    }

    /** Runs once: the state is {@link #CLOSED} from here on, which nothing leaves. */
    private void release() {
        try (Arena arena = Arena.ofConfined()) {
            long result = calls.call(arena, SystemCall.CLOSE, number);
            // Linux frees the number before anything can interrupt it; to close again would hit a stranger's.
            if (result != -Errno.EINTR.number()) {
                LinuxException.require(result, "close", object);
            }
        }
    }
}

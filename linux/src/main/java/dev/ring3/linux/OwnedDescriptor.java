package dev.ring3.linux;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A file descriptor with one owner, closed exactly once. Thread-safe: a close that meets calls in flight takes effect
 * when the last of them ends, because the kernel would hand the number to the next file opened, and the call that still
 * runs would act on that one.
 *
 * <p>An owner that is collected without having been closed is closed by {@link Leaks}, which reports it once.
 */
final class OwnedDescriptor implements AutoCloseable {
    private static final int CLOSED = 1;
    private static final int USER = 2;

    private final Held held;
    private final Cleaner.Cleanable cleanable;

    /**
     * Takes ownership.
     *
     * @param object names in messages what the descriptor stands for
     */
    OwnedDescriptor(SystemCalls calls, int number, String object) {
        this.held = new Held(calls, number, object);
        this.cleanable = Leaks.watch(this, held::closeLeaked);
    }

    /** What the descriptor stands for. */
    String object() {
        return held.object;
    }

    /**
     * Runs something that needs the descriptor's number.
     *
     * @throws IllegalStateException if it was closed before
     */
    <T> T use(IntFunction<T> body) {
        int number = acquire();
        try {
            return body.apply(number);
        } finally {
            release();
        }
    }

    /**
     * The number, valid until {@link #release}, which has to follow in a {@code finally}; {@link #use} for calls where
     * nanoseconds count.
     *
     * @throws IllegalStateException if it was closed before
     */
    int acquire() {
        return held.enter();
    }

    void release() {
        try {
            held.leave();
        } finally {
            Reference.reachabilityFence(this); // a call in flight is a use: no cleaner may think otherwise
        }
    }

    boolean isClosed() {
        return (held.state.get() & CLOSED) != 0;
    }

    /** Closes; a second call does nothing. */
    @Override
    public void close() {
        try {
            held.close();
        } finally {
            cleanable.clean(); // finds it closed, and forgets it
            Reference.reachabilityFence(this);
        }
    }

    /** What outlives the owner until the number is closed. */
    private static final class Held {
        private final SystemCalls calls;
        private final int number;
        private final String object;

        /** Bit 0: closed by the owner. The bits above: how many calls are in flight. */
        private final AtomicInteger state = new AtomicInteger();

        private Held(SystemCalls calls, int number, String object) {
            this.calls = calls;
            this.number = number;
            this.object = object;
        }

        private int enter() {
            int before = state.getAndUpdate(old -> (old & CLOSED) == 0 ? old + USER : old);
            if ((before & CLOSED) != 0) {
                throw new IllegalStateException(object + " is closed");
            }
            return number;
        }

        private void leave() {
            if (state.addAndGet(-USER) == CLOSED) {
                free();
            }
        }

        private void close() {
            int before = state.getAndUpdate(old -> old | CLOSED);
            if (before == 0) {
                free();
            }
        }

        /** Run by the cleaner: nobody can reach the owner any more, so no call is in flight. */
        private void closeLeaked() {
            if (state.getAndUpdate(old -> old | CLOSED) == 0) {
                Leaks.report(object);
                free();
            }
        }

        /** Runs once: the state is {@link #CLOSED} from here on, which nothing leaves. */
        private void free() {
            try (CallMemory memory = CallMemory.open()) {
                long result = calls.call(memory, SystemCall.CLOSE, number);
                // Linux frees the number before anything can interrupt it; to close again would hit a stranger's.
                if (result != -Errno.EINTR.number()) {
                    LinuxException.require(result, "close", object);
                }
            }
        }
    }
}

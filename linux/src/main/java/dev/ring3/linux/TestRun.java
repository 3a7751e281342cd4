package dev.ring3.linux;

import java.time.Duration;

/** What a test run gave. Immutable. */
public final class TestRun {
    private final int returnValue;
    private final int durationNanos;
    private final byte[] data;
    private final byte[] context;

    TestRun(int returnValue, int durationNanos, byte[] data, byte[] context) {
        this.returnValue = returnValue;
        this.durationNanos = durationNanos;
        this.data = data;
        this.context = context;
    }

    /** The low 32 bits of {@code r0}: the kernel keeps no more. */
    public int returnValue() {
        return returnValue;
    }

    /** One run, the mean if it was repeated; zero for types whose runs are not timed. */
    public Duration duration() {
        return Duration.ofNanos(Integer.toUnsignedLong(durationNanos));
    }

    /** The packet as the program left it; empty if there was none. */
    public byte[] data() {
        return data.clone();
    }

    /** The context as the program left it; empty if none was given. */
    public byte[] context() {
        return context.clone();
    }
}

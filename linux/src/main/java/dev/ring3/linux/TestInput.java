package dev.ring3.linux;

/** What a program is run on. Immutable. */
public final class TestInput {
    private static final byte[] NONE = {};
    private static final int GROWTH_BYTES = 512;

    private final byte[] data;
    private final byte[] context;
    private final int repeat;
    private final int growthBytesMax;

    private TestInput(byte[] data, byte[] context, int repeat, int growthBytesMax) {
        this.data = data;
        this.context = context;
        this.repeat = repeat;
        this.growthBytesMax = growthBytesMax;
    }

    /** One run on a packet, for types that have one; it begins with an Ethernet header of 14 bytes. */
    public static TestInput ofData(byte[] data) {
        return new TestInput(data.clone(), NONE, 1, GROWTH_BYTES);
    }

    /** One run on a context alone, for types without a packet. */
    public static TestInput ofContext(byte[] context) {
        return new TestInput(NONE, context.clone(), 1, 0);
    }

    /** The same with a context, as the kernel lays it out for the type ({@code struct __sk_buff}, {@code xdp_md}). */
    public TestInput withContext(byte[] other) {
        return new TestInput(data, other.clone(), repeat, growthBytesMax);
    }

    /** The same, run several times on the same packet one after the other; the duration is then a mean. */
    public TestInput withRepeat(int times) {
        if (times < 1) {
            throw new IllegalArgumentException(times + " runs");
        }
        return new TestInput(data, context, times, growthBytesMax);
    }

    /** The same with room for a packet that grows by so many bytes; 512 unless said otherwise. */
    public TestInput withGrowthBytesMax(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("growth by " + bytes + " bytes");
        }
        return new TestInput(data, context, repeat, bytes);
    }

    /** Not a copy: nobody in this module writes to it. */
    byte[] data() {
        return data;
    }

    /** Not a copy, as {@link #data}. */
    byte[] context() {
        return context;
    }

    int repeat() {
        return repeat;
    }

    int growthBytesMax() {
        return growthBytesMax;
    }
}

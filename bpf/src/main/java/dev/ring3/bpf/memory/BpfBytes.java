package dev.ring3.bpf.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Bytes of {@link BpfMemory} by address: copied, compared and hashed without an object for them.
 *
 * <p>Keys have any length and any alignment. Eight bytes are taken at a time; the last of them overlap those before, or
 * are put together from what there is, so that no byte outside is read.
 */
public final class BpfBytes {
    private static final MemorySegment MEMORY = BpfMemory.SEGMENT;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final VarHandle ALIGNED_INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle ALIGNED_LONG = ValueLayout.JAVA_LONG.varHandle();

    /** From here on the copy of the platform is faster than a loop. */
    private static final long LOOP_BYTES_MAX = 128;

    /** Odd, half of its bits set ({@code wyhash}). */
    private static final long MULTIPLIER = 0xa076_1d64_78bd_642fL;

    private BpfBytes() {}

    /** An aligned int; what was stored before it by {@link #setIntRelease} is seen. */
    public static int intAcquire(long address) {
        return (int) ALIGNED_INT.getAcquire(MEMORY, address);
    }

    /** Stores an aligned int after everything that was stored before. */
    public static void setIntRelease(long address, int value) {
        ALIGNED_INT.setRelease(MEMORY, address, value);
    }

    /** Sets an aligned int if it is as expected; what its last setter stored before is seen. */
    public static boolean compareAndSetInt(long address, int expected, int value) {
        return ALIGNED_INT.compareAndSet(MEMORY, address, expected, value);
    }

    /** An aligned long; what was stored before it by {@link #setLongRelease} is seen. */
    public static long longAcquire(long address) {
        return (long) ALIGNED_LONG.getAcquire(MEMORY, address);
    }

    /** Stores an aligned long after everything that was stored before. */
    public static void setLongRelease(long address, long value) {
        ALIGNED_LONG.setRelease(MEMORY, address, value);
    }

    /** Stores an aligned long; what is read after it is not older. */
    public static void setLongVolatile(long address, long value) {
        ALIGNED_LONG.setVolatile(MEMORY, address, value);
    }

    /** Stores an aligned long, and returns what was there. */
    public static long getAndSetLong(long address, long value) {
        return (long) ALIGNED_LONG.getAndSet(MEMORY, address, value);
    }

    /** Sets bits of an aligned long, in one step. */
    public static void orLong(long address, long bits) {
        long _ = (long) ALIGNED_LONG.getAndBitwiseOr(MEMORY, address, bits);
    }

    /** Copies bytes to where they do not overlap. */
    public static void copy(long from, long to, long bytes) {
        if (bytes > LOOP_BYTES_MAX) {
            MemorySegment.copy(MEMORY, from, MEMORY, to, bytes);
            return;
        }
        long at = 0;
        for (; at <= bytes - Long.BYTES; at += Long.BYTES) {
            MEMORY.set(LONG, to + at, MEMORY.get(LONG, from + at));
        }
        for (; at < bytes; at++) {
            MEMORY.set(BYTE, to + at, MEMORY.get(BYTE, from + at));
        }
    }

    /** Copies bytes to where they may overlap. */
    public static void move(long from, long to, long bytes) {
        MemorySegment.copy(MEMORY, from, MEMORY, to, bytes);
    }

    /** Makes bytes zero. */
    public static void clear(long address, long bytes) {
        MEMORY.asSlice(address, bytes).fill((byte) 0);
    }

    /** Whether two ranges have the same bytes. */
    public static boolean equal(long left, long right, long bytes) {
        long at = 0;
        for (; at <= bytes - Long.BYTES; at += Long.BYTES) {
            if (MEMORY.get(LONG, left + at) != MEMORY.get(LONG, right + at)) {
                return false;
            }
        }
        return at == bytes || upToEight(left + at, bytes - at) == upToEight(right + at, bytes - at);
    }

    /** One to eight bytes as a number, filled up with zeros as if they stood behind them in memory. */
    public static long upToEight(long address, long bytes) {
        if (bytes == Long.BYTES) {
            return MEMORY.get(LONG, address);
        }
        if (bytes == Integer.BYTES) {
            return Integer.toUnsignedLong(MEMORY.get(INT, address));
        }
        long number = 0;
        for (long at = bytes - 1; at >= 0; at--) {
            number = (number << Byte.SIZE) | (MEMORY.get(BYTE, address + at) & 0xff);
        }
        return number;
    }

    /** A hash of eight bytes: the two halves of a product of 128 bits, each bit of which depends on all. */
    public static int hash(long bytes, long seed) {
        long folded = fold(bytes ^ seed);
        return (int) (folded ^ (folded >>> Integer.SIZE));
    }

    /** A hash of bytes in memory; of one to eight bytes it is that of {@link #upToEight their number}. */
    public static int hash(long address, long bytes, long seed) {
        long state = seed;
        long at = 0;
        for (; at < bytes - Long.BYTES; at += Long.BYTES) {
            state = fold(MEMORY.get(LONG, address + at) ^ state) + seed;
        }
        return hash(upToEight(address + at, bytes - at), state);
    }

    private static long fold(long bytes) {
        return Math.unsignedMultiplyHigh(bytes, MULTIPLIER) ^ (bytes * MULTIPLIER);
    }
}

package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfBytes;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/**
 * How the values of a map are copied: whole where a machine can do that, and around the spin lock and the timer in them,
 * which stay where they are and are zeros in copies.
 */
public final class ValueFormat {
    /** The size of a {@code struct bpf_timer}. */
    public static final int TIMER_BYTES = 16;

    private static final int ALIGNMENT = 8;
    private static final int NO_LOCK = -1;

    /** Bytes of a value that are not copied. */
    private record Hole(int at, int bytes) {
        static final Hole NONE = new Hole(0, 0);

        int end() {
            return at + bytes;
        }
    }

    private final int bytes;
    private final int lockOffset;
    private final Hole first; // NONE if there is at most one
    private final Hole last; // NONE if there is none

    /** Values of a size, perhaps with a spin lock, without a timer. */
    public ValueFormat(int bytes, OptionalInt spinLockOffset) {
        this(bytes, spinLockOffset, OptionalInt.empty());
    }

    /**
     * Values of a size.
     *
     * @param spinLockOffset where in them their spin lock is
     * @param timerOffset where in them their timer is
     */
    public ValueFormat(int bytes, OptionalInt spinLockOffset, OptionalInt timerOffset) {
        this.bytes = bytes;
        this.lockOffset = spinLockOffset.orElse(NO_LOCK);
        Hole lock = hole(spinLockOffset, SpinLocks.BYTES, SpinLocks.BYTES, "spin lock");
        Hole timer = hole(timerOffset, TIMER_BYTES, ALIGNMENT, "timer");
        this.first = lock.bytes() == 0 || timer.bytes() == 0 ? Hole.NONE : lock.at() < timer.at() ? lock : timer;
        this.last = lock.bytes() == 0 || first.equals(lock) ? timer : lock;
        if (first.end() > last.at() && first.bytes() != 0) {
            throw new IllegalArgumentException("a spin lock at %d and a timer at %d of values"
                    .formatted(spinLockOffset.getAsInt(), timerOffset.getAsInt()));
        }
    }

    private Hole hole(OptionalInt offset, int size, int alignment, String what) {
        if (offset.isEmpty()) {
            return Hole.NONE;
        }
        int at = offset.getAsInt();
        if (at < 0 || at % alignment != 0 || at > bytes - size) {
            throw new IllegalArgumentException("a %s at %d of values of %d bytes".formatted(what, at, bytes));
        }
        return new Hole(at, size);
    }

    /** The size of a value. */
    public int bytes() {
        return bytes;
    }

    /** From one value to the next. */
    public long strideBytes() {
        return aligned(bytes);
    }

    /** A size, rounded up to what values are aligned to. */
    public static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Whether there is a spin lock in each value. */
    public boolean hasLock() {
        return lockOffset != NO_LOCK;
    }

    private boolean hasHoles() {
        return last.bytes() != 0;
    }

    /** Whether {@link #store} replaces a value in one step. */
    public boolean isStoredAtOnce() {
        return !hasHoles() && (bytes == 8 || bytes == 4 || bytes == 2 || bytes == 1);
    }

    /** Replaces a value that others may look at; its lock and its timer stay as they are. */
    public void store(long from, long to) {
        if (hasHoles()) {
            copyAroundHoles(from, to);
        } else if (bytes == Long.BYTES) {
            BpfBytes.setLongRelease(to, BpfMemory.SEGMENT.get(ValueLayout.JAVA_LONG_UNALIGNED, from));
        } else if (bytes == Integer.BYTES) {
            BpfBytes.setIntRelease(to, BpfMemory.SEGMENT.get(ValueLayout.JAVA_INT_UNALIGNED, from));
        } else if (bytes == Short.BYTES) {
            BpfMemory.SEGMENT.set(
                    ValueLayout.JAVA_SHORT, to, BpfMemory.SEGMENT.get(ValueLayout.JAVA_SHORT_UNALIGNED, from));
        } else {
            BpfBytes.copy(from, to, bytes);
        }
    }

    /** Replaces a value while its lock is held; returns whether the lock could be had. */
    public boolean storeLocked(long from, long to) {
        if (!SpinLocks.lock(to + lockOffset)) {
            return false;
        }
        copyAroundHoles(from, to);
        SpinLocks.unlock(to + lockOffset);
        return true;
    }

    /** Copies a value out while its lock is held; returns whether the lock could be had. */
    public boolean loadLocked(long from, long to) {
        if (!SpinLocks.lock(from + lockOffset)) {
            return false;
        }
        copyAroundHoles(from, to);
        SpinLocks.unlock(from + lockOffset);
        clearHoles(to);
        return true;
    }

    /** Copies a value to where nobody else looks yet; the lock in it is free, and its timer not set. */
    public void copy(long from, long to) {
        copyAroundHoles(from, to);
        clearHoles(to);
    }

    private void clearHoles(long value) {
        if (hasHoles()) {
            BpfBytes.clear(value + first.at(), first.bytes());
            BpfBytes.clear(value + last.at(), last.bytes());
        }
    }

    private void copyAroundHoles(long from, long to) {
        if (!hasHoles()) {
            BpfBytes.copy(from, to, bytes);
            return;
        }
        BpfBytes.copy(from, to, first.at());
        BpfBytes.copy(from + first.end(), to + first.end(), last.at() - first.end());
        BpfBytes.copy(from + last.end(), to + last.end(), bytes - last.end());
    }
}

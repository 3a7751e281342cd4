package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfBytes;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/** How the values of a map are copied: whole where a machine can do that, and around the spin lock in them. */
public final class ValueFormat {
    private static final int ALIGNMENT = 8;
    private static final int NO_LOCK = -1;

    private final int bytes;
    private final int lockOffset;

    /**
     * Values of a size.
     *
     * @param spinLockOffset where in them their spin lock is
     */
    public ValueFormat(int bytes, OptionalInt spinLockOffset) {
        this.bytes = bytes;
        this.lockOffset = spinLockOffset.orElse(NO_LOCK);
        if (spinLockOffset.isPresent()
                && (lockOffset < 0 || lockOffset % SpinLocks.BYTES != 0 || lockOffset > bytes - SpinLocks.BYTES)) {
            throw new IllegalArgumentException("a spin lock at %d of values of %d bytes".formatted(lockOffset, bytes));
        }
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

    /** Whether {@link #store} replaces a value in one step. */
    public boolean isStoredAtOnce() {
        return !hasLock() && (bytes == 8 || bytes == 4 || bytes == 2 || bytes == 1);
    }

    /** Replaces a value that others may look at; its lock stays as it is. */
    public void store(long from, long to) {
        if (hasLock()) {
            copyAroundLock(from, to);
        } else if (bytes == Long.BYTES) {
            BpfBytes.setLongRelease(to, BpfMemory.SEGMENT.get(ValueLayout.JAVA_LONG_UNALIGNED, from));
        } else if (bytes == Integer.BYTES) {
            BpfBytes.setIntRelease(to, BpfMemory.SEGMENT.get(ValueLayout.JAVA_INT_UNALIGNED, from));
        } else if (bytes == Short.BYTES) {
            BpfMemory.SEGMENT.set(
                    ValueLayout.JAVA_SHORT, to, BpfMemory.SEGMENT.get(ValueLayout.JAVA_SHORT_UNALIGNED, from));
        } else {
            copyAroundLock(from, to);
        }
    }

    /** Replaces a value while its lock is held; returns whether the lock could be had. */
    public boolean storeLocked(long from, long to) {
        if (!SpinLocks.lock(to + lockOffset)) {
            return false;
        }
        copyAroundLock(from, to);
        SpinLocks.unlock(to + lockOffset);
        return true;
    }

    /** Copies a value out while its lock is held; returns whether the lock could be had. */
    public boolean loadLocked(long from, long to) {
        if (!SpinLocks.lock(from + lockOffset)) {
            return false;
        }
        copyAroundLock(from, to);
        SpinLocks.unlock(from + lockOffset);
        clearLock(to);
        return true;
    }

    /** Copies a value to where nobody else looks yet; the lock in it is free. */
    public void copy(long from, long to) {
        copyAroundLock(from, to);
        clearLock(to);
    }

    private void clearLock(long value) {
        if (hasLock()) {
            SpinLocks.unlock(value + lockOffset);
        }
    }

    private void copyAroundLock(long from, long to) {
        if (!hasLock()) {
            BpfBytes.copy(from, to, bytes);
            return;
        }
        int behind = lockOffset + SpinLocks.BYTES;
        BpfBytes.copy(from, to, lockOffset);
        BpfBytes.copy(from + behind, to + behind, bytes - behind);
    }
}

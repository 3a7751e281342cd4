package dev.ring3.bpf.engine;

import dev.ring3.bpf.map.SpinLocks;
import org.jspecify.annotations.Nullable;

/**
 * What a run has of the host until it gives it back, or ends: memory that only it may touch, and at most one spin lock.
 * Verified programs give everything back, unless their run is stopped before.
 */
public final class Holdings {
    /** Who lent memory and gets it back. */
    @FunctionalInterface
    public interface Lender {
        /** The run ended without using the memory. */
        void takeBack(long address);
    }

    /** The most pieces of memory that a run can have at a time. */
    static final int LOANS_MAX = 64;

    private static final long NO_LOCK = 0;

    private final long[] addresses = new long[LOANS_MAX];
    private final long[] lengths = new long[LOANS_MAX];
    private final @Nullable Lender[] lenders = new Lender[LOANS_MAX];
    private int count;
    private long lock = NO_LOCK;

    /** Whether there is room for one more piece of memory. */
    public boolean hasRoom() {
        return count < LOANS_MAX;
    }

    /** Lends the run memory that it may read and write. */
    public void lend(long address, long bytes, Lender lender) {
        addresses[count] = address;
        lengths[count] = bytes;
        lenders[count] = lender;
        count++;
    }

    /** Who lent memory, which is no longer the run's; null if it has no memory that begins there. */
    public @Nullable Lender giveBack(long address) {
        for (int i = 0; i < count; i++) {
            if (addresses[i] == address) {
                Lender lender = lenders[i];
                count--;
                addresses[i] = addresses[count];
                lengths[i] = lengths[count];
                lenders[i] = lenders[count];
                lenders[count] = null;
                return lender;
            }
        }
        return null;
    }

    boolean allows(long address, long size) {
        for (int i = 0; i < count; i++) {
            long offset = address - addresses[i];
            if (offset >= 0 && offset <= lengths[i] - size) {
                return true;
            }
        }
        return false;
    }

    /** Whether the run has a spin lock. */
    public boolean hasLock() {
        return lock != NO_LOCK;
    }

    /** The run has taken a spin lock. */
    public void locked(long address) {
        lock = address;
    }

    /** Gives a spin lock back; false if it is not the one that the run has. */
    public boolean unlock(long address) {
        if (lock != address || address == NO_LOCK) {
            return false;
        }
        lock = NO_LOCK;
        SpinLocks.unlock(address);
        return true;
    }

    void end() {
        if (hasLock()) {
            unlock(lock);
        }
        while (count > 0) {
            long address = addresses[count - 1];
            Lender lender = giveBack(address);
            if (lender != null) {
                lender.takeBack(address);
            }
        }
    }
}

package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfBytes;
import java.util.concurrent.locks.LockSupport;

/** Locks in map values: a {@code struct bpf_spin_lock} is one aligned int, 0 when it is free. */
public final class SpinLocks {
    /** The size of one. */
    public static final int BYTES = Integer.BYTES;

    private static final int FREE = 0;
    private static final int HELD = 1;
    private static final int SPINS = 256;
    private static final long PARK_NANOS = 1000; // in fact some 60 microseconds

    /** Turns after which nobody will give the lock back: a program overwrote it. It takes seconds. */
    public static final int TURNS_MAX = 10_000_000;

    private SpinLocks() {}

    /** Whether the lock was free and now is not. */
    public static boolean tryLock(long address) {
        return BpfBytes.compareAndSetInt(address, FREE, HELD);
    }

    /** Waits until the lock is free, and takes it; returns false if it does not become free. */
    public static boolean lock(long address) {
        for (int turn = 1; turn < TURNS_MAX; turn++) {
            if (tryLock(address)) {
                return true;
            }
            pause(turn);
        }
        return false;
    }

    /** One turn of waiting for a lock. */
    public static void pause(int turn) {
        if (turn % SPINS == 0) {
            LockSupport.parkNanos(PARK_NANOS);
        } else {
            Thread.onSpinWait();
        }
    }

    /** Gives a lock back. */
    public static void unlock(long address) {
        BpfBytes.setIntRelease(address, FREE);
    }
}

package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.SpinLocks;

/**
 * The kernel's helpers for spin locks in map values. A run has at most one, and loses it when it ends, however it ends; so
 * runs cannot wait for each other for ever. Who waits can be cancelled.
 */
final class LockHelpers {
    private static final int LOCK = 93;
    private static final int UNLOCK = 94;

    private LockHelpers() {}

    static HostFunctions addTo(HostFunctions functions) {
        return Helpers.leaf(Helpers.leaf(functions, LOCK, LockHelpers::lock), UNLOCK, LockHelpers::unlock);
    }

    private static long lock(HostCall call, long lock, long unused2, long unused3, long unused4, long unused5) {
        HostCalls calls = (HostCalls) call;
        long address = address(call, lock);
        if (calls.holdings().hasLock()) {
            throw call.fault("a second spin lock, at 0x%x".formatted(lock));
        }
        for (int turn = 1; !SpinLocks.tryLock(address); turn++) {
            if (calls.isCancelled() || turn == SpinLocks.TURNS_MAX) {
                throw call.fault("the spin lock at 0x%x was not free".formatted(lock));
            }
            SpinLocks.pause(turn);
        }
        calls.holdings().locked(address);
        return 0;
    }

    private static long unlock(HostCall call, long lock, long unused2, long unused3, long unused4, long unused5) {
        if (!((HostCalls) call).holdings().unlock(address(call, lock))) {
            throw call.fault("the spin lock at 0x%x is not held by the run".formatted(lock));
        }
        return 0;
    }

    private static long address(HostCall call, long lock) {
        long address = call.writableAddress(lock, SpinLocks.BYTES);
        if (address % SpinLocks.BYTES != 0) {
            throw call.fault("a spin lock at 0x%x, no multiple of 4".formatted(lock));
        }
        return address;
    }
}

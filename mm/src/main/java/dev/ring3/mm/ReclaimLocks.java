package dev.ring3.mm;

import dev.ring3.mm.lock.AcquireMode;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;

/**
 * Reclaim as locks, for the validator. An allocation that may reclaim may wait for all that reclaim may take; so it
 * counts as taking a lock, whether or not memory is short, and a scan counts as holding one. A lock that is held across
 * an allocation and taken by a scan then makes a cycle. (Linux's {@code fs_reclaim_acquire()}.)
 *
 * <p>There is one class for each kind of allocation, by how much its scope allows, and one for each kind of scan, by what
 * it needs; the allocation comes before the scans that it may wait for. A NOFS scope says that reclaim into the
 * filesystem might wait for whoever is in it; so such scans come before the scope, and waiting inside the scope for work
 * that may reclaim so is a cycle.
 */
final class ReclaimLocks {
    private static final LockClass ALLOCATION = LockClass.named("an allocation");
    private static final LockClass ALLOCATION_IN_NOFS = LockClass.named("an allocation in NOFS");
    private static final LockClass ALLOCATION_IN_NOIO = LockClass.named("an allocation in NOIO");

    private static final LockClass RECLAIM = LockClass.named("reclaim");
    private static final LockClass IO_RECLAIM = LockClass.named("reclaim with I/O");
    private static final LockClass FS_RECLAIM = LockClass.named("reclaim into the filesystem");

    private static final LockClass NOFS_SCOPE = LockClass.named("a NOFS scope");
    private static final LockClass NOIO_SCOPE = LockClass.named("a NOIO scope");

    static {
        LockValidator.declareOrderAlways(ALLOCATION, ALLOCATION_IN_NOFS);
        LockValidator.declareOrderAlways(ALLOCATION_IN_NOFS, ALLOCATION_IN_NOIO);
        LockValidator.declareOrderAlways(ALLOCATION, FS_RECLAIM);
        LockValidator.declareOrderAlways(ALLOCATION_IN_NOFS, IO_RECLAIM);
        LockValidator.declareOrderAlways(ALLOCATION_IN_NOIO, RECLAIM);
        LockValidator.declareOrderAlways(FS_RECLAIM, NOFS_SCOPE);
        LockValidator.declareOrderAlways(IO_RECLAIM, NOIO_SCOPE);
    }

    private ReclaimLocks() {}

    /** Before anything that may reclaim as far as a scope allows. */
    static void mayReclaim(HeldScope scope) {
        if (LockValidator.ENABLED && !scope.mayUseReserve()) {
            LockValidator.mayWaitFor(
                    scope.mayEnterFilesystem()
                            ? ALLOCATION
                            : scope.mayDoIo() ? ALLOCATION_IN_NOFS : ALLOCATION_IN_NOIO);
        }
    }

    static void beginScan(Shrinker shrinker) {
        if (LockValidator.ENABLED) {
            LockValidator.acquire(of(shrinker), AcquireMode.EXCLUSIVE, null);
        }
    }

    static void endScan(Shrinker shrinker) {
        if (LockValidator.ENABLED) {
            LockValidator.release(of(shrinker), null);
        }
    }

    /** Before a wait for what others do, which the class stands for. */
    static void mayWaitFor(LockClass others) {
        if (!LockValidator.ENABLED) {
            return;
        }
        LockValidator.mayWaitFor(others);
        HeldScope scope = ReclaimScope.current();
        if (!scope.mayEnterFilesystem()) {
            LockValidator.declareOrder(NOFS_SCOPE, others);
        }
        if (!scope.mayDoIo()) {
            LockValidator.declareOrder(NOIO_SCOPE, others);
        }
    }

    private static LockClass of(Shrinker shrinker) {
        return shrinker.needsFilesystem() ? FS_RECLAIM : shrinker.doesIo() ? IO_RECLAIM : RECLAIM;
    }
}

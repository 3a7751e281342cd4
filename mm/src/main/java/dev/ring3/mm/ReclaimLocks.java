package dev.ring3.mm;

import dev.ring3.mm.lock.AcquireMode;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;

/**
 * Reclaim as locks, for the validator. An allocation that may reclaim may wait for all that reclaim may take; so it
 * counts as taking these, whether or not memory is short, and a scan counts as holding the one that allows it. A lock
 * that is held across an allocation and taken by a scan then makes a cycle. (Linux's {@code fs_reclaim_acquire()}.)
 *
 * <p>A NOFS scope says that reclaim into the filesystem might wait for whoever is in it; so such reclaim comes before
 * the scope, and waiting inside the scope for work that may reclaim so is a cycle.
 */
final class ReclaimLocks {
    static final LockClass RECLAIM = LockClass.named("reclaim");
    static final LockClass IO_RECLAIM = LockClass.named("reclaim with I/O");
    static final LockClass FS_RECLAIM = LockClass.named("reclaim into the filesystem");

    private static final LockClass NOFS_SCOPE = LockClass.named("a NOFS scope");
    private static final LockClass NOIO_SCOPE = LockClass.named("a NOIO scope");

    private ReclaimLocks() {}

    /** Before anything that may reclaim as far as a scope allows. */
    static void mayReclaim(HeldScope scope) {
        if (!LockValidator.ENABLED || scope.mayUseReserve()) {
            return;
        }
        LockValidator.mayWaitFor(RECLAIM);
        if (scope.mayDoIo()) {
            LockValidator.mayWaitFor(IO_RECLAIM);
        }
        if (scope.mayEnterFilesystem()) {
            LockValidator.mayWaitFor(FS_RECLAIM);
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
            LockValidator.declareOrder(FS_RECLAIM, NOFS_SCOPE);
            LockValidator.declareOrder(NOFS_SCOPE, others);
        }
        if (!scope.mayDoIo()) {
            LockValidator.declareOrder(IO_RECLAIM, NOIO_SCOPE);
            LockValidator.declareOrder(NOIO_SCOPE, others);
        }
    }

    private static LockClass of(Shrinker shrinker) {
        return shrinker.needsFilesystem() ? FS_RECLAIM : shrinker.doesIo() ? IO_RECLAIM : RECLAIM;
    }
}

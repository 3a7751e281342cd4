package dev.ring3.fs.lock;

/**
 * A lock that somebody asks for.
 *
 * @param process see {@link HeldLock#process}
 * @param reclaim whether the owner held it before the server restarted: such a request passes in the grace period, and
 *     only there
 */
public record LockRequest(LockOwner owner, LockKind kind, ByteRange range, int process, boolean reclaim) {
    /** A new lock. */
    public static LockRequest of(LockOwner owner, LockKind kind, ByteRange range, int process) {
        return new LockRequest(owner, kind, range, process, false);
    }

    HeldLock granted() {
        return new HeldLock(owner, kind, range, process);
    }
}

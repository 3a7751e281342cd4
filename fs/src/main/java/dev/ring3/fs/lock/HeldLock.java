package dev.ring3.fs.lock;

/**
 * A lock that is held.
 *
 * @param process the process that asked, as the front end knows it, for {@code F_GETLK}; 0 where it is not known or not
 *     of this machine
 */
public record HeldLock(LockOwner owner, LockKind kind, ByteRange range, int process) {
    boolean conflictsWith(LockRequest request) {
        return !owner.equals(request.owner())
                && (kind == LockKind.EXCLUSIVE || request.kind() == LockKind.EXCLUSIVE)
                && range.overlaps(request.range());
    }

    HeldLock over(ByteRange other) {
        return new HeldLock(owner, kind, other, process);
    }
}

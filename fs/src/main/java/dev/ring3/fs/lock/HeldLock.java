package dev.ring3.fs.lock;

import java.time.Duration;
import java.util.Objects;

/**
 * A lock that is held. Since when it is held is for people to look at, and makes no other lock of it.
 *
 * @param process the process that asked, as the front end knows it, for {@code F_GETLK}; 0 where it is not known or not
 *     of this machine
 * @param sinceNanos when it was taken or last grew, by {@link System#nanoTime}
 */
public record HeldLock(LockOwner owner, LockKind kind, ByteRange range, int process, long sinceNanos) {
    /** One that is taken now. */
    HeldLock(LockOwner owner, LockKind kind, ByteRange range, int process) {
        this(owner, kind, range, process, System.nanoTime());
    }

    /** For how long it has been held. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }

    boolean conflictsWith(LockRequest request) {
        return !owner.equals(request.owner())
                && (kind == LockKind.EXCLUSIVE || request.kind() == LockKind.EXCLUSIVE)
                && range.overlaps(request.range());
    }

    HeldLock over(ByteRange other) {
        return new HeldLock(owner, kind, other, process, sinceNanos);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeldLock held
                && owner.equals(held.owner)
                && kind == held.kind
                && range.equals(held.range)
                && process == held.process;
    }

    @Override
    public int hashCode() {
        return Objects.hash(owner, kind, range, process);
    }
}

package dev.ring3.fuse;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.HeldLock;
import dev.ring3.fs.lock.LockKind;
import dev.ring3.fs.lock.LockOwner;
import dev.ring3.fs.lock.LockRequest;
import dev.ring3.fs.lock.LockResult;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.fs.lock.LockTable;
import dev.ring3.fs.lock.PendingLock;
import dev.ring3.linux.Errno;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests on locks: {@code struct fuse_lk_in}: u64 handle, u64 owner, the lock as u64 first, u64 last, u32 type,
 * u32 pid; u32 flags, u32 padding.
 */
final class LockRequests {
    private static final int READ_LOCK = 0;
    private static final int WRITE_LOCK = 1;
    private static final int UNLOCK = 2;
    private static final int FLOCK = 1;

    private final Session session;

    LockRequests(Session session) {
        this.session = session;
    }

    private LockTable locks() {
        return session.vfs().locks();
    }

    /** Out: the lock in the way, or one of type unlock. */
    void getlk(Request request, Reply reply) {
        HeldLock holder = locks().test(session.node(request), space(request), lock(request));
        if (holder == null) {
            reply.putLong(request.longAt(16))
                    .putLong(request.longAt(24))
                    .putInt(UNLOCK)
                    .putInt(0);
        } else {
            reply.putLong(holder.range().first())
                    .putLong(holder.range().last())
                    .putInt(holder.kind() == LockKind.SHARED ? READ_LOCK : WRITE_LOCK)
                    .putInt(holder.process());
        }
    }

    void setlk(Request request) {
        NodeId node = session.node(request);
        if (request.intAt(32) == UNLOCK) {
            locks().unlock(node, space(request), owner(request), range(request));
            return;
        }
        remember(request);
        Errno error = error(locks().tryLock(node, space(request), lock(request)));
        if (error != null) {
            throw new FsException(error, "lock", node.toString());
        }
    }

    /** Is answered when the lock is there; until then no thread waits. */
    void setlkw(Request request) {
        long unique = request.unique();
        NodeId node = session.node(request);
        LockRequest wanted = lock(request);
        remember(request);
        Interrupts.Waiting self = session.interrupts().begin(unique);
        PendingLock begun = locks().lock(node, space(request), wanted, result -> {
            self.end();
            Errno error = error(result);
            session.sendLater(unique, error == null ? 0 : error.number());
        });
        self.onInterrupt(begun::cancel);
    }

    private void remember(Request request) {
        if (space(request) == LockSpace.RANGE) {
            session.handles().locking(request.longAt(0), owner(request));
        }
    }

    private LockRequest lock(Request request) {
        LockKind kind = switch (request.intAt(32)) {
            case READ_LOCK -> LockKind.SHARED;
            case WRITE_LOCK -> LockKind.EXCLUSIVE;
            default -> throw new FsException(Errno.EINVAL, "lock", "type " + request.intAt(32));
        };
        return LockRequest.of(owner(request), kind, range(request), request.intAt(36));
    }

    private LockOwner owner(Request request) {
        return new LockOwner(session.client(), request.longAt(8));
    }

    private static LockSpace space(Request request) {
        return (request.intAt(40) & FLOCK) != 0 ? LockSpace.FLOCK : LockSpace.RANGE;
    }

    private static ByteRange range(Request request) {
        if (space(request) == LockSpace.FLOCK) {
            return ByteRange.ALL;
        }
        long first = request.sizeAt(16);
        long last = request.longAt(24);
        if (last >= 0 && last < first) {
            throw new FsException(Errno.EINVAL, "lock", "from %d to %d".formatted(first, last));
        }
        // The kernel's end of all files is the largest number there is.
        return new ByteRange(first, last < 0 ? ByteRange.TO_THE_END : last);
    }

    private static @Nullable Errno error(LockResult result) {
        return switch (result) {
            case LockResult.Granted() -> null;
            case LockResult.Conflict(HeldLock _) -> Errno.EAGAIN;
            case LockResult.Deadlock() -> Errno.EDEADLK;
            case LockResult.InGrace() -> Errno.EAGAIN;
            case LockResult.NoGrace() -> Errno.EINVAL;
            case LockResult.TooMany(int _) -> Errno.ENOLCK;
            case LockResult.Cancelled() -> Errno.EINTR;
        };
    }
}

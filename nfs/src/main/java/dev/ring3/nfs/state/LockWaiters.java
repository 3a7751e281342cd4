package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.LockKind;
import dev.ring3.fs.lock.LockOwner;
import dev.ring3.fs.lock.LockRequest;
import dev.ring3.fs.lock.LockResult;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.fs.lock.PendingLock;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lock owners of NFSv4.1 that were refused a lock which they would wait for: they stand in line with everybody else, and
 * hear by CB_NOTIFY_LOCK when it is their turn (RFC 8881, section 20.11). For each a stand-in waits, an owner that no
 * client knows; it keeps the lock for its client to come for, and gives it up when the client does not.
 */
public final class LockWaiters {
    /** How long a lock is kept for who was told that it may have it. */
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How many stand in line at most. */
    private static final int WAITERS_MAX = 16_384;

    private record Key(NodeId node, NfsClient client, ByteBuffer owner) {}

    private static final class Waiter {
        final Key key;
        final byte[] handle;
        final LockRequest request;

        // Guarded by this object's monitor.
        private @Nullable PendingLock pending;
        private boolean over;
        private boolean granted;
        private long sinceNanos = System.nanoTime();

        Waiter(Key key, byte[] handle, LockRequest request) {
            this.key = key;
            this.handle = handle;
            this.request = request;
        }
    }

    private final NfsState all;
    private final Map<Key, Waiter> waiters = new ConcurrentHashMap<>();

    LockWaiters(NfsState all) {
        this.all = all;
    }

    /** Whether a client is told when a lock may be had. */
    public boolean tells(NfsClient client) {
        return !client.isFirstMinor() && client.callbackPath() != null;
    }

    /** An owner was refused a lock, and would wait for it. One who stands in line for the same already keeps his place. */
    public void await(NfsClient client, byte[] owner, NodeId node, byte[] handle, LockKind kind, ByteRange range) {
        Key key = new Key(node, client, ByteBuffer.wrap(owner));
        Waiter before = waiters.get(key);
        if (before != null
                && before.request.kind() == kind
                && before.request.range().equals(range)) {
            synchronized (before) {
                before.sinceNanos = System.nanoTime();
            }
            return;
        }
        if (before != null) {
            end(before);
        }
        if (client.gone || waiters.size() >= WAITERS_MAX) {
            return;
        }
        LockOwner standIn = all.locks().newOwner(client);
        Waiter waiter = new Waiter(key, handle, LockRequest.of(standIn, kind, range, 0));
        waiters.put(key, waiter);
        PendingLock pending = all.vfs()
                .locks()
                .lock(node, LockSpace.RANGE, waiter.request, result -> all.soon(() -> decided(waiter, result)));
        synchronized (waiter) {
            waiter.pending = pending;
        }
    }

    private void decided(Waiter waiter, LockResult result) {
        boolean granted = result instanceof LockResult.Granted;
        boolean over;
        synchronized (waiter) {
            over = waiter.over;
            waiter.granted = granted;
            waiter.sinceNanos = System.nanoTime();
        }
        if (!granted) {
            waiters.remove(waiter.key, waiter);
        } else if (over) {
            unlock(waiter);
        } else {
            tell(waiter);
        }
    }

    private void tell(Waiter waiter) {
        NfsClient client = waiter.key.client();
        CallbackPath path = client.callbackPath();
        if (path == null) {
            end(waiter);
            return;
        }
        byte[] owner = waiter.key.owner().array();
        path.call(Callback.notifyLock(waiter.handle, client.id(), owner), outcome -> {
            if (outcome instanceof Callback.Outcome.Lost) {
                end(waiter);
            }
        });
    }

    /** The owner asks for a lock on a file: what was kept for him is his, if he asks for that, before it is anybody's. */
    public LockResult tryLock(NfsClient client, byte[] owner, NodeId node, LockRequest request) {
        Waiter waiter = waiters.get(new Key(node, client, ByteBuffer.wrap(owner)));
        if (waiter == null || !takeOver(waiter)) {
            return all.vfs().locks().tryLock(node, LockSpace.RANGE, request);
        }
        waiters.remove(waiter.key, waiter);
        LockRequest kept = waiter.request;
        return all.vfs().locks().tryLock(node, LockSpace.RANGE, request, kept.owner(), kept.range());
    }

    private static boolean takeOver(Waiter waiter) {
        synchronized (waiter) {
            if (waiter.over || !waiter.granted) {
                return false;
            }
            waiter.over = true;
            return true;
        }
    }

    private void end(Waiter waiter) {
        PendingLock pending;
        boolean held;
        synchronized (waiter) {
            if (waiter.over) {
                return;
            }
            waiter.over = true;
            pending = waiter.pending;
            held = waiter.granted;
        }
        waiters.remove(waiter.key, waiter);
        if (held) {
            unlock(waiter);
        } else if (pending != null) {
            pending.cancel();
        }
    }

    private void unlock(Waiter waiter) {
        LockRequest request = waiter.request;
        all.vfs().locks().unlock(waiter.key.node(), LockSpace.RANGE, request.owner(), request.range());
    }

    /** Who does not come for a lock loses it to the next, and who did not ask for a lease's time does not want it. */
    void tick() {
        for (Waiter waiter : List.copyOf(waiters.values())) {
            boolean due;
            synchronized (waiter) {
                long patience = waiter.granted ? KEPT_NANOS : all.lease().toNanos();
                due = System.nanoTime() - waiter.sinceNanos > patience;
            }
            if (due) {
                end(waiter);
            }
        }
    }

    /** The client is gone. */
    void endAll(NfsClient client) {
        for (Waiter waiter : List.copyOf(waiters.values())) {
            if (waiter.key.client() == client) {
                end(waiter);
            }
        }
    }
}

package dev.ring3.nio;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.LockKind;
import dev.ring3.fs.lock.LockOwner;
import dev.ring3.fs.lock.LockRequest;
import dev.ring3.fs.lock.LockResult;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.fs.lock.LockTable;
import dev.ring3.fs.lock.PendingLock;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The locks of a file system's channels, in the table of all front ends. What other front ends hold is waited for; what
 * this JVM holds or waits for is an {@link OverlappingFileLockException}, as locks of {@code java.nio} are the JVM's.
 */
final class ChannelLocks {
    private final LockTable table;

    // Guarded by this: locks held, and those waited for with what waits.
    private final Map<ChannelLock, Entry> entries = new HashMap<>();
    private long lastOwner;

    /** Where a lock stands in the table. */
    private static final class Entry {
        private final LockOwner owner;
        private final CompletableFuture<LockResult> decided = new CompletableFuture<>();
        private @Nullable PendingLock pending;

        private Entry(LockOwner owner) {
            this.owner = owner;
        }
    }

    ChannelLocks(LockTable table) {
        this.table = table;
    }

    private static NodeId node(ChannelLock lock) {
        return lock.holder().file().node();
    }

    private static LockRequest request(ChannelLock lock, Entry entry) {
        LockKind kind = lock.isShared() ? LockKind.SHARED : LockKind.EXCLUSIVE;
        return LockRequest.of(entry.owner, kind, lock.range(), 0);
    }

    /** Takes a lock at once; false if another front end has what is in the way. */
    boolean tryLock(ChannelLock lock) throws IOException {
        synchronized (this) {
            Entry entry = enterLocked(lock);
            LockResult result = table.tryLock(node(lock), LockSpace.RANGE, request(lock, entry));
            lock.setValid(result instanceof LockResult.Granted);
            if (!lock.valid()) {
                entries.remove(lock);
            }
            return switch (result) {
                case LockResult.Granted _ -> true;
                case LockResult.Conflict _, LockResult.InGrace _ -> false;
                default -> throw refusal(result);
            };
        }
    }

    /** Waits for a lock. */
    void lock(ChannelLock lock) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new FileLockInterruptionException();
        }
        Entry entry;
        synchronized (this) {
            entry = enterLocked(lock);
            entry.pending = table.lock(node(lock), LockSpace.RANGE, request(lock, entry), entry.decided::complete);
        }
        boolean interrupted = false;
        LockResult result;
        try {
            result = entry.decided.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            interrupted = true;
            entry.pending.cancel();
            result = entry.decided.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        synchronized (this) {
            // Closing the channel meanwhile gave the lock back, whatever the decision was.
            boolean stands = entries.containsKey(lock);
            lock.setValid(stands && result instanceof LockResult.Granted);
            if (stands && !lock.valid()) {
                entries.remove(lock);
            } else if (lock.valid() && interrupted) {
                releaseLocked(lock);
            }
        }
        if (interrupted) {
            throw new FileLockInterruptionException();
        }
        if (!lock.valid()) {
            throw refusal(result);
        }
    }

    private static IOException refusal(LockResult result) {
        return switch (result) {
            case LockResult.Granted _, LockResult.Cancelled _ -> new AsynchronousCloseException();
            case LockResult.Deadlock _ -> new IOException(Errno.EDEADLK.message());
            default -> new IOException(Errno.ENOLCK.message());
        };
    }

    private Entry enterLocked(ChannelLock lock) throws ClosedChannelException {
        ByteRange range = lock.range();
        NodeId node = node(lock);
        boolean mine =
                entries.keySet().stream().anyMatch(other -> node(other).equals(node) && overlap(other.range(), range));
        boolean ofThisJvm = table.held(node, LockSpace.RANGE).stream()
                .anyMatch(
                        held -> held.owner().client().origin() == Client.Origin.LOCAL && overlap(held.range(), range));
        if (mine || ofThisJvm) {
            throw new OverlappingFileLockException();
        }
        if (!lock.holder().isOpen()) {
            throw new ClosedChannelException();
        }
        Entry entry = new Entry(new LockOwner(lock.holder().session().caller().client(), ++lastOwner));
        entries.put(lock, entry);
        return entry;
    }

    private static boolean overlap(ByteRange one, ByteRange other) {
        return one.first() <= other.last() && other.first() <= one.last();
    }

    synchronized boolean isValid(ChannelLock lock) {
        return lock.valid();
    }

    /** Gives a lock back; nothing if that was done. */
    synchronized void release(ChannelLock lock) {
        releaseLocked(lock);
    }

    private void releaseLocked(ChannelLock lock) {
        lock.setValid(false);
        Entry entry = entries.remove(lock);
        if (entry != null) {
            table.release(node(lock), entry.owner);
        }
    }

    /** Gives back what a channel holds, and up what it waits for. */
    synchronized void releaseAll(Ring3FileChannel channel) {
        List.copyOf(entries.keySet()).stream()
                .filter(lock -> lock.holder() == channel)
                .forEach(this::releaseLocked);
    }
}

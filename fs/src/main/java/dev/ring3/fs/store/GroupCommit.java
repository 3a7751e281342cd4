package dev.ring3.fs.store;

import dev.ring3.fs.FsException;
import dev.ring3.fs.TransactionId;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.linux.Errno;
import dev.ring3.mm.lock.LockClass;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns many waits for durability into few syncs. Of the threads that wait, one syncs for all; those that come
 * meanwhile share the next sync. A sync that failed is final: the kernel drops the dirty pages of a failed fsync, so a
 * second one that succeeds would prove nothing.
 */
public final class GroupCommit {
    private static final LockClass CLASS = LockClass.named("group commit");
    private final LongSupplier lastWritten;
    private final Runnable sync;
    private final ReentrantLock lock = FsLocks.lock(CLASS);
    private final Condition changed = lock.newCondition();
    private volatile long durable; // written under lock
    private boolean syncing; // under lock
    private @Nullable RuntimeException failure; // under lock
    private long syncs; // under lock

    /**
     * For one engine.
     *
     * @param lastWritten the latest transaction that the next sync would cover
     * @param sync makes everything written so far survive a crash
     * @param durable what is durable already
     */
    public GroupCommit(LongSupplier lastWritten, Runnable sync, long durable) {
        this.lastWritten = lastWritten;
        this.sync = sync;
        this.durable = durable;
    }

    /** The latest transaction known to be durable. */
    public TransactionId durable() {
        return new TransactionId(durable);
    }

    /** How many syncs there were. */
    public long syncs() {
        lock.lock();
        try {
            return syncs;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@code transaction} is durable; syncs for everybody if nobody does. Not interruptible. */
    public void await(TransactionId transaction) {
        if (durable >= transaction.value()) {
            return;
        }
        lock.lock();
        try {
            while (durable < transaction.value()) {
                if (failure != null) {
                    throw new FsException(Errno.EIO, "sync", "an earlier sync of the log failed", failure);
                }
                if (syncing) {
                    changed.awaitUninterruptibly();
                } else {
                    syncLocked();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the lock while it syncs. */
    private void syncLocked() {
        syncing = true;
        lock.unlock();
        long covered = 0;
        RuntimeException failed = null;
        try {
            covered = lastWritten.getAsLong(); // before the sync: what is written during it may or may not be in it
            sync.run();
        } catch (RuntimeException e) {
            failed = e;
        } finally {
            lock.lock();
            syncing = false;
            changed.signalAll();
        }
        if (failed == null) {
            syncs++;
            durable = Math.max(durable, covered);
        } else {
            failure = failed;
        }
    }
}

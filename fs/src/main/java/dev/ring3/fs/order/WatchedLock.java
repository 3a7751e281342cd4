package dev.ring3.fs.order;

import dev.ring3.mm.lock.AcquireMode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** A lock that is watched. A wait for one of its conditions counts as holding it. */
final class WatchedLock extends ReentrantLock {
    private static final long serialVersionUID = 1L;

    private final transient LockWatch watch;

    WatchedLock(LockWatch watch) {
        this.watch = watch;
    }

    @Override
    public void lock() {
        watch.acquire(AcquireMode.EXCLUSIVE);
        super.lock();
    }

    @Override
    public boolean tryLock() {
        boolean taken = super.tryLock();
        if (taken) {
            watch.acquiredByTry(AcquireMode.EXCLUSIVE);
        }
        return taken;
    }

    @Override
    public boolean tryLock(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException("a wait that the validator is not told of");
    }

    @Override
    public void lockInterruptibly() {
        throw new UnsupportedOperationException("a wait that the validator is not told of");
    }

    @Override
    public void unlock() {
        super.unlock();
        watch.release();
    }
}

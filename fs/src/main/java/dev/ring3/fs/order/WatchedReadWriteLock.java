package dev.ring3.fs.order;

import dev.ring3.mm.lock.AcquireMode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A lock with a shared side, both of which are watched. */
final class WatchedReadWriteLock extends ReentrantReadWriteLock {
    private static final long serialVersionUID = 1L;

    private final transient ReadLock shared;
    private final transient WriteLock exclusive;

    WatchedReadWriteLock(LockWatch watch) {
        this.shared = new Shared(this, watch);
        this.exclusive = new Exclusive(this, watch);
    }

    @Override
    public ReadLock readLock() {
        return shared;
    }

    @Override
    public WriteLock writeLock() {
        return exclusive;
    }

    private static final class Shared extends ReadLock {
        private static final long serialVersionUID = 1L;

        private final transient LockWatch watch;

        Shared(ReentrantReadWriteLock lock, LockWatch watch) {
            super(lock);
            this.watch = watch;
        }

        @Override
        public void lock() {
            watch.acquire(AcquireMode.SHARED);
            super.lock();
        }

        @Override
        public boolean tryLock() {
            boolean taken = super.tryLock();
            if (taken) {
                watch.acquiredByTry(AcquireMode.SHARED);
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

    private static final class Exclusive extends WriteLock {
        private static final long serialVersionUID = 1L;

        private final transient LockWatch watch;

        Exclusive(ReentrantReadWriteLock lock, LockWatch watch) {
            super(lock);
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
}

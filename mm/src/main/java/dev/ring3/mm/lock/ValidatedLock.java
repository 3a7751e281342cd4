package dev.ring3.mm.lock;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A reentrant lock that the {@link LockValidator} knows, for what may be held while frames are allocated and reclaimed.
 * A lock that forbids reclaim while it is held is a {@link ScopedLock}. Thread-safe.
 */
public final class ValidatedLock {
    private final LockClass lockClass;
    private final AcquireMode mode;
    private final Lock lock;
    private final Object instance;

    /** A lock that one thread holds at a time. */
    public ValidatedLock(LockClass lockClass) {
        this.lockClass = lockClass;
        this.mode = AcquireMode.EXCLUSIVE;
        this.lock = new ReentrantLock();
        this.instance = lock;
    }

    /** One side of the lock {@code instance}. */
    ValidatedLock(LockClass lockClass, AcquireMode mode, Lock lock, Object instance) {
        this.lockClass = lockClass;
        this.mode = mode;
        this.lock = lock;
        this.instance = instance;
    }

    /** Waits for the lock and takes it. */
    public void lock() {
        LockValidator.acquire(lockClass, mode, instance);
        lock.lock();
    }

    /**
     * The same where another lock of its class is held already, in an order that the code has: parent before child.
     * Released by {@link #unlockNested} with the same level.
     *
     * @param level 1 for the second lock of that class, and so on; below {@link LockClass#NESTING_MAX}
     */
    public void lockNested(int level) {
        LockValidator.acquire(lockClass.nested(level), mode, instance);
        lock.lock();
    }

    /** Takes the lock if it is free now; whether it was. */
    public boolean tryLock() {
        boolean taken = lock.tryLock();
        if (taken) {
            LockValidator.acquiredByTry(lockClass, mode, instance);
        }
        return taken;
    }

    /** Gives the lock back. */
    public void unlock() {
        lock.unlock();
        LockValidator.release(lockClass, instance);
    }

    /** Gives a lock back that was taken by {@link #lockNested}. */
    public void unlockNested(int level) {
        lock.unlock();
        LockValidator.release(lockClass.nested(level), instance);
    }

    /** Runs code that holds the lock. */
    public void run(Runnable body) {
        lock();
        try {
            body.run();
        } finally {
            unlock();
        }
    }

    /** Runs code that holds the lock. */
    public <R, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> body) throws X {
        lock();
        try {
            return body.call();
        } finally {
            unlock();
        }
    }
}

package dev.ring3.mm.lock;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A reentrant lock with a shared and an exclusive side that the {@link LockValidator} knows. Thread-safe. */
public final class ValidatedReadWriteLock {
    private final ValidatedLock shared;
    private final ValidatedLock exclusive;

    /** Both sides are of one class. */
    public ValidatedReadWriteLock(LockClass lockClass) {
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        this.shared = new ValidatedLock(lockClass, AcquireMode.SHARED, lock.readLock(), lock);
        this.exclusive = new ValidatedLock(lockClass, AcquireMode.EXCLUSIVE, lock.writeLock(), lock);
    }

    /** The side that many threads hold at a time. */
    public ValidatedLock shared() {
        return shared;
    }

    /** The side that one thread holds alone. */
    public ValidatedLock exclusive() {
        return exclusive;
    }
}

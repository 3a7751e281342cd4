package dev.ring3.mm.lock;

/** As {@link ScopedLock}, with a shared and an exclusive side. Thread-safe. */
public final class ScopedReadWriteLock {
    private final ScopedLock shared;
    private final ScopedLock exclusive;

    /**
     * Both sides are of one class.
     *
     * @param scope what holds while either is held
     */
    public ScopedReadWriteLock(LockClass lockClass, LockScope scope) {
        ValidatedReadWriteLock lock = new ValidatedReadWriteLock(lockClass);
        this.shared = new ScopedLock(lock.shared(), scope);
        this.exclusive = new ScopedLock(lock.exclusive(), scope);
    }

    /** The side that many threads hold at a time. */
    public ScopedLock shared() {
        return shared;
    }

    /** The side that one thread holds alone. */
    public ScopedLock exclusive() {
        return exclusive;
    }
}

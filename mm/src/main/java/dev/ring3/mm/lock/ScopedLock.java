package dev.ring3.mm.lock;

/**
 * A lock that forbids something while it is held, usually reclaim into the filesystem: it is held for the time that a
 * lambda runs, inside the scope that says so. There is no way to hold the lock without the scope. Thread-safe.
 */
public final class ScopedLock {
    private final ValidatedLock lock;
    private final LockScope scope;

    /**
     * A reentrant lock that one thread holds at a time.
     *
     * @param scope what holds while it is held
     */
    public ScopedLock(LockClass lockClass, LockScope scope) {
        this(new ValidatedLock(lockClass), scope);
    }

    ScopedLock(ValidatedLock lock, LockScope scope) {
        this.lock = lock;
        this.scope = scope;
    }

    /** Waits for the lock, and runs code that holds it. */
    public void run(Runnable body) {
        lock.lock();
        try {
            scope.run(body);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the lock, and runs code that holds it. */
    public <R, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> body) throws X {
        lock.lock();
        try {
            return scope.<R, X>call(body);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #run}, where another lock of this class is held already; see {@link ValidatedLock#lockNested}. */
    public void runNested(int level, Runnable body) {
        lock.lockNested(level);
        try {
            scope.run(body);
        } finally {
            lock.unlockNested(level);
        }
    }

    /** Runs code that holds the lock, if it is free now; whether it was. */
    public boolean tryRun(Runnable body) {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            scope.run(body);
        } finally {
            lock.unlock();
        }
        return true;
    }
}

package dev.ring3.fs.order;

import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Makes the locks of this module and of the engines under it. In a JVM that validates locks they tell {@link LockValidator} of what they do; in any
 * other they are the JDK's own, and cost nothing.
 *
 * <p>Locks of one class that are held together have an order among themselves, a rank: it is held to here, since to the
 * validator they are all one.
 */
public final class FsLocks {
    private FsLocks() {}

    /** A lock of which no thread holds two of its class. */
    public static ReentrantLock lock(LockClass lockClass) {
        return LockValidator.ENABLED ? new WatchedLock(new LockWatch(lockClass, null, null)) : new ReentrantLock();
    }

    /** A lock that is taken after those of its class with a lower rank. */
    public static ReentrantLock lock(LockClass lockClass, Comparable<?> rank) {
        return LockValidator.ENABLED ? new WatchedLock(new LockWatch(lockClass, rank, null)) : new ReentrantLock();
    }

    /** A lock of which a thread holds two of its class only while it holds one of another class, which excludes others. */
    public static ReentrantLock lockGuardedBy(LockClass guard, LockClass lockClass) {
        return LockValidator.ENABLED ? new WatchedLock(new LockWatch(lockClass, null, guard)) : new ReentrantLock();
    }

    /** A lock with a shared side, of which no thread holds two of its class. */
    public static ReentrantReadWriteLock readWriteLock(LockClass lockClass) {
        return LockValidator.ENABLED
                ? new WatchedReadWriteLock(new LockWatch(lockClass, null, null))
                : new ReentrantReadWriteLock();
    }

    /** A lock with a shared side that is taken after those of its class with a lower rank. */
    public static ReentrantReadWriteLock readWriteLock(LockClass lockClass, Comparable<?> rank) {
        return LockValidator.ENABLED
                ? new WatchedReadWriteLock(new LockWatch(lockClass, rank, null))
                : new ReentrantReadWriteLock();
    }
}

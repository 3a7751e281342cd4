package dev.ring3.fs.lock;

/** What became of a request for a lock. */
public sealed interface LockResult {
    /** The owner holds the lock. */
    record Granted() implements LockResult {}

    /**
     * Somebody holds what conflicts ({@code EAGAIN}).
     *
     * @param holder the first such lock
     */
    record Conflict(HeldLock holder) implements LockResult {}

    /** Waiting would never end, since the holders wait for the owner already ({@code EDEADLK}). */
    record Deadlock() implements LockResult {}

    /** The server restarted, and those who held locks before may claim them first; ask again later. */
    record InGrace() implements LockResult {}

    /** A lock is claimed that was held before the restart, but the time to do so is over. */
    record NoGrace() implements LockResult {}

    /**
     * The client has as many locks, or as many requests that wait, as it may ({@code ENOLCK}).
     *
     * @param limit how many that is
     */
    record TooMany(int limit) implements LockResult {}

    /** The request waited and was given up by {@link PendingLock#cancel} or with its owner ({@code EINTR}). */
    record Cancelled() implements LockResult {}
}

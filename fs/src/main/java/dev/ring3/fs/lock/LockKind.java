package dev.ring3.fs.lock;

/** What a lock excludes. */
public enum LockKind {
    /** Other owners' exclusive locks: a read lock. */
    SHARED,
    /** Every lock of other owners: a write lock. */
    EXCLUSIVE
}

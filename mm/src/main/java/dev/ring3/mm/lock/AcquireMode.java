package dev.ring3.mm.lock;

/** How a lock is taken. */
public enum AcquireMode {
    /** Alone. */
    EXCLUSIVE,
    /** With other shared holders, but behind a waiting exclusive one, as {@code ReentrantReadWriteLock} does it. */
    SHARED,
    /** With other shared holders, whoever waits. */
    SHARED_RECURSIVE
}

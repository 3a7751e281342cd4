/**
 * Locks that know their order, and a validator that learns it and finds deadlocks that did not happen.
 *
 * <p><b>How it finds them.</b> Locks have a {@link dev.ring3.mm.lock.LockClass}. Each thread has a stack of what it holds.
 * When a lock is about to be waited for with others held, "taken while held" becomes an edge between the classes, with
 * the stack trace of the first time. An edge that would close a cycle is a deadlock that
 * only waits for threads to meet at the wrong moment. It is thrown as a
 * {@link dev.ring3.mm.lock.PotentialDeadlockException} before the lock is taken, and listed in
 * {@link dev.ring3.mm.lock.LockValidator#reports}, every step with its trace.
 *
 * <p><b>What counts as a lock.</b>
 * <ul>
 *   <li>{@link dev.ring3.mm.lock.ValidatedLock} and {@link dev.ring3.mm.lock.ValidatedReadWriteLock};
 *       {@link dev.ring3.mm.lock.ScopedLock} and {@link dev.ring3.mm.lock.ScopedReadWriteLock} for locks that forbid
 *       reclaim while held: these run a lambda inside the scope, and cannot be held without it.
 *   <li>Reclaim, in three kinds: every allocation that may reclaim counts as taking it, also when memory is free; a scan
 *       of a shrinker counts as holding it. So a lock held across an allocation and taken by a shrinker is a cycle,
 *       found without any shortage.
 *   <li>The work of a queue: an item holds it while it runs; whoever flushes, awaits, closes, or submits (the queue may
 *       be full) takes it.
 *   <li>A NOFS or NOIO scope, for waits: what is waited for in it must not reclaim in the way that it forbids.
 *   <li>Any other wait, such as for a folio: {@code ReclaimScope.mayWaitFor} where the wait is, and {@code acquire} and
 *       {@code release} of the same class around the work that ends it.
 * </ul>
 *
 * <p><b>What is legal.</b> A lock got by a try waits for nothing; but what is waited for while it is held comes after it.
 * Reentry of one lock. A class inside itself only at another level ({@code lockNested}), parent before child. Shared
 * holders block each other as soon as a writer waits in between, so shared counts like exclusive, unless it is
 * {@link dev.ring3.mm.lock.AcquireMode#SHARED_RECURSIVE}.
 *
 * <p><b>What it cannot see.</b> A path that never ran, not even harmlessly. Who ends a wait, where the code does not say so:
 * Linux once guessed that from the order of events and gave it up for its false alarms. Frames that are out of a reserve.
 *
 * <p><b>Locks.</b> The graph has a monitor that is a leaf; a known order is looked up without it.
 */
package dev.ring3.mm.lock;

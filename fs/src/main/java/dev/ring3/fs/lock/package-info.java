/**
 * Who may use a file at the same time: byte-range locks, whole-file locks, share reservations and leases, in one place
 * for every front end, so that a client over NFS and a program on a FUSE mount exclude each other.
 *
 * <p><b>Byte-range and whole-file locks</b> ({@link dev.ring3.fs.lock.LockTable}) are advisory. A lock belongs to a
 * {@link dev.ring3.fs.lock.LockOwner}: a process that used {@code fcntl}, an open file description, a lock owner of an
 * NFS client. The two {@link dev.ring3.fs.lock.LockSpace}s do not see each other, as on a local filesystem of Linux. A
 * request is tried at once; one that cannot be granted may wait, in the order of arrival, without holding a thread: the
 * caller is told through a callback. A request to wait that would close a circle of owners is refused
 * ({@code EDEADLK}). Owners end by {@link dev.ring3.fs.lock.LockTable#release}, clients by
 * {@link dev.ring3.fs.lock.LockTable#releaseClient}.
 *
 * <p><b>Opens and leases</b> ({@link dev.ring3.fs.lock.OpenTable}): each open says what it will do and what it denies to
 * others (NFSv4 share reservations), and a {@link dev.ring3.fs.lock.Lease} promises its holder that nobody does what
 * conflicts with it before the holder was asked to give it back (NFSv4 delegations). Operations that need no open file,
 * such as unlink, enter for as long as they run, so that no lease is granted under them. Who meets a lease gets a
 * {@link dev.ring3.fs.lock.Recall} and comes again when it is clear; nobody waits inside.
 *
 * <p><b>Locking.</b> The lock table has one lock, which is a leaf: nothing is called while it is held. One lock for all
 * files is enough, since an operation is some hundred nanoseconds long and data never passes through here; a circle of
 * waiting owners, which spans files, could otherwise not be seen consistently. Opens never look beyond one file, so that
 * the open table has a lock for each file: the bin of its hash map, a leaf too. Callbacks run after the lock was
 * released, on the thread whose call decided them; they must not block.
 *
 * <p>Every table is bounded: {@link dev.ring3.fs.lock.LockTable#LOCKS_PER_CLIENT_MAX} and its like; beyond them a request
 * is refused ({@code ENOLCK}).
 */
package dev.ring3.fs.lock;

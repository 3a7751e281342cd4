/**
 * Verified BPF programs in the I/O path of a live {@link dev.ring3.fs.vfs.Vfs}.
 *
 * <p>An <b>object</b> that a compiler wrote is attached as a whole, under a name, to a {@link dev.ring3.hooks.Scope}: each
 * program in it goes to the point that its section names. For an operation, {@link dev.ring3.hooks.Hooks#check} takes the
 * chain of programs of that point and subvolume out of the present table, asks the deciding ones in order until one
 * refuses, then the observing ones, which see the verdict.
 *
 * <p>The table is immutable and replaced as a whole: attaching, replacing and detaching are atomic, and who asks reads one
 * volatile field. An object that was taken out of the table is closed at once; runs that began finish on it. A check that
 * finds a program closed goes on with the table that is present then, without those that have answered already: no
 * operation falls between an old object and the one that replaces it.
 *
 * <p>An object for {@code cache/*} is in the table as others are, but nobody asks it there: it is the policy of the page
 * cache ({@code CachePrograms}), which the volume is given when it is attached.
 *
 * <p>Locks: {@code Hooks.changes} is held while the table changes, over the store's write, and taken before that of the
 * cache for its policy, under which a policy's programs run; so what a policy's failure leads to is done by another
 * thread. The {@code AuditLog} has one of its own, inside of which nothing else is called.
 *
 * <p>A program that fails, by a fault or by running too long (the {@code Watchdog} cancels it), is never run again: its
 * whole attachment becomes {@code FAILED}. If it fails closed, what it was asked about stays refused until somebody
 * detaches or replaces it; else it is as if it were not there. That, too, is kept over restarts.
 */
package dev.ring3.hooks;

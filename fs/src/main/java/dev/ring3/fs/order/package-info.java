/** Locks of the filesystem as {@link dev.ring3.mm.lock.LockValidator} knows them. Not exported. */
package dev.ring3.fs.order;

/** Locks of the filesystem as {@link dev.ring3.mm.lock.LockValidator} knows them. For this module and engines. */
package dev.ring3.fs.order;

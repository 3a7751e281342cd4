/**
 * FUSE: the kernel asks, {@link dev.ring3.fs.vfs.Vfs} answers. Protocol in, calls out; no policy and no state of the
 * filesystem.
 *
 * <p><b>Protocol.</b> {@code include/uapi/linux/fuse.h} of Linux, version 7.44 and what of it an older kernel has, in the
 * machine's byte order. The kernel writes one request at a time into a buffer that a reader gives it: a header of 40
 * bytes ({@link dev.ring3.fuse.Request}), the operation's own fields, names that end with NUL. The answer is written
 * back in one call: 16 bytes ({@link dev.ring3.fuse.Reply}) and its fields. Answers come in any order; FORGET and
 * INTERRUPT have none. What the server sends by itself (out-of-date caches) is an answer to request 0.
 *
 * <p><b>Who is who.</b> The kernel names inodes by numbers that we give it ({@link dev.ring3.fuse.Nodes}): each LOOKUP
 * and its like count as one reference, which FORGET gives back. As long as there is one the volume keeps the inode, so
 * that a process whose directory was removed does not lose it. Open files are numbers too ({@link
 * dev.ring3.fuse.Handles}).
 *
 * <p><b>Permissions.</b> Mounted with {@code default_permissions}: the kernel checks before it asks, also supplementary
 * groups. {@link dev.ring3.fs.vfs.Vfs} checks again, on the state that it changes; it is told user and group, and reads
 * the supplementary groups of the process, which waits for us, only where they decide.
 *
 * <p><b>Caches.</b> The kernel keeps names, attributes and data until it is told. Changes that came through this mount it
 * knows; every other is sent to it by one thread ({@link dev.ring3.fuse.Invalidator}) that holds no lock. While programs
 * are attached that decide on lookup, open or read, nothing is kept.
 *
 * <p><b>Threads.</b> Some platform threads, each with a buffer for a request and one for an answer, read, work and
 * answer. A lock that has to be waited for holds no thread.
 */
package dev.ring3.fuse;

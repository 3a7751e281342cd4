/**
 * The one namespace that every front end calls: who may do what, what programs say to it, who else has the file.
 *
 * <p>{@link dev.ring3.fs.vfs.Vfs} stands over one volume and other {@link dev.ring3.fs.FileTree}s, each under a name in a
 * directory. All is by inode. Every operation takes its {@link dev.ring3.fs.vfs.Caller} and goes the same way:
 *
 * <ol>
 *   <li>permission to reach the inode, as POSIX has it ({@code fs/namei.c} and {@code fs/attr.c} of Linux decide where
 *       POSIX leaves room): {@link dev.ring3.fs.vfs.Permissions};
 *   <li>{@link dev.ring3.fs.vfs.AccessHooks}, if any are attached: what they refuse has no effect;
 *   <li>leases of other clients on inodes that change are called back; a caller that waits does so here, with nothing
 *       locked, another gets a {@link dev.ring3.fs.DelayException};
 *   <li>the tree does it in one transaction, and asks back through a {@link dev.ring3.fs.Guard} whether the caller may,
 *       with the inodes locked: permission is judged on the state that changes, not on one of a moment before.
 * </ol>
 *
 * <p>Root (user 0) is privileged, nobody else is; front ends map root away where they must (root squash). Everything here
 * is thread-safe and without locks of its own.
 */
package dev.ring3.fs.vfs;

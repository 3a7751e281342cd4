/**
 * What callers of a volume use: identities, the one query record, errors, and the namespace with its permission checks.
 *
 * <p>Everything is by inode. An inode is named by {@link dev.ring3.fs.SubvolumeId} and {@link dev.ring3.fs.Ino}
 * together; a failure is a {@link dev.ring3.fs.FsException}.
 */
package dev.ring3.fs;

package dev.ring3.fs;

import org.jspecify.annotations.Nullable;

/**
 * Asked once by an operation, with its inodes locked and before it changes anything, so that a permission check sees the
 * very state that the operation changes. Throws an {@link FsException} (EACCES, EPERM) to refuse: the operation has had
 * no effect then. Must not call the volume.
 */
@FunctionalInterface
public interface Guard {
    /** Refuses nothing. */
    Guard NONE = (node, victim) -> {};

    /**
     * Asks.
     *
     * @param node the directory that an operation on names changes, or the inode that one on an inode does
     * @param victim the inode that loses its name (unlink, rmdir), or that gets another (link)
     */
    void check(Stat node, @Nullable Stat victim);
}

package dev.ring3.fs;

import org.jspecify.annotations.Nullable;

/**
 * Is told what changed, after the transaction and before the operation returns, on the thread that made it and with no
 * lock held: order between threads is therefore not given. Must be quick and must not fail.
 */
@FunctionalInterface
public interface ChangeListener {
    /** What happened to an inode. */
    enum What {
        /** An entry came into this directory. */
        ENTRY_ADDED,
        /** An entry went from this directory. */
        ENTRY_REMOVED,
        /** An entry of this directory is another inode now. */
        ENTRY_REPLACED,
        DATA,
        ATTRIBUTES,
        /** It has no name any more. */
        UNLINKED,
        /** The subvolume shows other content now: everything known of it is out of date; the inode is its root. */
        SUBVOLUME
    }

    /**
     * Something changed.
     *
     * @param name of the entry, one at a time; null for what is about the inode
     */
    void changed(NodeId node, What what, @Nullable Name name);
}

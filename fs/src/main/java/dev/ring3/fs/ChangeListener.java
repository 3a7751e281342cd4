package dev.ring3.fs;

/**
 * Is told what changed, after the transaction and before the operation returns, on the thread that made it and with no
 * lock held: order between threads is therefore not given. Must be quick and must not fail.
 */
@FunctionalInterface
public interface ChangeListener {
    /** What happened to an inode. */
    enum What {
        /** An entry of this directory came, went or was replaced. */
        ENTRIES,
        DATA,
        ATTRIBUTES,
        /** It has no name any more. */
        UNLINKED,
        /** The subvolume shows other content now: everything known of it is out of date; the inode is its root. */
        SUBVOLUME
    }

    void changed(NodeId node, What what);
}

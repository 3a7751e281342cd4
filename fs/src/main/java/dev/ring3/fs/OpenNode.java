package dev.ring3.fs;

/**
 * An inode held open: it stays when its last name goes, until the last one of these is closed. Knows nothing of access
 * modes and positions, which are the front end's.
 */
public interface OpenNode extends AutoCloseable {
    /** Which inode. */
    NodeId node();

    /** Lets go of it; a second call is nothing. */
    @Override
    void close();
}

package dev.ring3.nfs;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.LockKind;
import dev.ring3.fs.lock.Sharing;

/** Something that a client of an NFS server holds, for people to look at. */
public sealed interface NfsHolding {
    /** The file. */
    NodeId node();

    /**
     * An open file.
     *
     * @param sharing what it is open for, and what it denies to others
     */
    record Opened(NodeId node, Sharing sharing) implements NfsHolding {}

    /** A byte-range lock. */
    record Locked(NodeId node, ByteRange range, LockKind kind) implements NfsHolding {}

    /**
     * A delegation.
     *
     * @param writes whether it is one for writing
     * @param recalled whether the client was asked for it
     */
    record Delegated(NodeId node, boolean writes, boolean recalled) implements NfsHolding {}

    /**
     * A copy to this file that goes on, or has ended lately.
     *
     * @param copiedBytes how far it is
     */
    record Copying(NodeId node, long copiedBytes, boolean ended) implements NfsHolding {}
}

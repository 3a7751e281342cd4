package dev.ring3.fs.lock;

import dev.ring3.fs.NodeId;

/** A file that a client has open. */
public final class OpenEntry {
    private final NodeId node;
    private final Client client;

    // Changed under the file's lock in the OpenTable; a reader elsewhere may see the one before.
    private volatile Sharing sharing;

    OpenEntry(NodeId node, Client client, Sharing sharing) {
        this.node = node;
        this.client = client;
        this.sharing = sharing;
    }

    /** The file. */
    public NodeId node() {
        return node;
    }

    /** Who has it open. */
    public Client client() {
        return client;
    }

    /** What it is open for. */
    public Sharing sharing() {
        return sharing;
    }

    void setSharing(Sharing changed) {
        sharing = changed;
    }
}

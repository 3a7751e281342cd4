package dev.ring3.fs.lock;

import dev.ring3.fs.NodeId;
import java.time.Duration;

/** A file that a client has open. */
public final class OpenEntry {
    private final NodeId node;
    private final Client client;
    private final long sinceNanos; // of System.nanoTime; 0 for who only passes through

    // Changed under the file's lock in the OpenTable; a reader elsewhere may see the one before.
    private volatile Sharing sharing;

    OpenEntry(NodeId node, Client client, Sharing sharing, long sinceNanos) {
        this.node = node;
        this.client = client;
        this.sinceNanos = sinceNanos;
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

    /** For how long it has been open; nothing for an operation that only passes through. */
    public Duration age() {
        return sinceNanos == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - sinceNanos);
    }

    void setSharing(Sharing changed) {
        sharing = changed;
    }
}

package dev.ring3.fs.lock;

import dev.ring3.fs.NodeId;
import java.time.Duration;
import java.util.function.Consumer;

/** A promise to a client about a file, until it is given back or revoked ({@link OpenTable#endLease}). */
public final class Lease {
    private final NodeId node;
    private final Client client;
    private final LeaseKind kind;
    private final Consumer<Lease> whenRecalled;

    private final long sinceNanos = System.nanoTime();

    // Written under the file's lock in the OpenTable; who looks on may see it later.
    private volatile boolean recalled;

    Lease(NodeId node, Client client, LeaseKind kind, Consumer<Lease> whenRecalled) {
        this.node = node;
        this.client = client;
        this.kind = kind;
        this.whenRecalled = whenRecalled;
    }

    /** The file. */
    public NodeId node() {
        return node;
    }

    /** Who holds it. */
    public Client client() {
        return client;
    }

    /** What it promises. */
    public LeaseKind kind() {
        return kind;
    }

    /** Whether this is the first time that somebody wants it back. */
    boolean markRecalled() {
        boolean first = !recalled;
        recalled = true;
        return first;
    }

    /** Whether somebody wants it back. */
    public boolean isRecalled() {
        return recalled;
    }

    /** For how long it has been held. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }

    void recall() {
        whenRecalled.accept(this);
    }
}

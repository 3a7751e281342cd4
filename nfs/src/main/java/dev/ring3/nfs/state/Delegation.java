package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.Lease;
import dev.ring3.nfs.proto.Stateid;
import org.jspecify.annotations.Nullable;

/** A promise to a client that nobody changes a file: a lease with a stateid. */
public final class Delegation extends State {
    private final byte[] handle;

    /** How far it is. */
    enum Phase {
        HELD,
        /** Asked back, since {@link #recalledNanos}. */
        RECALLED,
        /** Taken away; kept until the client has acknowledged that. */
        REVOKED
    }

    // Guarded by the client's lock.
    private @Nullable Lease lease;
    Phase phase = Phase.HELD;
    long recalledNanos;
    boolean delivered;

    Delegation(Stateid first, NfsClient client, NodeId node, byte[] handle) {
        super(first, client, node);
        this.handle = handle;
    }

    /** The file, as the client knows it. */
    byte[] handle() {
        return handle;
    }

    void setLeaseLocked(Lease granted) {
        lease = granted;
    }

    @Nullable
    Lease leaseLocked() {
        return lease;
    }
}

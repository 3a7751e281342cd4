package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.Lease;
import dev.ring3.fs.lock.LeaseKind;
import dev.ring3.nfs.proto.Stateid;
import org.jspecify.annotations.Nullable;

/** A promise to a client that nobody else changes a file, or that nobody else uses it: a lease with a stateid. */
public final class Delegation extends State {
    private final LeaseKind kind;
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

    /** When the client was last asked, whether it is being asked, and whether it has heard. */
    long askedNanos;

    boolean asking;
    boolean delivered;

    /** Of a write delegation: the change attribute as it was given, and whether its holder said that he changed the file. */
    private final long change;

    boolean modified;

    Delegation(Stateid first, NfsClient client, NodeId node, LeaseKind kind, byte[] handle, long change) {
        super(first, client, node);
        this.kind = kind;
        this.handle = handle;
        this.change = change;
    }

    /** Whether its holder may change the file. */
    public boolean mayWrite() {
        return kind == LeaseKind.WRITE;
    }

    /** The file, as the client knows it. */
    byte[] handle() {
        return handle;
    }

    long change() {
        return change;
    }

    void setLeaseLocked(Lease granted) {
        lease = granted;
    }

    @Nullable
    Lease leaseLocked() {
        return lease;
    }
}

package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import dev.ring3.nfs.proto.Stateid;

/** What a stateid names. */
public abstract sealed class State permits OpenState, LockState, Delegation, CopyState {
    private final Stateid first;
    private final NfsClient client;
    private final NodeId node;

    // Guarded by the client's lock.
    private int seqid = 1;
    private boolean revoked;

    State(Stateid first, NfsClient client, NodeId node) {
        this.first = first;
        this.client = client;
        this.node = node;
    }

    /** Who holds it. */
    public NfsClient client() {
        return client;
    }

    /** The file. */
    public NodeId node() {
        return node;
    }

    long number() {
        return first.number();
    }

    /** The stateid as of now. */
    public Stateid stateid() {
        client.lock().lock();
        try {
            return first.withSeqid(seqid);
        } finally {
            client.lock().unlock();
        }
    }

    /** The stateid after a change; 0 is left out (RFC 8881, section 8.2.2). */
    Stateid nextLocked() {
        seqid = seqid == -1 ? 1 : seqid + 1;
        return first.withSeqid(seqid);
    }

    /** It was taken away by an administrator, and its client has not said that it knows. */
    boolean isRevokedLocked() {
        return revoked;
    }

    void setRevokedLocked() {
        revoked = true;
    }

    int seqidLocked() {
        return seqid;
    }
}

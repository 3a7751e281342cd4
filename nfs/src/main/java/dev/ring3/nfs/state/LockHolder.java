package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.LockOwner;
import java.util.HashMap;
import java.util.Map;

/** {@code lock_owner4}: who owns locks, among those of a client. */
public final class LockHolder {
    private final byte[] name;
    private final LockOwner owner;
    private final OwnerSequence sequence = new OwnerSequence();

    // Guarded by the client's lock.
    final Map<NodeId, LockState> states = new HashMap<>();

    LockHolder(byte[] name, LockOwner owner) {
        this.name = name;
        this.owner = owner;
    }

    /** As the client names it. */
    public byte[] name() {
        return name.clone();
    }

    /** As the table of locks knows it. */
    public LockOwner owner() {
        return owner;
    }

    /** The order of its operations in NFSv4.0. */
    public OwnerSequence sequence() {
        return sequence;
    }
}

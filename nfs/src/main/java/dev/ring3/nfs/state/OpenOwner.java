package dev.ring3.nfs.state;

import dev.ring3.fs.NodeId;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code open_owner4}: who opens files, among those of a client. */
public final class OpenOwner {
    private final NfsClient client;
    private final ByteBuffer name;
    private final OwnerSequence sequence = new OwnerSequence();

    // Guarded by the client's lock.
    final Map<NodeId, OpenState> states = new HashMap<>();
    private boolean confirmed;
    private @Nullable OpenState lastClosed;

    OpenOwner(NfsClient client, ByteBuffer name, boolean confirmed) {
        this.client = client;
        this.name = name;
        this.confirmed = confirmed;
    }

    /** The client. */
    public NfsClient client() {
        return client;
    }

    ByteBuffer name() {
        return name;
    }

    /** The order of its operations in NFSv4.0. */
    public OwnerSequence sequence() {
        return sequence;
    }

    /** Whether the client has shown that it is really the owner's next operation; always so but in NFSv4.0. */
    public boolean isConfirmed() {
        client.lock().lock();
        try {
            return confirmed;
        } finally {
            client.lock().unlock();
        }
    }

    /** Remembers what was closed last, in place of what was closed before. */
    void closedLocked(Map<Long, OpenState> closed, OpenState state) {
        forgetClosedLocked(closed);
        lastClosed = state;
        closed.put(state.number(), state);
    }

    void forgetClosedLocked(Map<Long, OpenState> closed) {
        OpenState last = lastClosed;
        if (last != null) {
            closed.remove(last.number());
            lastClosed = null;
        }
    }

    void confirmLocked() {
        confirmed = true;
    }
}

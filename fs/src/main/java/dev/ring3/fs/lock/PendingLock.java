package dev.ring3.fs.lock;

import dev.ring3.fs.NodeId;
import java.util.function.Consumer;

/** A request that waits for a lock. Its callback is called exactly once, when it is decided. */
public final class PendingLock {
    private final LockTable table;
    private final NodeId node;
    private final LockSpace space;
    private final LockRequest request;
    private final Consumer<LockResult> whenDecided;

    PendingLock(LockTable table, NodeId node, LockSpace space, LockRequest request, Consumer<LockResult> whenDecided) {
        this.table = table;
        this.node = node;
        this.space = space;
        this.request = request;
        this.whenDecided = whenDecided;
    }

    /**
     * Gives the request up; its callback then hears {@link LockResult.Cancelled}.
     *
     * @return false where it was decided before, so that the callback hears or heard that
     */
    public boolean cancel() {
        return table.cancel(this);
    }

    /** The file. */
    public NodeId node() {
        return node;
    }

    /** Which locks it waits for. */
    public LockSpace space() {
        return space;
    }

    /** What is asked for. */
    public LockRequest request() {
        return request;
    }

    void decide(LockResult result) {
        whenDecided.accept(result);
    }
}

package dev.ring3.nfs.state;

import dev.ring3.fs.lock.LockTable;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The time after a start in which clients claim what they held before (RFC 8881, section 8.4.2), and nobody gets anything
 * new that could conflict. There is none where nobody held anything; it ends early when all have claimed, and later, but
 * not by more than its own length, while clients that began late still claim one thing after the other.
 */
public final class Grace {
    private final ClientRecords records;
    private final LockTable locks;
    /** A client that claims something keeps the others waiting for so long, to claim the next. */
    private static final long NEXT_CLAIM_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** When it is over; and when even if clients still claim. */
    private final long endNanos;

    private final long lastEndNanos;

    // Guarded by this object's monitor.
    private final Set<ByteBuffer> missing;
    private long claimedNanos;

    private volatile boolean on;

    Grace(ClientRecords records, LockTable locks, long nanos) {
        this.records = records;
        this.locks = locks;
        this.endNanos = System.nanoTime() + nanos;
        this.lastEndNanos = endNanos + nanos;
        this.claimedNanos = endNanos - 2 * nanos;
        this.missing = new HashSet<>(records.before());
        this.on = !missing.isEmpty();
        if (on) {
            locks.setGrace(true);
        }
    }

    /** Whether it lasts. */
    public boolean isOn() {
        return on;
    }

    /** Refuses what is new while it lasts. */
    public void requireOver() {
        if (on) {
            throw new NfsException(NfsStatus.GRACE);
        }
    }

    /** Refuses claims that come too late, or of a client that held nothing. */
    void requireClaim(NfsClient client) {
        if (!on || client.reclaimComplete) {
            throw new NfsException(NfsStatus.NO_GRACE);
        }
        if (!records.before().contains(client.recordHash())) {
            throw new NfsException(NfsStatus.RECLAIM_BAD);
        }
        synchronized (this) {
            claimedNanos = System.nanoTime();
        }
    }

    /** The client has claimed everything. */
    synchronized void claimed(NfsClient client) {
        missing.remove(client.recordHash());
        if (on && missing.isEmpty()) {
            end();
        }
    }

    synchronized void endIfDue() {
        long now = System.nanoTime();
        boolean claiming = now - claimedNanos < NEXT_CLAIM_NANOS && now - lastEndNanos < 0;
        if (on && now - endNanos > 0 && !claiming) {
            end();
        }
    }

    /** Who did not come back in time holds nothing any more, and must not claim it at a later restart. */
    private void end() {
        on = false;
        records.removeAll(missing);
        missing.clear();
        locks.setGrace(false);
    }

    /** The server stops: nobody waits for the end any more. */
    synchronized void stop() {
        if (on) {
            on = false;
            locks.setGrace(false);
        }
    }
}

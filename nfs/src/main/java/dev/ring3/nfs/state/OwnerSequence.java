package dev.ring3.nfs.state;

import dev.ring3.nfs.proto.NfsStatus;
import org.jspecify.annotations.Nullable;

/**
 * The order of an owner's operations in NFSv4.0, and the answer to the last one (RFC 7530, section 9.1.7). Later versions
 * have sessions for that.
 */
public final class OwnerSequence {
    /** What a seqid is. */
    public enum Turn {
        NEXT,
        /** The last one again: the answer is {@link #lastReply}. */
        AGAIN,
        WRONG
    }

    // Guarded by this object's monitor.
    private boolean begun;
    private int last;
    private byte @Nullable [] lastReply;
    private NfsStatus lastStatus = NfsStatus.OK;
    private @Nullable Object lastPlace;

    OwnerSequence() {}

    /** Which turn this is; the first of an owner may have any number. */
    public synchronized Turn turn(int seqid) {
        if (!begun || seqid == last + 1) {
            return Turn.NEXT;
        }
        return seqid == last && lastReply != null ? Turn.AGAIN : Turn.WRONG;
    }

    /** Keeps the answer to an operation that counts. */
    public synchronized void done(int seqid, NfsStatus status, byte[] reply, @Nullable Object place) {
        lastStatus = status;
        begun = true;
        last = seqid;
        lastReply = reply;
        lastPlace = place;
    }

    /** Begins anew: an owner that never confirmed itself. */
    public synchronized void reset() {
        begun = false;
    }

    /** What the last operation answered. */
    public synchronized NfsStatus lastStatus() {
        return lastStatus;
    }

    /** The results after its status. */
    public synchronized byte @Nullable [] lastReply() {
        return lastReply;
    }

    /** The filehandle that the last operation left behind, if it changed it. */
    public synchronized @Nullable Object lastPlace() {
        return lastPlace;
    }
}

package dev.ring3.nfs.state;

import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import org.jspecify.annotations.Nullable;

/** One call at a time, and the answer to the last one (RFC 8881, section 2.10.6.1). */
public final class Slot implements AnswerKeeper {
    // Guarded by this object's monitor.
    private int sequence;
    private boolean busy;
    private byte @Nullable [] reply;
    private long fingerprint;
    private boolean replied;

    Slot() {
        this(0);
    }

    /** One whose last call had this number. */
    Slot(int sequence) {
        this.sequence = sequence;
    }

    /** What a call is. */
    public sealed interface Turn {
        /** A new call, to be worked on. */
        record New() implements Turn {}

        /** The last call again, with its answer. */
        @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
        record Again(byte[] reply) implements Turn {}

        /** The last call again, and nobody asked for its answer to be kept. */
        record Forgotten() implements Turn {}
    }

    /**
     * Takes a call.
     *
     * @param print what tells a call from another
     * @throws NfsException SEQ_MISORDERED; SEQ_FALSE_RETRY for another call under the same number; DELAY for a call that is
     *     being worked on
     */
    synchronized Turn begin(int wanted, long print) {
        if (wanted == sequence && (replied || busy)) {
            if (print != fingerprint) {
                throw new NfsException(NfsStatus.SEQ_FALSE_RETRY);
            }
            if (busy) {
                throw new NfsException(NfsStatus.DELAY);
            }
            return reply == null ? new Turn.Forgotten() : new Turn.Again(reply);
        }
        if (busy || wanted != sequence + 1) {
            throw new NfsException(NfsStatus.SEQ_MISORDERED);
        }
        sequence = wanted;
        busy = true;
        reply = null;
        fingerprint = print;
        return new Turn.New();
    }

    @Override
    public synchronized void end(byte @Nullable [] kept) {
        busy = false;
        replied = true;
        reply = kept;
    }

    synchronized boolean isBusy() {
        return busy;
    }
}

package dev.ring3.nfs.op;

import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.state.NfsClient;
import dev.ring3.nfs.state.Session;
import dev.ring3.nfs.state.SessionId;
import dev.ring3.nfs.state.Slot;

/** SEQUENCE: takes a slot for the call, or finds that the call was answered before (RFC 8881, section 18.46). */
final class SequenceOp {
    /** {@code SEQ4_STATUS_*}. */
    private static final int CB_PATH_DOWN = 0x1;

    private static final int ADMIN_STATE_REVOKED = 0x20;
    private static final int RECALLABLE_STATE_REVOKED = 0x40;
    private static final int CB_PATH_DOWN_SESSION = 0x200;

    /** What an operation's number and status take. */
    private static final int RESULT_HEADER_BYTES = 8;

    private static final int RECORD_MARK_BYTES = 4;

    /** {@code SEQUENCE4resok}. */
    private static final int RESULT_BYTES = 36;

    private SequenceOp() {}

    static void sequence(Compound c) {
        SessionId id = SessionId.read(c.in);
        int sequence = c.in.getInt();
        int number = c.in.getInt();
        int highest = c.in.getInt();
        boolean keep = c.in.getBool();
        Session session = c.state().clients().session(id);
        Slot slot = session.slot(number, highest);
        int recordBytes = c.in.position() + c.in.remaining();
        if (Integer.compareUnsigned(recordBytes, session.fore().requestBytesMax()) > 0) {
            throw new NfsException(NfsStatus.REQ_TOO_BIG);
        }
        if (Integer.compareUnsigned(c.count, session.fore().operationsMax()) > 0) {
            throw new NfsException(NfsStatus.TOO_MANY_OPS);
        }
        limit(c, session, keep);
        boolean isNew = false;
        switch (session.begin(slot, sequence, c.print(c.in.rest()))) {
            case Slot.Turn.New _ -> isNew = true;
            case Slot.Turn.Again(byte[] reply) -> c.replay = reply;
            case Slot.Turn.Forgotten _ -> c.forgotten = c.count > 1;
        }
        session.client().renew();
        session.bindFore(c.call.peer());
        c.session = session;
        c.keepReply = keep;
        if (isNew) {
            c.keeper = slot;
        }
        id.write(c.out);
        c.out.putInt(sequence)
                .putInt(number)
                .putInt(session.slotMax())
                .putInt(session.slotMax())
                .putInt(flags(session));
    }

    /**
     * The whole record, its mark left out, may be as long as the session allows; each result leaves room for one failure.
     * Before the slot is taken, which a SEQUENCE that fails leaves as it was (RFC 8881, section 18.46.3).
     */
    private static void limit(Compound c, Session session, boolean keep) {
        long allowed = Integer.toUnsignedLong(
                keep ? session.fore().cachedBytesMax() : session.fore().responseBytesMax());
        long needed = (long) c.out.position() + RESULT_BYTES + (c.count == 1 ? 0 : RESULT_HEADER_BYTES);
        if (RECORD_MARK_BYTES + allowed < needed) {
            throw new NfsException(keep ? NfsStatus.REP_TOO_BIG_TO_CACHE : NfsStatus.REP_TOO_BIG);
        }
        c.out.limit(RECORD_MARK_BYTES, allowed);
    }

    private static int flags(Session session) {
        NfsClient client = session.client();
        int flags = (client.hasRevokedDelegations() ? RECALLABLE_STATE_REVOKED : 0)
                | (client.hasLostByAdmin() ? ADMIN_STATE_REVOKED : 0);
        return flags
                | (session.isBackPathDown() ? CB_PATH_DOWN_SESSION : 0)
                | (client.isBackPathDown() ? CB_PATH_DOWN : 0);
    }
}

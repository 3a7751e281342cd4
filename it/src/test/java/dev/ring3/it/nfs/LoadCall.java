package dev.ring3.it.nfs;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A call that is sent again and again with other numbers in it: encoded once, so that a client takes little of the machine
 * that it shares with the server it measures. Its SEQUENCE counts up by itself.
 */
final class LoadCall {
    /** A slot that nothing else of the client uses. */
    private static final int SLOT = 5;

    private static final int MARK_BYTES = 4;

    /** From the COMPOUND's begin: tag, minor version, how many operations, number of SEQUENCE, session. */
    private static final int SEQUENCE_AT = 8 + 4 + 4 + 4 + 16;

    private final ByteBuffer record;
    private final int sequenceAt;

    private LoadCall(ByteBuffer record, int sequenceAt) {
        this.record = record;
        this.sequenceAt = sequenceAt;
    }

    static LoadCall of(Session session, Op... ops) {
        Op sequence = SessionOps.sequence(session.id, 0, SLOT, SLOT, false);
        byte[] arguments = session.encodeWith(sequence, List.of(ops));
        byte[] message =
                RpcConnection.message(0, RpcConnection.NFS_PROGRAM, 4, 1, session.client.credential, arguments);
        byte[] marked = RpcConnection.marked(message);
        ByteBuffer record = ByteBuffer.allocateDirect(marked.length).put(marked);
        return new LoadCall(record, marked.length - arguments.length + SEQUENCE_AT);
    }

    /** Where the one place is that has this number now. */
    int find(long number) {
        int found = -1;
        for (int at = MARK_BYTES; at <= record.capacity() - Long.BYTES; at += Integer.BYTES) {
            if (record.getLong(at) == number) {
                if (found >= 0) {
                    throw new AssertionError("twice in the call: " + number);
                }
                found = at;
            }
        }
        if (found < 0) {
            throw new AssertionError("not in the call: " + number);
        }
        return found;
    }

    LoadCall put(int at, long number) {
        record.putLong(at, number);
        return this;
    }

    /** A letter and seven digits, where eight bytes were. */
    LoadCall putName(int at, char first, int number) {
        record.put(at, (byte) first);
        int rest = number;
        for (int digit = Long.BYTES - 1; digit > 0; digit--) {
            record.put(at + digit, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        return this;
    }

    /** The bytes to send, with the numbers of this turn. */
    ByteBuffer record(int xid, int sequence) {
        record.putInt(MARK_BYTES, xid).putInt(sequenceAt, sequence);
        return record.clear();
    }
}

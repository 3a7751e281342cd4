package dev.ring3.nfs.state;

import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.xdr.XdrWriter;
import java.nio.ByteBuffer;

/**
 * An operation that we ask a client for (RFC 8881, section 20; RFC 7862, section 16).
 *
 * @param number {@code nfs_cb_opnum4}
 * @param arguments encoded
 */
@SuppressWarnings("ArrayRecordComponent") // handed through, never compared
record Callback(int number, byte[] arguments) {
    private static final int GETATTR = 3;
    private static final int RECALL = 4;
    private static final int NOTIFY_LOCK = 13;
    private static final int OFFLOAD = 15;

    /** A handle, an owner's name of the greatest length, and numbers. */
    static final int BYTES_MAX = 2048;

    /** The bitmap of change (3) and size (4), the attributes that a holder of a write delegation answers for. */
    static final int CHANGE_AND_SIZE = 1 << 3 | 1 << 4;

    private static final int UNSTABLE = 0;

    /** What came of a callback. */
    sealed interface Outcome {
        /**
         * The client answered.
         *
         * @param status {@code nfsstat4} of the operation
         * @param results what follows the status
         */
        record Answered(int status, ByteBuffer results) implements Outcome {
            boolean isOk() {
                return status == NfsStatus.OK.number();
            }
        }

        /** Nobody knows whether the client ever saw it. */
        record Lost() implements Outcome {}
    }

    private static XdrWriter writer() {
        return new XdrWriter(ByteBuffer.allocate(BYTES_MAX));
    }

    private static Callback of(int number, XdrWriter arguments) {
        return new Callback(number, arguments.copySince(0));
    }

    /** Give the delegation back. */
    static Callback recall(Stateid stateid, byte[] handle) {
        XdrWriter out = writer();
        stateid.write(out);
        return of(RECALL, out.putBool(false).putOpaque(handle));
    }

    /** What are the file's change and size? */
    static Callback getattr(byte[] handle) {
        return of(GETATTR, writer().putOpaque(handle).putWords(CHANGE_AND_SIZE));
    }

    /** The lock that was refused may be had now. */
    static Callback notifyLock(byte[] handle, long client, byte[] owner) {
        return of(NOTIFY_LOCK, writer().putOpaque(handle).putLong(client).putOpaque(owner));
    }

    /** A copy has ended: how, and with how many bytes, as unstable data of a write verifier. */
    static Callback offload(byte[] handle, Stateid copy, NfsStatus status, long bytes, long verifier) {
        XdrWriter out = writer().putOpaque(handle);
        copy.write(out);
        out.putInt(status.number());
        if (status == NfsStatus.OK) {
            out.putInt(0).putLong(bytes).putInt(UNSTABLE).putLong(verifier);
        } else {
            out.putLong(bytes);
        }
        return of(OFFLOAD, out);
    }
}

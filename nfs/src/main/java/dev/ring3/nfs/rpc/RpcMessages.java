package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How calls and replies begin (RFC 5531, section 9). A call: xid, 0, RPC version 2, program, version, procedure,
 * credential, verifier. A reply: xid, 1, then 0 (accepted), verifier, status, or 1 (denied), why.
 */
final class RpcMessages {
    static final int CALL = 0;
    static final int REPLY = 1;
    static final int RPC_VERSION = 2;

    private static final int ACCEPTED = 0;
    private static final int DENIED = 1;

    /** {@code accept_stat}. */
    enum AcceptStatus {
        SUCCESS,
        PROG_UNAVAIL,
        PROG_MISMATCH,
        PROC_UNAVAIL,
        GARBAGE_ARGS,
        SYSTEM_ERR
    }

    /** {@code auth_stat}: the credential is of a flavour that we do not take, or says too little. */
    static final int AUTH_BADCRED = 1;

    static final int AUTH_TOOWEAK = 5;

    private static final int RPC_MISMATCH = 0;
    private static final int AUTH_ERROR = 1;

    private RpcMessages() {}

    static void putAccepted(XdrWriter out, int xid, AcceptStatus status) {
        out.putInt(xid)
                .putInt(REPLY)
                .putInt(ACCEPTED)
                .putInt(Credential.AUTH_NONE)
                .putInt(0)
                .putInt(status.ordinal());
    }

    /** The answer to AUTH_TLS: TLS begins after it (RFC 9289, section 4.1). */
    static void putStartTls(XdrWriter out, int xid) {
        out.putInt(xid)
                .putInt(REPLY)
                .putInt(ACCEPTED)
                .putInt(Credential.AUTH_NONE)
                .putOpaque("STARTTLS".getBytes(StandardCharsets.US_ASCII))
                .putInt(AcceptStatus.SUCCESS.ordinal());
    }

    static void putVersions(XdrWriter out, int low, int high) {
        out.putInt(low).putInt(high);
    }

    static void putWrongRpcVersion(XdrWriter out, int xid) {
        out.putInt(xid).putInt(REPLY).putInt(DENIED).putInt(RPC_MISMATCH);
        putVersions(out, RPC_VERSION, RPC_VERSION);
    }

    static void putAuthError(XdrWriter out, int xid, int why) {
        out.putInt(xid).putInt(REPLY).putInt(DENIED).putInt(AUTH_ERROR).putInt(why);
    }

    /** What a call takes before its credential, with the verifier after it. */
    private static final int CALL_HEADER_BYTES = 8 * Integer.BYTES;

    /** One of our own calls as a record, its mark included. */
    static ByteBuffer call(Credential caller, int xid, int program, int version, int procedure, byte[] arguments) {
        int most = Integer.BYTES + CALL_HEADER_BYTES + 2 * Integer.BYTES + Credential.BYTES_MAX + arguments.length;
        ByteBuffer record = ByteBuffer.allocate(most).putInt(0);
        putCall(new XdrWriter(record), caller, xid, program, version, procedure, arguments);
        return record.putInt(0, (1 << 31) | (record.position() - Integer.BYTES)).flip();
    }

    private static void putCall(
            XdrWriter out, Credential caller, int xid, int program, int version, int procedure, byte[] arguments) {
        out.putInt(xid)
                .putInt(CALL)
                .putInt(RPC_VERSION)
                .putInt(program)
                .putInt(version)
                .putInt(procedure);
        caller.write(out);
        out.putInt(Credential.AUTH_NONE).putInt(0).putFixed(arguments);
    }

    /** What follows the header of a reply to us: a copy, since who waits for it reads it on another thread. */
    static ByteBuffer results(XdrReader in) {
        if (in.getInt() != ACCEPTED) {
            throw in.bad("a call that was denied");
        }
        in.getInt();
        in.skipOpaque(Credential.BYTES_MAX);
        int status = in.getInt();
        if (status != AcceptStatus.SUCCESS.ordinal()) {
            throw new XdrException(in.position(), "a call that was not done: status " + status);
        }
        ByteBuffer results = in.rest();
        return ByteBuffer.allocate(results.remaining()).put(results).flip();
    }
}

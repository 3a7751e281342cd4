package dev.ring3.nfs.state;

import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.rpc.Peer;
import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Our calls to a client, through one slot: one at a time, in order (CB_COMPOUND, RFC 8881, section 20). Never waits; what
 * came of a call is told later, on another thread.
 */
final class BackChannel {
    private static final int CB_COMPOUND = 1;
    private static final int OP_CB_RECALL = 4;
    private static final int OP_CB_SEQUENCE = 11;
    private static final int TIMEOUT_SECONDS = 15;
    private static final int HANDLE_BYTES_MAX = 128;
    private static final int CALL_BYTES_MAX = 256 + HANDLE_BYTES_MAX;
    private static final int TAG_BYTES_MAX = 1024;

    /** Something to be called, and who is told whether the client did it. */
    @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
    private record Recall(Stateid stateid, byte[] handle, Consumer<Boolean> whenDone) {}

    private final Session session;
    private volatile int program;

    // Guarded by this object's monitor.
    private final Deque<Recall> waiting = new ArrayDeque<>();
    private boolean busy;
    private int sequence = 1;

    BackChannel(Session session, int program) {
        this.session = session;
        this.program = program;
    }

    void setProgram(int other) {
        program = other;
    }

    /** Asks for a delegation back. */
    void recall(Stateid stateid, byte[] handle, Consumer<Boolean> whenDone) {
        synchronized (this) {
            waiting.add(new Recall(stateid, handle, whenDone));
        }
        next();
    }

    private void next() {
        Recall recall;
        byte[] arguments;
        synchronized (this) {
            if (busy || waiting.isEmpty()) {
                return;
            }
            busy = true;
            recall = waiting.remove();
            arguments = encode(recall, sequence);
        }
        Peer peer = session.backPeer();
        if (peer == null) {
            finished(recall, false, false);
            return;
        }
        var _ = peer.call(program, 1, CB_COMPOUND, arguments)
                .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .whenComplete((reply, failure) -> answered(recall, peer, reply, failure));
    }

    private void answered(Recall recall, Peer peer, @Nullable ByteBuffer reply, @Nullable Throwable failure) {
        if (reply == null || failure != null) {
            // Nobody knows whether the client saw it: the connection is not to be trusted, the number stays.
            session.unbind(peer);
            finished(recall, false, false);
            return;
        }
        boolean counted = false;
        boolean done = false;
        try {
            XdrReader in = new XdrReader(reply);
            int status = in.getInt();
            in.skipOpaque(TAG_BYTES_MAX);
            int results = in.getInt();
            counted = results >= 1 && in.getInt() == OP_CB_SEQUENCE && in.getInt() == NfsStatus.OK.number();
            done = counted && status == NfsStatus.OK.number();
        } catch (XdrException _) {
            session.unbind(peer);
        }
        finished(recall, done, counted);
    }

    private void finished(Recall recall, boolean done, boolean counted) {
        synchronized (this) {
            busy = false;
            if (counted) {
                sequence++;
            }
        }
        recall.whenDone().accept(done);
        next();
    }

    /** Tag, minor version 1, ident, then CB_SEQUENCE (session, sequence, slot 0 of 0, kept, no referring calls) and CB_RECALL. */
    private byte[] encode(Recall recall, int number) {
        XdrWriter out = new XdrWriter(ByteBuffer.allocate(CALL_BYTES_MAX));
        out.putInt(0).putInt(1).putInt(0).putInt(2).putInt(OP_CB_SEQUENCE);
        session.id().write(out);
        out.putInt(number).putInt(0).putInt(0).putBool(false).putInt(0);
        out.putInt(OP_CB_RECALL);
        recall.stateid().write(out);
        out.putBool(false).putOpaque(recall.handle());
        return out.copySince(0);
    }
}

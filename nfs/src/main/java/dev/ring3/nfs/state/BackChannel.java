package dev.ring3.nfs.state;

import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.rpc.Credential;
import dev.ring3.nfs.rpc.Peer;
import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Our calls over a session, through one slot: one at a time, in order (CB_COMPOUND, RFC 8881, section 20). */
final class BackChannel implements CallbackPath {
    private static final int OP_CB_SEQUENCE = 11;

    /** {@code CB_SEQUENCE4resok}: session, sequence, slot, highest slots. */
    private static final int SEQUENCE_RESULT_BYTES = 32;

    private static final int CALL_BYTES_MAX = 256 + Callback.BYTES_MAX;

    /** How many calls wait at most; who asks for more hears that they are lost. */
    private static final int WAITING_MAX = 4096;

    /** Something to be called, and who is told. */
    private record Call(Callback callback, Consumer<Callback.Outcome> whenDone) {}

    private final Session session;

    // Guarded by this object's monitor.
    private final Deque<Call> waiting = new ArrayDeque<>();
    private int program;
    private @Nullable Credential caller;
    private @Nullable CompletableFuture<ByteBuffer> inFlight;
    private boolean busy;
    private boolean closed;
    private int sequence = 1;

    BackChannel(Session session, int program, @Nullable Credential caller) {
        this.session = session;
        this.program = program;
        this.caller = caller;
    }

    /** What the client wants to be called as from now on; null for a way that we do not have. */
    synchronized void set(int otherProgram, @Nullable Credential otherCaller) {
        program = otherProgram;
        caller = otherCaller;
    }

    @Override
    public boolean isUp() {
        synchronized (this) {
            if (closed || caller == null) {
                return false;
            }
        }
        return session.backPeer() != null;
    }

    @Override
    public void call(Callback callback, Consumer<Callback.Outcome> whenDone) {
        boolean refused;
        synchronized (this) {
            refused = closed || waiting.size() >= WAITING_MAX;
            if (!refused) {
                waiting.add(new Call(callback, whenDone));
            }
        }
        if (refused) {
            whenDone.accept(new Callback.Outcome.Lost());
        } else {
            next();
        }
    }

    private void next() {
        Call call;
        byte[] arguments;
        Credential who;
        int toProgram;
        synchronized (this) {
            if (busy || waiting.isEmpty()) {
                return;
            }
            busy = true;
            call = waiting.remove();
            arguments = encode(call.callback(), sequence);
            who = caller;
            toProgram = program;
        }
        Peer peer = session.backPeer();
        if (peer == null || who == null) {
            finished(call, new Callback.Outcome.Lost(), false);
            return;
        }
        CompletableFuture<ByteBuffer> answer = peer.call(who, toProgram, VERSION, CB_COMPOUND, arguments);
        synchronized (this) {
            inFlight = answer;
            if (closed) {
                answer.completeExceptionally(new IOException("the session is gone"));
            }
        }
        var _ = answer.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .whenComplete((reply, failure) -> answered(call, peer, reply, failure));
    }

    private void answered(Call call, Peer peer, @Nullable ByteBuffer reply, @Nullable Throwable failure) {
        if (reply == null || failure != null) {
            // Nobody knows whether the client saw it: the connection is not to be trusted, the number stays.
            session.unbind(peer);
            finished(call, new Callback.Outcome.Lost(), false);
            return;
        }
        boolean counted = false;
        Callback.Outcome outcome = new Callback.Outcome.Lost();
        try {
            XdrReader in = new XdrReader(reply);
            int status = in.getInt();
            in.skipOpaque(TAG_BYTES_MAX);
            int results = in.getInt();
            counted = results >= 1 && in.getInt() == OP_CB_SEQUENCE && in.getInt() == NfsStatus.OK.number();
            if (counted && results >= 2) {
                in.getFixed(SEQUENCE_RESULT_BYTES);
                outcome = CallbackPath.outcome(in, call.callback().number());
            } else if (counted) {
                outcome = new Callback.Outcome.Answered(status, in.rest());
            }
        } catch (XdrException _) {
            session.unbind(peer);
        }
        finished(call, outcome, counted);
    }

    private void finished(Call call, Callback.Outcome outcome, boolean counted) {
        synchronized (this) {
            busy = false;
            inFlight = null;
            if (counted) {
                sequence++;
            }
        }
        call.whenDone().accept(outcome);
        next();
    }

    /** The session is gone: who waits hears that what he asked for is lost, and may ask over another. */
    void close() {
        CompletableFuture<ByteBuffer> last;
        List<Call> lost;
        synchronized (this) {
            closed = true;
            last = inFlight;
            lost = List.copyOf(waiting);
            waiting.clear();
        }
        if (last != null) {
            last.completeExceptionally(new IOException("the session is gone"));
        }
        lost.forEach(call -> call.whenDone().accept(new Callback.Outcome.Lost()));
    }

    /** Tag, minor version 1, ident, then CB_SEQUENCE (session, sequence, slot 0 of 0, not kept, no referring calls). */
    private byte[] encode(Callback callback, int number) {
        XdrWriter out = new XdrWriter(ByteBuffer.allocate(CALL_BYTES_MAX));
        out.putInt(0).putInt(session.minor()).putInt(0).putInt(2).putInt(OP_CB_SEQUENCE);
        session.id().write(out);
        out.putInt(number).putInt(0).putInt(0).putBool(false).putInt(0);
        out.putInt(callback.number()).putFixed(callback.arguments());
        return out.copySince(0);
    }
}

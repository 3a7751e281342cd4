package dev.ring3.nfs.rpc;

import dev.ring3.nfs.rpc.RpcMessages.AcceptStatus;
import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.lang.System.Logger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The threads that work on calls. What waits for them is bounded by what connections may have in flight. */
final class Workers implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Workers.class.getName());

    /** A call that was read. */
    record Call(@Nullable Connection connection, int xid, XdrReader in, int bytes) {}

    /** Ends the worker that takes it. */
    private static final Call LAST = new Call(null, 0, new XdrReader(ByteBuffer.allocate(0)), 0);

    private final RpcProgram program;
    private final RpcLimits limits;
    private final BlockingQueue<Call> queue = new LinkedBlockingQueue<>();
    private final List<Thread> threads;

    Workers(RpcProgram program, RpcLimits limits) {
        this.program = program;
        this.limits = limits;
        this.threads = IntStream.range(0, limits.workers())
                .mapToObj(number -> Thread.ofPlatform()
                        .name("nfs-worker-" + number)
                        .daemon(true)
                        .start(this::run))
                .toList();
    }

    void add(Call call) {
        queue.add(call);
    }

    private void run() {
        ByteBuffer reply = ByteBuffer.allocateDirect(Integer.BYTES + limits.replyBytesMax());
        try {
            for (Call call = queue.take(); call.connection() != null; call = queue.take()) {
                serve(call.connection(), call, reply);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Connection connection, Call call, ByteBuffer reply) {
        try {
            reply.clear().position(Integer.BYTES);
            answer(connection, call, reply);
            reply.limit(reply.position()).position(0);
            reply.putInt(0, (1 << 31) | (reply.limit() - Integer.BYTES));
            connection.send(reply);
        } catch (XdrException e) {
            LOG.log(Logger.Level.DEBUG, "{0} sent no call: {1}", connection.address(), e.getMessage());
            connection.close();
        } finally {
            connection.end(call.bytes());
        }
    }

    /** Reads the header and answers; what is wrong with the header itself is an exception. */
    private void answer(Connection connection, Call call, ByteBuffer reply) {
        XdrReader in = call.in();
        XdrWriter out = new XdrWriter(reply);
        int rpcVersion = in.getInt();
        if (rpcVersion != RpcMessages.RPC_VERSION) {
            RpcMessages.putWrongRpcVersion(out, call.xid());
            return;
        }
        int number = in.getInt();
        int version = in.getInt();
        int procedure = in.getInt();
        Credential credential = Credential.read(in);
        in.getInt();
        in.skipOpaque(Credential.BYTES_MAX);
        if (credential == null) {
            RpcMessages.putAuthError(out, call.xid(), RpcMessages.AUTH_BADCRED);
        } else if (number != program.number()) {
            RpcMessages.putAccepted(out, call.xid(), AcceptStatus.PROG_UNAVAIL);
        } else if (version != program.version()) {
            RpcMessages.putAccepted(out, call.xid(), AcceptStatus.PROG_MISMATCH);
            RpcMessages.putVersions(out, program.version(), program.version());
        } else {
            answer(new RpcCall(version, procedure, credential, in, connection), call.xid(), out);
        }
    }

    private void answer(RpcCall call, int xid, XdrWriter out) {
        int start = out.position();
        RpcMessages.putAccepted(out, xid, AcceptStatus.SUCCESS);
        @Nullable AcceptStatus failure = null;
        try {
            switch (program.call(call, out)) {
                case DONE -> {}
                case NO_PROCEDURE -> failure = AcceptStatus.PROC_UNAVAIL;
                case WEAK_CREDENTIAL -> {
                    out.truncate(start);
                    RpcMessages.putAuthError(out, xid, RpcMessages.AUTH_TOOWEAK);
                }
            }
        } catch (XdrException e) {
            LOG.log(Logger.Level.DEBUG, "{0}: {1}", call.peer().address(), e.getMessage());
            failure = AcceptStatus.GARBAGE_ARGS;
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.ERROR, "a defect of Ring3 in procedure " + call.procedure(), e);
            failure = AcceptStatus.SYSTEM_ERR;
        }
        if (failure != null) {
            out.truncate(start);
            RpcMessages.putAccepted(out, xid, failure);
        }
    }

    /** Lets the workers finish what is queued, and waits for them. */
    @Override
    public void close() {
        threads.forEach(_ -> queue.add(LAST));
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.ring3.nfs.rpc;

import dev.ring3.nfs.rpc.RpcMessages.AcceptStatus;
import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.lang.System.Logger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The threads that read calls and work on them, one reading at a time. */
final class Workers {
    private static final Logger LOG = System.getLogger(Workers.class.getName());

    /** Which every program has. */
    private static final int PROCEDURE_NULL = 0;

    private final RpcProgram program;
    private final RpcLimits limits;
    private final @Nullable TlsPolicy tls;
    private final RecordBuffers buffers;
    private final CallReader reader;
    private final Turn turn = new Turn();
    private final List<Thread> threads;

    Workers(RpcProgram program, RpcLimits limits, @Nullable TlsPolicy tls, RecordBuffers buffers, CallReader reader) {
        this.program = program;
        this.limits = limits;
        this.tls = tls;
        this.buffers = buffers;
        this.reader = reader;
        this.threads = IntStream.range(0, limits.workers())
                .mapToObj(number -> Thread.ofPlatform()
                        .name("nfs-worker-" + number)
                        .daemon(true)
                        .unstarted(this::run))
                .toList();
    }

    void start() {
        threads.forEach(Thread::start);
    }

    private void run() {
        Turn.Taker me = new Turn.Taker(Thread.currentThread());
        try {
            turn.await(me);
            if (reader.isOver()) {
                return;
            }
            // Only now: as long as few calls wait, most workers never get here.
            ByteBuffer in = ByteBuffer.allocateDirect(CallReader.BUFFER_BYTES);
            ByteBuffer reply = ByteBuffer.allocateDirect(Integer.BYTES + limits.replyBytesMax());
            for (CallReader.Call call = reader.next(in); call != null; call = reader.next(in)) {
                turn.begin(me);
                try {
                    new Service(call, reply, me).run();
                } finally {
                    turn.end(me);
                }
                turn.await(me);
            }
        } finally {
            turn.leave(me);
        }
    }

    /** A call that is worked on. */
    private final class Service implements RpcCall.Handling {
        private final CallReader.Call call;
        private final Connection connection;
        private final int bytes;
        private final ByteBuffer reply;
        private final XdrWriter out;
        private final Turn.Taker me;
        private boolean detached;

        Service(CallReader.Call call, ByteBuffer reply, Turn.Taker me) {
            this.call = call;
            this.connection = call.connection();
            this.bytes = call.record().limit();
            this.reply = reply.clear().position(Integer.BYTES);
            this.out = new XdrWriter(reply);
            this.me = me;
        }

        void run() {
            connection.begin(bytes);
            try {
                TlsPolicy toSecure = answer();
                if (toSecure != null) {
                    connection.sendAndSecure(marked(reply.flip()), toSecure);
                } else if (!detached) {
                    connection.send(marked(reply.flip()));
                }
            } catch (XdrException e) {
                LOG.log(Logger.Level.DEBUG, "{0} sent no call: {1}", connection.address(), e.getMessage());
                connection.close();
            } finally {
                buffers.giveBack(call.record());
                if (!detached) {
                    connection.end(bytes);
                }
            }
        }

        @Override
        public void passOn() {
            turn.passOn(me);
        }

        @Override
        public LateAnswer detach() {
            detached = true;
            ByteBuffer copy = ByteBuffer.allocate(reply.position()).put(reply.flip());
            return new Late(connection, bytes, copy.flip());
        }

        /**
         * Reads the header and answers; what is wrong with the header itself is an exception.
         *
         * @return how the connection is secured from the answer on; null where nothing changes
         */
        private @Nullable TlsPolicy answer() {
            XdrReader in = call.in();
            int rpcVersion = in.getInt();
            if (rpcVersion != RpcMessages.RPC_VERSION) {
                RpcMessages.putWrongRpcVersion(out, call.xid());
                return null;
            }
            int number = in.getInt();
            int version = in.getInt();
            int procedure = in.getInt();
            int flavor = in.peekInt();
            Credential credential = Credential.read(in);
            in.getInt();
            in.skipOpaque(Credential.BYTES_MAX);
            TlsPolicy policy = tls;
            if (policy != null && !connection.isSecure()) {
                if (flavor == Credential.AUTH_TLS && procedure == PROCEDURE_NULL) {
                    RpcMessages.putStartTls(out, call.xid());
                    return policy;
                }
                if (procedure != PROCEDURE_NULL
                        && policy.refuses(connection.address().getAddress())) {
                    RpcMessages.putAuthError(out, call.xid(), RpcMessages.AUTH_TOOWEAK);
                    return null;
                }
            }
            if (credential == null) {
                RpcMessages.putAuthError(out, call.xid(), RpcMessages.AUTH_BADCRED);
            } else if (number != program.number()) {
                RpcMessages.putAccepted(out, call.xid(), AcceptStatus.PROG_UNAVAIL);
            } else if (version != program.version()) {
                RpcMessages.putAccepted(out, call.xid(), AcceptStatus.PROG_MISMATCH);
                RpcMessages.putVersions(out, program.version(), program.version());
            } else {
                answer(new RpcCall(call.xid(), version, procedure, credential, in, connection, this));
            }
            return null;
        }

        private void answer(RpcCall of) {
            int start = out.position();
            RpcMessages.putAccepted(out, call.xid(), AcceptStatus.SUCCESS);
            @Nullable AcceptStatus failure = null;
            try {
                switch (program.call(of, out)) {
                    case DONE, LATER -> {}
                    case NO_PROCEDURE -> failure = AcceptStatus.PROC_UNAVAIL;
                    case WEAK_CREDENTIAL -> {
                        out.truncate(start);
                        RpcMessages.putAuthError(out, call.xid(), RpcMessages.AUTH_TOOWEAK);
                    }
                }
            } catch (XdrException e) {
                LOG.log(Logger.Level.DEBUG, "{0}: {1}", connection.address(), e.getMessage());
                failure = AcceptStatus.GARBAGE_ARGS;
            } catch (RuntimeException e) {
                LOG.log(Logger.Level.ERROR, "a defect of Ring3 in procedure " + of.procedure(), e);
                failure = AcceptStatus.SYSTEM_ERR;
            }
            if (failure != null) {
                out.truncate(start);
                RpcMessages.putAccepted(out, call.xid(), failure);
            }
        }
    }

    private record Late(Connection connection, int bytes, ByteBuffer record) implements LateAnswer {
        @Override
        public void send() {
            try {
                connection.send(marked(record));
            } finally {
                connection.end(bytes);
            }
        }
    }

    /** With the mark of a record in one fragment, which there is room for at its begin. */
    private static ByteBuffer marked(ByteBuffer record) {
        return record.putInt(0, (1 << 31) | (record.limit() - Integer.BYTES));
    }

    /** Waits for the workers to finish the calls that they have; the reader gives no more. */
    void close() {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
            turn.close();
            program.finish();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

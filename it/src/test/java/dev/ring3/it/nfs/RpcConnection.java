package dev.ring3.it.nfs;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * ONC RPC over one TCP connection (RFC 5531): record marking, calls in both directions, any number of them outstanding. A
 * thread of its own reads; calls that the peer makes are answered on it.
 */
final class RpcConnection implements AutoCloseable {
    static final long SECONDS_MAX = 30;
    static final int NFS_PROGRAM = 100003;
    private static final int LAST_FRAGMENT = 0x80000000;

    /** Answers a call of the peer: procedure and arguments in, results out, null for no answer at all. */
    interface Responder {
        byte @Nullable [] answer(int program, int procedure, RpcCredential caller, XdrReader arguments);
    }

    private final Socket socket;
    private final Map<Integer, CompletableFuture<RpcReply>> outstanding = new ConcurrentHashMap<>();
    private final AtomicInteger nextXid = new AtomicInteger((int) System.nanoTime());
    private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
    private volatile Responder responder = (program, procedure, caller, arguments) -> new byte[0];

    RpcConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().name("rpc " + socket.getLocalPort()).start(this::read);
    }

    static RpcConnection open(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 10_000);
        return new RpcConnection(socket);
    }

    void responder(Responder newResponder) {
        this.responder = newResponder;
    }

    /** The header of a call and its arguments, without a record mark. */
    static byte[] message(
            int xid, int program, int version, int procedure, RpcCredential credential, byte[] arguments) {
        return new XdrWriter()
                .u32(xid)
                .u32(0)
                .u32(2)
                .u32(program)
                .u32(version)
                .u32(procedure)
                .u32(credential.flavor())
                .opaque(credential.body())
                .u32(0)
                .u32(0)
                .raw(arguments)
                .toBytes();
    }

    RpcReply call(int program, int version, int procedure, RpcCredential credential, byte[] arguments) {
        int xid = nextXid.getAndIncrement();
        return await(send(xid, message(xid, program, version, procedure, credential, arguments)));
    }

    /** An NFSv4 COMPOUND; {@code arguments} need not be one. */
    RpcReply compound(RpcCredential credential, byte[] arguments) {
        return call(NFS_PROGRAM, 4, 1, credential, arguments);
    }

    CompletableFuture<RpcReply> compoundLater(RpcCredential credential, byte[] arguments) {
        int xid = nextXid.getAndIncrement();
        return send(xid, message(xid, NFS_PROGRAM, 4, 1, credential, arguments));
    }

    /** Sends a record in one fragment; the answer is whatever comes back with that xid. */
    CompletableFuture<RpcReply> send(int xid, byte[] record) {
        CompletableFuture<RpcReply> reply = new CompletableFuture<>();
        outstanding.put(xid, reply);
        try {
            sendRaw(marked(record));
        } catch (IOException e) {
            reply.completeExceptionally(e);
        }
        if (closed.isDone()) {
            reply.completeExceptionally(new EOFException("the connection is closed"));
        }
        return reply;
    }

    static byte[] marked(byte[] record) {
        return ByteBuffer.allocate(4 + record.length)
                .putInt(LAST_FRAGMENT | record.length)
                .put(record)
                .array();
    }

    /** Whatever bytes, record mark or not. */
    void sendRaw(byte[] bytes) throws IOException {
        synchronized (socket) {
            socket.getOutputStream().write(bytes);
        }
    }

    static RpcReply await(CompletableFuture<RpcReply> reply) {
        try {
            return reply.get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no reply in " + SECONDS_MAX + " s", e);
        } catch (ExecutionException e) {
            throw new AssertionError("no reply: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    boolean isClosed() {
        return closed.isDone();
    }

    int localPort() {
        return socket.getLocalPort();
    }

    private void read() {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
            while (true) {
                dispatch(new XdrReader(record(in)));
            }
        } catch (IOException e) {
            end(e);
        } catch (AssertionError e) {
            end(new IOException("a reply that is no RPC message", e));
        }
    }

    private void end(IOException reason) {
        closed.complete(null);
        outstanding.values().forEach(reply -> reply.completeExceptionally(reason));
    }

    private static byte[] record(DataInputStream in) throws IOException {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        int mark;
        do {
            mark = in.readInt();
            record.write(in.readNBytes(mark & ~LAST_FRAGMENT));
        } while ((mark & LAST_FRAGMENT) == 0);
        return record.toByteArray();
    }

    private void dispatch(XdrReader in) throws IOException {
        int xid = in.u32();
        if (in.u32() == 1) {
            CompletableFuture<RpcReply> reply = outstanding.remove(xid);
            if (reply != null) {
                reply.complete(RpcReply.read(in));
            }
            return;
        }
        in.u32();
        int program = in.u32();
        in.u32();
        int procedure = in.u32();
        RpcCredential caller = new RpcCredential(in.u32(), in.opaque());
        in.u32();
        in.bytes();
        byte[] results = responder.answer(program, procedure, caller, in);
        if (results != null) {
            XdrWriter reply =
                    new XdrWriter().u32(xid).u32(1).u32(0).u32(0).u32(0).u32(0);
            sendRaw(marked(reply.raw(results).toBytes()));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

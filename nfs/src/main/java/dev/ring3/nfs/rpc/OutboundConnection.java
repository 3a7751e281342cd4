package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection that we make, to call a client of NFSv4.0 back. A thread of its own waits for the answers; who calls may
 * wait for the socket to take the call, and so does it on a thread that may.
 */
public final class OutboundConnection implements Peer {
    private static final Logger LOG = System.getLogger(OutboundConnection.class.getName());
    private static final int RECORD_BYTES_MAX = 64 << 10;
    private static final int FRAGMENTS_MAX = 64;
    private static final int LAST_FRAGMENT = 1 << 31;

    private final Socket socket;
    private final InetSocketAddress address;
    private final Map<Integer, CompletableFuture<ByteBuffer>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger nextXid = new AtomicInteger(1);

    private OutboundConnection(Socket socket, InetSocketAddress address) {
        this.socket = socket;
        this.address = address;
    }

    /** Connects; waits for that no longer than so many milliseconds. */
    public static OutboundConnection connect(InetSocketAddress to, int timeoutMillis) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(to, timeoutMillis);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        OutboundConnection connection = new OutboundConnection(socket, to);
        Thread.ofVirtual().name("nfs-callback").start(connection::readAnswers);
        return connection;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public boolean isOpen() {
        return !socket.isClosed();
    }

    @Override
    public CompletableFuture<ByteBuffer> call(
            Credential caller, int program, int version, int procedure, byte[] arguments) {
        int xid = nextXid.getAndIncrement();
        CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
        waiting.put(xid, answer);
        var _ = answer.whenComplete((_, _) -> waiting.remove(xid));
        ByteBuffer record = RpcMessages.call(caller, xid, program, version, procedure, arguments);
        byte[] bytes = new byte[record.remaining()];
        record.get(bytes);
        try {
            synchronized (socket) {
                socket.getOutputStream().write(bytes);
            }
            if (!isOpen()) {
                answer.completeExceptionally(new IOException("the connection ended"));
            }
        } catch (IOException e) {
            close();
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private void readAnswers() {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
            while (true) {
                answered(new XdrReader(ByteBuffer.wrap(readRecord(in))));
            }
        } catch (IOException | XdrException e) {
            fail(e);
        }
    }

    private static byte[] readRecord(DataInputStream in) throws IOException {
        byte[] record = new byte[0];
        for (int fragment = 0; fragment < FRAGMENTS_MAX; fragment++) {
            int mark = in.readInt();
            int length = mark & ~LAST_FRAGMENT;
            if (length > RECORD_BYTES_MAX - record.length) {
                break;
            }
            byte[] longer = Arrays.copyOf(record, record.length + length);
            in.readFully(longer, record.length, length);
            record = longer;
            if ((mark & LAST_FRAGMENT) != 0) {
                return record;
            }
        }
        throw new IOException(
                "an answer of more than " + RECORD_BYTES_MAX + " bytes or " + FRAGMENTS_MAX + " fragments");
    }

    private void answered(XdrReader record) {
        int xid = record.getInt();
        if (record.getInt() != RpcMessages.REPLY) {
            throw record.bad("a call where only answers are expected");
        }
        CompletableFuture<ByteBuffer> answer = waiting.get(xid);
        if (answer == null) {
            return;
        }
        try {
            answer.complete(RpcMessages.results(record));
        } catch (XdrException e) {
            answer.completeExceptionally(e);
        }
    }

    private void fail(Exception why) {
        close();
        waiting.values().forEach(answer -> answer.completeExceptionally(why));
    }

    /** The thread that reads then tells those who wait. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "closing {0}: {1}", address, e.getMessage());
        }
    }
}

package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** A client's connection. It is read by the thread whose turn it is ({@link Turn}), and written to by any. */
final class Connection implements Peer {
    /** How many of our calls one peer may leave unanswered. */
    private static final int CALLBACKS_MAX = 256;

    private final SocketChannel socket;

    /** The socket, or TLS over it. */
    private volatile ByteChannel channel;

    private final InetSocketAddress address;
    private final SelectionKey key;
    private final RpcServer server;

    // Of the thread that reads.
    final RecordAssembler assembler;
    long insideSinceNanos;
    boolean spoke;

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Deque<ByteBuffer> unsent = new ArrayDeque<>();
    private long unsentBytes;
    private long unsentSinceNanos;
    private long callBytes;
    private int calls;
    private boolean closed;

    private final Map<Integer, CompletableFuture<ByteBuffer>> callbacks = new ConcurrentHashMap<>();
    private final AtomicInteger nextXid = new AtomicInteger(1);

    Connection(RpcServer server, SocketChannel channel, InetSocketAddress address, SelectionKey key) {
        this.server = server;
        this.socket = channel;
        this.channel = channel;
        this.address = address;
        this.key = key;
        this.assembler = new RecordAssembler(server.limits().recordBytesMax(), server.buffers());
        this.insideSinceNanos = System.nanoTime();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    ByteChannel channel() {
        return channel;
    }

    boolean isSecure() {
        return channel instanceof TlsChannel;
    }

    /** Whether something was received that nobody was told of. */
    boolean hasReceived() {
        return channel instanceof TlsChannel tls && tls.hasReceived();
    }

    /** Sends a record as it is; all that comes and goes after it is under TLS. */
    void sendAndSecure(ByteBuffer record, TlsPolicy policy) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            // The client says nothing until it has the record, so that whoever reads next reads TLS.
            channel = new TlsChannel(socket, policy.engine());
            socket.write(record);
            if (record.hasRemaining() || !unsent.isEmpty()) {
                closeLocked();
            }
        } catch (IOException _) {
            closeLocked();
        } finally {
            lock.unlock();
        }
    }

    /** A call was read and will be worked on. */
    void begin(int bytes) {
        lock.lock();
        try {
            callBytes += bytes;
            calls++;
            server.count(bytes);
            setInterestLocked();
        } finally {
            lock.unlock();
        }
    }

    /** A call was worked on. */
    void end(int bytes) {
        lock.lock();
        try {
            callBytes -= bytes;
            calls--;
            server.count(-bytes);
            setInterestLocked();
        } finally {
            lock.unlock();
        }
    }

    /** Asks the selector anew, after limits of the whole server changed. */
    void setInterest() {
        lock.lock();
        try {
            setInterestLocked();
        } finally {
            lock.unlock();
        }
    }

    private void setInterestLocked() {
        RpcLimits limits = server.limits();
        boolean reads = calls < limits.connectionCallsMax()
                && callBytes + unsentBytes < limits.connectionBytesMax()
                && server.hasRoom();
        int wanted = (reads ? SelectionKey.OP_READ : 0)
                | (unsent.isEmpty() && !hasUnsentPacket() ? 0 : SelectionKey.OP_WRITE);
        try {
            if (!closed && key.interestOps() != wanted) {
                key.interestOps(wanted);
                server.wake();
            }
        } catch (CancelledKeyException _) {
            // Closed by the other thread meanwhile; there is nothing left to ask for.
            closed = true;
        }
    }

    /** The handshake may have to write what it answers to what was read. */
    void setInterestIfSecure() {
        if (isSecure()) {
            setInterest();
        }
    }

    private boolean hasUnsentPacket() {
        return channel instanceof TlsChannel tls && tls.hasUnsent();
    }

    /** Sends a record; copies only what the socket does not take at once. */
    void send(ByteBuffer record) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (unsent.isEmpty()) {
                channel.write(record);
            }
            if (record.hasRemaining()) {
                if (unsent.isEmpty()) {
                    unsentSinceNanos = System.nanoTime();
                }
                int left = record.remaining();
                unsent.add(ByteBuffer.allocate(left).put(record).flip());
                unsentBytes += left;
                server.count(left);
                setInterestLocked();
            } else if (hasUnsentPacket()) {
                setInterestLocked();
            }
        } catch (IOException _) {
            closeLocked();
        } finally {
            lock.unlock();
        }
    }

    /** Sends what waits; on the thread that reads. */
    void flush() {
        lock.lock();
        try {
            long before = unsentBytes;
            if (hasUnsentPacket()) {
                channel.write(ByteBuffer.allocate(0));
            }
            for (ByteBuffer next = unsent.peek(); next != null; next = unsent.peek()) {
                unsentBytes -= channel.write(next);
                if (next.hasRemaining()) {
                    break;
                }
                unsent.remove();
            }
            if (unsentBytes != before) {
                server.count(unsentBytes - before);
                unsentSinceNanos = System.nanoTime();
            }
            setInterestLocked();
        } catch (IOException _) {
            closeLocked();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the peer keeps us waiting longer than this, with a record or with taking its answers. */
    boolean isStalled(long nanos) {
        long now = System.nanoTime();
        lock.lock();
        try {
            boolean slowToTake = !unsent.isEmpty() && now - unsentSinceNanos > nanos;
            boolean reads = !closed && (key.interestOps() & SelectionKey.OP_READ) != 0;
            boolean slowToSend = reads && (assembler.isInside() || !spoke) && now - insideSinceNanos > nanos;
            return slowToTake || slowToSend;
        } catch (CancelledKeyException _) {
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<ByteBuffer> call(
            Credential caller, int program, int version, int procedure, byte[] arguments) {
        CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
        if (callbacks.size() >= CALLBACKS_MAX) {
            answer.completeExceptionally(new IOException(CALLBACKS_MAX + " calls without an answer"));
            return answer;
        }
        int xid = nextXid.getAndIncrement();
        callbacks.put(xid, answer);
        var _ = answer.whenComplete((_, _) -> callbacks.remove(xid));
        send(RpcMessages.call(caller, xid, program, version, procedure, arguments));
        if (!channel.isOpen()) {
            answer.completeExceptionally(new IOException("the connection ended"));
        }
        return answer;
    }

    /** A reply to one of our calls; an answer that nobody waits for is nothing. */
    void answered(int xid, XdrReader in) {
        CompletableFuture<ByteBuffer> answer = callbacks.remove(xid);
        if (answer == null) {
            return;
        }
        try {
            ByteBuffer results = RpcMessages.results(in);
            answer.complete(
                    ByteBuffer.allocate(results.remaining()).put(results).flip());
        } catch (XdrException e) {
            answer.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closeLocked();
        } finally {
            lock.unlock();
        }
    }

    /** Leaves it to the thread that reads to tell the program. */
    private void closeLocked() {
        if (closed) {
            return;
        }
        closed = true;
        server.count(-unsentBytes);
        unsent.clear();
        unsentBytes = 0;
        key.cancel();
        try {
            channel.close();
        } catch (IOException _) {
            // It is closed for us in any case.
            unsentBytes = 0;
        }
        server.ended(this);
    }

    /** Fails what waits for the peer; after the connection ended. */
    void failCallbacks() {
        IOException why = new IOException("the connection ended");
        callbacks.values().forEach(answer -> answer.completeExceptionally(why));
    }
}

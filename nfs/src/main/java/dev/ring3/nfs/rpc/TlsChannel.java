package dev.ring3.nfs.rpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * TLS over a socket that does not block (RFC 9289): reads and writes as much as goes without waiting. What was encrypted
 * and the socket did not take is kept, and has to go before anything else; {@link #hasUnsent} says that there is some.
 */
final class TlsChannel implements ByteChannel {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock; all three stand to be read from.
    private final ByteBuffer received;
    private final ByteBuffer decrypted;
    private final ByteBuffer unsent;

    private boolean ended;

    TlsChannel(SocketChannel socket, SSLEngine engine) {
        this.socket = socket;
        this.engine = engine;
        int packet = engine.getSession().getPacketBufferSize();
        this.received = ByteBuffer.allocate(2 * packet).flip();
        this.unsent = ByteBuffer.allocate(2 * packet).flip();
        this.decrypted = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .flip();
    }

    /** Whether something was encrypted that the socket did not take yet. */
    boolean hasUnsent() {
        lock.lock();
        try {
            return unsent.hasRemaining();
        } finally {
            lock.unlock();
        }
    }

    /** Whether something was received that was not read yet, so that there may be more without a word from the socket. */
    boolean hasReceived() {
        lock.lock();
        try {
            return decrypted.hasRemaining() || received.hasRemaining();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        lock.lock();
        try {
            int before = into.position();
            takeDecryptedLocked(into);
            while (into.hasRemaining() && decryptLocked(into)) {
                takeDecryptedLocked(into);
            }
            int count = into.position() - before;
            return count == 0 && ended ? -1 : count;
        } finally {
            lock.unlock();
        }
    }

    private void takeDecryptedLocked(ByteBuffer into) {
        int count = Math.min(decrypted.remaining(), into.remaining());
        into.put(decrypted.slice(decrypted.position(), count));
        decrypted.position(decrypted.position() + count);
    }

    /** Decrypts one packet, or goes on with the handshake; whether another may be there. */
    private boolean decryptLocked(ByteBuffer into) throws IOException {
        if (ended || !negotiateLocked()) {
            return false;
        }
        boolean direct = into.remaining() >= decrypted.capacity();
        SSLEngineResult result = engine.unwrap(received, direct ? into : decrypted.clear());
        if (!direct) {
            decrypted.flip();
        }
        return switch (result.getStatus()) {
            case OK -> negotiateLocked();
            case BUFFER_UNDERFLOW -> receiveLocked();
            case CLOSED -> {
                ended = true;
                yield false;
            }
            case BUFFER_OVERFLOW -> throw new IOException("a packet that is longer than it may be");
        };
    }

    private boolean receiveLocked() throws IOException {
        received.compact();
        int count = socket.read(received);
        received.flip();
        ended = count < 0;
        return count > 0;
    }

    /** What the handshake wants that needs nothing from the peer; false while the socket does not take it. */
    private boolean negotiateLocked() throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                        task.run();
                    }
                }
                case NEED_WRAP -> {
                    if (!encryptLocked(NOTHING)) {
                        return false;
                    }
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {
                    return true;
                }
            }
        }
    }

    /** Encrypts one packet and sends it; false, and nothing done, while the last one is not gone. */
    private boolean encryptLocked(ByteBuffer from) throws IOException {
        if (!sendLocked()) {
            return false;
        }
        SSLEngineResult result = engine.wrap(from, unsent.clear());
        unsent.flip();
        sendLocked();
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            ended = true;
            throw new ClosedChannelException();
        }
        return true;
    }

    private boolean sendLocked() throws IOException {
        while (unsent.hasRemaining()) {
            if (socket.write(unsent) == 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        lock.lock();
        try {
            int before = from.position();
            boolean goes = sendLocked() && negotiateLocked();
            boolean agreed = engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
            while (goes && agreed && from.hasRemaining()) {
                goes = encryptLocked(from);
            }
            return from.position() - before;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    /** Says goodbye as far as the socket takes it without waiting. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            engine.closeOutbound();
            if (!ended && socket.isOpen()) {
                encryptLocked(NOTHING);
            }
        } catch (IOException _) {
            ended = true; // there is nobody any more to say it to
        } finally {
            lock.unlock();
            socket.close();
        }
    }
}

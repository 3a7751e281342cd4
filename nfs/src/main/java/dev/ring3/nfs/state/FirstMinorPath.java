package dev.ring3.nfs.state;

import dev.ring3.nfs.rpc.Credential;
import dev.ring3.nfs.rpc.OutboundConnection;
import dev.ring3.nfs.rpc.Peer;
import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Our calls to a client of NFSv4.0, over a connection that we make to where SETCLIENTID said (RFC 7530, section 10.2.1):
 * tried with CB_NULL before anything is promised that would have to be called back. Each call has a virtual thread, one
 * of which uses the connection at a time.
 */
final class FirstMinorPath implements CallbackPath {
    private static final Logger LOG = System.getLogger(FirstMinorPath.class.getName());
    private static final int CB_NULL = 0;
    private static final int CONNECT_MILLIS = 5000;
    private static final int CALL_BYTES_MAX = 64 + Callback.BYTES_MAX;

    private final CallbackTarget target;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private @Nullable OutboundConnection connection;

    private volatile boolean up;
    private volatile boolean tried;
    private volatile boolean closed;

    FirstMinorPath(CallbackTarget target) {
        this.target = target;
    }

    @Override
    public boolean isUp() {
        return up;
    }

    /** Whether a call was tried, and did not arrive. */
    boolean isDown() {
        return tried && !up;
    }

    /** Finds out whether the client answers. */
    void probe() {
        Thread.ofVirtual().name("nfs-callback-probe").start(() -> {
            lock.lock();
            try {
                connectedLocked()
                        .call(Credential.SERVER, target.program(), VERSION, CB_NULL, new byte[0])
                        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                up = true;
            } catch (IOException | ExecutionException | TimeoutException e) {
                lostLocked(e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                tried = true;
                lock.unlock();
            }
        });
    }

    @Override
    public void call(Callback callback, Consumer<Callback.Outcome> whenDone) {
        Thread.ofVirtual().name("nfs-callback-call").start(() -> whenDone.accept(call(callback)));
    }

    private Callback.Outcome call(Callback callback) {
        lock.lock();
        try {
            ByteBuffer reply = connectedLocked()
                    .call(Credential.SERVER, target.program(), VERSION, CB_COMPOUND, encode(callback))
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            Callback.Outcome outcome = decode(reply, callback);
            up = true;
            return outcome;
        } catch (IOException | ExecutionException | TimeoutException | XdrException e) {
            lostLocked(e);
            return new Callback.Outcome.Lost();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Callback.Outcome.Lost();
        } finally {
            tried = true;
            lock.unlock();
        }
    }

    private Peer connectedLocked() throws IOException {
        InetSocketAddress address = target.address();
        if (closed || address == null) {
            throw new IOException("no address to call back");
        }
        OutboundConnection present = connection;
        if (present == null || !present.isOpen()) {
            present = OutboundConnection.connect(address, CONNECT_MILLIS);
            connection = present;
        }
        return present;
    }

    private void lostLocked(Exception why) {
        LOG.log(Logger.Level.DEBUG, "calling {0} back: {1}", target.address(), why.getMessage());
        up = false;
        OutboundConnection present = connection;
        if (present != null) {
            present.close();
            connection = null;
        }
    }

    private static Callback.Outcome decode(ByteBuffer reply, Callback callback) {
        XdrReader in = new XdrReader(reply);
        int status = in.getInt();
        in.skipOpaque(TAG_BYTES_MAX);
        return in.getInt() >= 1
                ? CallbackPath.outcome(in, callback.number())
                : new Callback.Outcome.Answered(status, in.rest());
    }

    /** Tag, minor version 0, which of the client's clients this is, one operation. */
    private byte[] encode(Callback callback) {
        XdrWriter out = new XdrWriter(ByteBuffer.allocate(CALL_BYTES_MAX));
        out.putInt(0).putInt(0).putInt(target.ident()).putInt(1);
        out.putInt(callback.number()).putFixed(callback.arguments());
        return out.copySince(0);
    }

    /** The client is gone, or wants to be called otherwise. Does not wait for a call in flight. */
    void close() {
        closed = true;
        up = false;
        Thread.ofVirtual().name("nfs-callback-close").start(() -> {
            lock.lock();
            try {
                lostLocked(new IOException("closed"));
            } finally {
                lock.unlock();
            }
        });
    }
}

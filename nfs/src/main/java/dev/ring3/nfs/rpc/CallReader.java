package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for sockets and takes calls from them. Of the worker whose {@link Turn} it is; what was read already and not taken
 * goes with the turn.
 */
final class CallReader {
    /** How much is read at once, but of long records. */
    static final int BUFFER_BYTES = 64 << 10;

    private static final Logger LOG = System.getLogger(CallReader.class.getName());
    private static final long TICK_MILLIS = 1000;

    /** A call that was read. Its bytes are valid until its worker reads again. */
    record Call(Connection connection, int xid, XdrReader in, ByteBuffer record) {}

    private final RpcServer server;
    private final Selector selector;
    private volatile @Nullable Thread thread; // whose turn it is

    // Of that thread.
    private final Queue<SelectionKey> ready = new ArrayDeque<>();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private @Nullable Connection current;
    private long nextTick = System.nanoTime();

    CallReader(RpcServer server, Selector selector) {
        this.server = server;
        this.selector = selector;
    }

    /** Whether there are no more calls. */
    boolean isOver() {
        return server.isClosing();
    }

    /** Lets the selector see what it is asked for now, if it waits. */
    void wake() {
        if (!Thread.currentThread().equals(thread)) {
            selector.wakeup();
        }
    }

    /**
     * The next call; waits for it.
     *
     * @param own a buffer of the calling thread, to read into
     * @return null when the server ends
     */
    @Nullable
    Call next(ByteBuffer own) {
        Thread caller = Thread.currentThread();
        if (!caller.equals(thread)) {
            buffer = own.clear().put(buffer).flip();
            thread = caller;
        }
        while (!isOver()) {
            try {
                Call call = current == null ? null : nextOf(current);
                if (call != null) {
                    return call;
                }
                Connection done = current;
                current = null;
                if (done != null && done.hasReceived() && goesOn(done)) {
                    continue;
                }
                SelectionKey key = ready.poll();
                if (key == null) {
                    select();
                } else {
                    serve(key);
                }
            } catch (IOException | RuntimeException e) {
                LOG.log(Logger.Level.ERROR, "waiting for sockets", e);
                leaveCurrent();
            }
        }
        return null;
    }

    private void leaveCurrent() {
        buffer.position(buffer.limit());
        if (current != null) {
            current.close();
            current = null;
        }
    }

    private void select() throws IOException {
        selector.select(ready::add, TICK_MILLIS);
        server.takeEnded();
        server.revisitInterest();
        if (System.nanoTime() - nextTick > 0) {
            nextTick = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
            server.evictStalled();
        }
    }

    private void serve(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        if (connection == null) {
            server.accept();
            return;
        }
        try {
            if (key.isWritable()) {
                connection.flush();
            }
            if (key.isValid() && key.isReadable()) {
                read(connection);
            }
        } catch (CancelledKeyException _) {
            connection.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "reading from {0}: {1}", connection.address(), e.getMessage());
            connection.close();
        }
    }

    /** Reads on where the selector knows of nothing; whether anything was there. */
    private boolean goesOn(Connection connection) {
        try {
            return connection.isOpen() && read(connection) > 0;
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "reading from {0}: {1}", connection.address(), e.getMessage());
            connection.close();
            return false;
        }
    }

    private int read(Connection connection) throws IOException {
        RecordAssembler assembler = connection.assembler;
        buffer.clear().flip();
        int count = assembler.isLong() ? assembler.read(connection.channel()) : fill(connection);
        if (count < 0) {
            connection.close();
            return count;
        }
        if (!assembler.isInside()) {
            connection.insideSinceNanos = System.nanoTime();
        }
        current = connection;
        connection.setInterestIfSecure();
        return count;
    }

    private int fill(Connection connection) throws IOException {
        int count = connection.channel().read(buffer.clear());
        buffer.flip();
        return count;
    }

    /** The next call among what was read of a connection; null if there is none. */
    private @Nullable Call nextOf(Connection connection) {
        RecordAssembler assembler = connection.assembler;
        int held = assembler.heldBytes();
        try {
            ByteBuffer record = assembler.finishFragment();
            for (record = record != null ? record : assembler.take(buffer);
                    record != null;
                    record = assembler.take(buffer)) {
                connection.spoke = true;
                connection.insideSinceNanos = System.nanoTime();
                Call call = dispatch(connection, record);
                if (call != null) {
                    return call;
                }
            }
        } catch (XdrException e) {
            LOG.log(Logger.Level.DEBUG, "{0} sent no record: {1}", connection.address(), e.getMessage());
            leaveCurrent();
        } finally {
            server.count(assembler.heldBytes() - held);
        }
        return null;
    }

    /** Calls are worked on; replies go to who waits for them. */
    private static @Nullable Call dispatch(Connection connection, ByteBuffer record) {
        XdrReader in = new XdrReader(record);
        int xid = in.getInt();
        return switch (in.getInt()) {
            case RpcMessages.CALL -> new Call(connection, xid, in, record);
            case RpcMessages.REPLY -> {
                connection.answered(xid, in);
                yield null;
            }
            default -> throw in.bad("neither a call nor a reply");
        };
    }
}

package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Takes connections, reads calls from them and hands these to workers. The package comment says how. */
public final class RpcServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RpcServer.class.getName());
    private static final int READ_BYTES = 256 << 10;
    private static final int BACKLOG = 1024;
    private static final long TICK_MILLIS = 1000;

    private final RpcLimits limits;
    private final RpcProgram program;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final Workers workers;
    private final Thread thread;

    private final AtomicLong bytes = new AtomicLong();
    private final Queue<Connection> ended = new ConcurrentLinkedQueue<>();

    // Of the selector's thread.
    private final Set<Connection> connections = new HashSet<>();
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    private boolean hadRoom = true;

    private volatile boolean closing;

    private RpcServer(InetSocketAddress wanted, RpcProgram program, RpcLimits limits) throws IOException {
        this.limits = limits;
        this.program = program;
        this.selector = Selector.open();
        this.listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(wanted, BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            this.address = (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException | RuntimeException e) {
            listener.close();
            selector.close();
            throw e;
        }
        this.workers = new Workers(program, limits);
        this.thread = Thread.ofPlatform().name("nfs-sockets").daemon(true).unstarted(this::run);
    }

    /**
     * Listens and serves.
     *
     * @throws UncheckedIOException if the address cannot be had
     */
    public static RpcServer start(InetSocketAddress address, RpcProgram program, RpcLimits limits) {
        try {
            RpcServer server = new RpcServer(address, program, limits);
            server.thread.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("listen on " + address, e);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    RpcLimits limits() {
        return limits;
    }

    void wake() {
        if (!Thread.currentThread().equals(thread)) {
            selector.wakeup();
        }
    }

    /** Counts memory that connections take. */
    void count(long change) {
        bytes.addAndGet(change);
    }

    boolean hasRoom() {
        return bytes.get() < limits.totalBytesMax();
    }

    /** A connection was closed, on any thread. */
    void ended(Connection connection) {
        ended.add(connection);
        wake();
    }

    private void run() {
        long nextTick = System.nanoTime();
        while (!closing) {
            try {
                selector.select(this::serve, TICK_MILLIS);
                takeEnded();
                revisitInterest();
                if (System.nanoTime() - nextTick > 0) {
                    nextTick = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
                    evictStalled();
                }
            } catch (IOException | RuntimeException e) {
                LOG.log(Logger.Level.ERROR, "waiting for sockets", e);
            }
        }
        List.copyOf(connections).forEach(Connection::close);
        takeEnded();
    }

    private void serve(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        if (connection == null) {
            accept();
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
        } catch (XdrException e) {
            LOG.log(Logger.Level.DEBUG, "{0} sent no record: {1}", connection.address(), e.getMessage());
            connection.close();
        }
    }

    private void accept() {
        try {
            for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
                admit(channel);
            }
        } catch (IOException e) {
            LOG.log(Logger.Level.WARNING, "accepting a connection: {0}", e.getMessage());
        }
    }

    private void admit(SocketChannel channel) {
        try {
            InetSocketAddress from = (InetSocketAddress) channel.getRemoteAddress();
            boolean tooMany = connections.size() >= limits.connectionsMax()
                    || perAddress.getOrDefault(from.getAddress(), 0) >= limits.connectionsPerAddressMax();
            if (tooMany) {
                LOG.log(Logger.Level.WARNING, "too many connections: one from {0} is refused", from);
                channel.close();
                return;
            }
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            SelectionKey key = channel.register(selector, 0);
            Connection connection = new Connection(this, channel, from, key);
            key.attach(connection);
            connections.add(connection);
            perAddress.merge(from.getAddress(), 1, Integer::sum);
            connection.setInterest();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "a connection that ended at once: {0}", e.getMessage());
        }
    }

    private void read(Connection connection) throws IOException {
        buffer.clear();
        int count = connection.channel().read(buffer);
        if (count < 0) {
            connection.close();
            return;
        }
        buffer.flip();
        int held = connection.assembler.heldBytes();
        if (!connection.assembler.isInside()) {
            connection.insideSinceNanos = System.nanoTime();
        }
        for (ByteBuffer record = connection.assembler.take(buffer);
                record != null;
                record = connection.assembler.take(buffer)) {
            connection.spoke = true;
            connection.insideSinceNanos = System.nanoTime();
            dispatch(connection, record);
        }
        count(connection.assembler.heldBytes() - held);
    }

    /** Calls go to the workers, replies to who waits for them. */
    private void dispatch(Connection connection, ByteBuffer record) {
        XdrReader in = new XdrReader(record);
        int xid = in.getInt();
        switch (in.getInt()) {
            case RpcMessages.CALL -> {
                connection.begin(record.limit());
                workers.add(new Workers.Call(connection, xid, in, record.limit()));
            }
            case RpcMessages.REPLY -> connection.answered(xid, in);
            default -> throw in.bad("neither a call nor a reply");
        }
    }

    private void takeEnded() {
        for (Connection gone = ended.poll(); gone != null; gone = ended.poll()) {
            if (connections.remove(gone)) {
                count(-gone.assembler.heldBytes());
                perAddress.computeIfPresent(gone.address().getAddress(), (_, count) -> count == 1 ? null : count - 1);
                gone.failCallbacks();
                program.closed(gone);
            }
        }
    }

    /** When memory of the whole server ran out, or is there again, every connection is asked. */
    private void revisitInterest() {
        boolean room = hasRoom();
        if (room != hadRoom) {
            hadRoom = room;
            connections.forEach(Connection::setInterest);
        }
    }

    private void evictStalled() {
        long nanos = TimeUnit.SECONDS.toNanos(limits.stallSeconds());
        for (Connection connection : List.copyOf(connections)) {
            if (connection.isStalled(nanos)) {
                LOG.log(Logger.Level.DEBUG, "{0} stalled and is cut off", connection.address());
                connection.close();
            }
        }
        takeEnded();
    }

    /** Stops listening, ends every connection, and waits for the calls that are worked on. */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join();
            listener.close();
            selector.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.WARNING, "closing: {0}", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        workers.close();
    }
}

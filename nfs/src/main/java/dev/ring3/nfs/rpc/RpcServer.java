package dev.ring3.nfs.rpc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
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
import org.jspecify.annotations.Nullable;

/** Takes connections, reads calls from them and hands these to workers. The package comment says how. */
public final class RpcServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RpcServer.class.getName());
    private static final int BACKLOG = 1024;

    private final RpcLimits limits;
    private final RpcProgram program;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final RecordBuffers buffers;
    private final CallReader reader;
    private final Workers workers;

    private final AtomicLong bytes = new AtomicLong();
    private final Queue<Connection> ended = new ConcurrentLinkedQueue<>();

    // Of the thread that reads.
    private final Set<Connection> connections = new HashSet<>();
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();
    private boolean hadRoom = true;

    private volatile boolean closing;

    private RpcServer(InetSocketAddress wanted, RpcProgram program, RpcLimits limits, @Nullable TlsPolicy tls)
            throws IOException {
        this.limits = limits;
        this.program = program;
        this.buffers = new RecordBuffers(limits.recordBytesMax());
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
        this.reader = new CallReader(this, selector);
        this.workers = new Workers(program, limits, tls, buffers, reader);
    }

    /**
     * Listens and serves.
     *
     * @param tls null for no TLS
     * @throws UncheckedIOException if the address cannot be had
     */
    public static RpcServer start(
            InetSocketAddress address, RpcProgram program, RpcLimits limits, @Nullable TlsPolicy tls) {
        try {
            RpcServer server = new RpcServer(address, program, limits, tls);
            server.workers.start();
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

    RecordBuffers buffers() {
        return buffers;
    }

    boolean isClosing() {
        return closing;
    }

    void wake() {
        reader.wake();
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

    void accept() {
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

    void takeEnded() {
        for (Connection gone = ended.poll(); gone != null; gone = ended.poll()) {
            if (connections.remove(gone)) {
                count(-gone.assembler.heldBytes());
                gone.assembler.close();
                perAddress.computeIfPresent(gone.address().getAddress(), (_, count) -> count == 1 ? null : count - 1);
                gone.failCallbacks();
                program.closed(gone);
            }
        }
    }

    /** When memory of the whole server ran out, or is there again, every connection is asked. */
    void revisitInterest() {
        boolean room = hasRoom();
        if (room != hadRoom) {
            hadRoom = room;
            connections.forEach(Connection::setInterest);
        }
    }

    void evictStalled() {
        long nanos = TimeUnit.SECONDS.toNanos(limits.stallSeconds());
        for (Connection connection : List.copyOf(connections)) {
            if (connection.isStalled(nanos)) {
                LOG.log(Logger.Level.DEBUG, "{0} stalled and is cut off", connection.address());
                connection.close();
            }
        }
        takeEnded();
    }

    /** Stops listening, waits for the calls that are worked on, and ends every connection. */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        workers.close();
        List.copyOf(connections).forEach(Connection::close);
        takeEnded();
        try {
            listener.close();
            selector.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.WARNING, "closing: {0}", e.getMessage());
        }
    }
}

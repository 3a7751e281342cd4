package dev.ring3.server.http;

import java.io.IOException;
import java.lang.System.Logger;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/** An address at which requests are taken. */
public final class HttpListener implements AutoCloseable {
    private static final Logger LOG = System.getLogger(HttpListener.class.getName());
    private static final int BACKLOG = 64;
    private static final Duration WATCH = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ServerSocketChannel listener;
    private final Dispatcher dispatcher;
    private final Set<Connection> connections = Collections.synchronizedSet(new LinkedHashSet<>()); // the oldest first
    private final Thread accepting;
    private volatile boolean closed;

    private HttpListener(ServerSocketChannel listener, Dispatcher dispatcher) {
        this.listener = listener;
        this.dispatcher = dispatcher;
        this.accepting = Thread.ofPlatform().daemon().name("http-accept").start(this::acceptAll);
        Thread.ofPlatform().daemon().name("http-watch").start(this::watch);
    }

    /**
     * Listens on an address of this machine.
     *
     * @throws IOException if it is taken
     */
    public static HttpListener tcp(InetSocketAddress address, Dispatcher dispatcher) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new HttpListener(channel, dispatcher);
    }

    /**
     * Listens on a Unix socket, of which a dead server's is taken away before: so the caller makes sure that there is no
     * other.
     */
    public static HttpListener unix(Path socket, Dispatcher dispatcher) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
            // Who connects is asked of the kernel anyway; this keeps others from trying.
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new HttpListener(channel, dispatcher);
    }

    /** Where it listens; with the port that was chosen, if none was asked for. */
    public SocketAddress address() {
        try {
            return listener.getLocalAddress();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** How many are connected. */
    public int connections() {
        return connections.size();
    }

    private List<Connection> all() {
        return List.copyOf(connections); // under the set's own monitor
    }

    private void acceptAll() {
        while (!closed) {
            try {
                begin(listener.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Logger.Level.WARNING, "no connection could be taken: {0}", e.toString());
                pause(WATCH); // out of descriptors: it would fail at once again
            }
        }
    }

    private void begin(SocketChannel channel) throws IOException {
        if (connections.size() >= dispatcher.limits().connectionsMax() && !makeRoom()) {
            LOG.log(Logger.Level.DEBUG, "more than {0} connections; one is turned away", connections.size());
            channel.close();
            return;
        }
        Connection connection;
        try {
            connection = new Connection(channel, peer(channel), dispatcher, this::isCrowded);
        } catch (IOException e) {
            channel.close(); // it has gone already
            return;
        }
        connections.add(connection);
        Thread.ofVirtual().name("http-connection").start(() -> {
            try {
                connection.run();
            } finally {
                connections.remove(connection);
            }
        });
    }

    /**
     * Ends the oldest connection of somebody unknown who asks nothing, or else of somebody unknown: many of those would keep
     * everybody else out.
     */
    private boolean makeRoom() {
        List<Connection> unknown = all().stream().filter(Connection::isUnknown).toList();
        Optional<Connection> spare = unknown.stream()
                .filter(Connection::isWaiting)
                .findFirst()
                .or(() -> unknown.stream().findFirst());
        spare.ifPresent(connection -> {
            connections.remove(connection);
            connection.cut();
        });
        return spare.isPresent();
    }

    /** Whether little is left, and one caller has more than half. */
    private boolean isCrowded(Connection one) {
        int most = dispatcher.limits().connectionsMax();
        return connections.size() > most - most / 4
                && all().stream().filter(one::isOfSameCaller).count() > most / 2;
    }

    private static Peer peer(SocketChannel channel) throws IOException {
        if (channel.getRemoteAddress() instanceof InetSocketAddress remote) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return new Peer.Remote(remote.getAddress().getHostAddress());
        }
        UnixDomainPrincipal principal = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
        return new Peer.Local(principal.user().getName(), ServerUser.current().isTrusted(principal.user()));
    }

    private void watch() {
        while (!closed || !connections.isEmpty()) {
            all().stream().filter(Connection::isLate).forEach(Connection::cut);
            pause(WATCH);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes no more connections; those that are there end with the request that they have. */
    public void stop() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "a listener that does not close", e);
        }
        awaitEndOfAccepting();
        all().forEach(Connection::stop);
    }

    /** Until then the kernel lets others connect to a socket that is closed. */
    private void awaitEndOfAccepting() {
        try {
            if (!accepting.join(PATIENCE)) {
                LOG.log(Logger.Level.WARNING, "{0} is still listening", accepting.getName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for requests that run. */
    public void drain(Duration patience) {
        long beganNanos = System.nanoTime();
        while (!connections.isEmpty() && System.nanoTime() - beganNanos < patience.toNanos()) {
            pause(Duration.ofMillis(10));
        }
    }

    /** Ends everything. */
    @Override
    public void close() {
        stop();
        all().forEach(Connection::cut);
    }
}

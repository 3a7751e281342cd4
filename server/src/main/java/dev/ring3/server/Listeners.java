package dev.ring3.server;

import dev.ring3.server.access.Doorkeeper;
import dev.ring3.server.http.Dispatcher;
import dev.ring3.server.http.HttpListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Where requests come in: the control socket, and TCP. */
final class Listeners implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration LETTING_GO = Duration.ofSeconds(4);

    /** Linux takes 107 bytes; see unix(7). */
    private static final int SOCKET_PATH_BYTES_MAX = 107;

    private final Dispatcher dispatcher;
    private final List<HttpListener> open = new CopyOnWriteArrayList<>();

    // Written once each, while the server starts.
    private volatile @Nullable Path socket;
    private volatile @Nullable String http;

    Listeners(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    /** Opens the control socket; gives what is in the way, if something is. The volume is ours, so no other has it. */
    Optional<String> openSocket(Path path) {
        if (path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > SOCKET_PATH_BYTES_MAX) {
            return Optional.of("commands do not reach this server: %s is too long for the path of a socket (%d bytes)"
                    .formatted(path, SOCKET_PATH_BYTES_MAX));
        }
        try {
            open.add(HttpListener.unix(path, dispatcher));
            socket = path;
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("commands do not reach this server: %s: %s".formatted(path, e.getMessage()));
        }
    }

    /** Opens HTTP; gives what is in the way, if something is. */
    Optional<String> openHttp(InetSocketAddress wanted, Doorkeeper doorkeeper, List<String> names) {
        try {
            HttpListener listener = HttpListener.tcp(wanted, dispatcher);
            InetSocketAddress address = (InetSocketAddress) listener.address();
            http = doorkeeper.listensOn(address, names);
            open.add(listener);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("no HTTP on %s:%d: %s; --http takes another address, or off"
                    .formatted(wanted.getAddress().getHostAddress(), wanted.getPort(), e.getMessage()));
        }
    }

    /** Where HTTP is spoken, as a URL that somebody can open. */
    Optional<String> httpUrl() {
        return Optional.ofNullable(http);
    }

    /** Takes no more, and waits a moment for what runs. */
    void drain() {
        open.forEach(HttpListener::stop);
        long beganNanos = System.nanoTime();
        open.forEach(listener -> listener.drain(PATIENCE.minusNanos(System.nanoTime() - beganNanos)));
    }

    /** Ends what still runs, and waits for it to let go: an upload that is cut makes durable how far it came. */
    @Override
    public void close() {
        List<HttpListener> all = new ArrayList<>(open);
        all.forEach(HttpListener::close);
        all.forEach(listener -> listener.drain(LETTING_GO));
        Path path = socket;
        if (path != null) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // The next server takes it away.
            }
        }
    }
}

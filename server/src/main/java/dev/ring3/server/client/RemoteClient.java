package dev.ring3.server.client;

import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The API of a server elsewhere, with a token. One thread asks; any may close it. */
public final class RemoteClient implements AutoCloseable {
    private final RemoteAddress address;
    private final @Nullable SSLContext tls;
    private final SocketClient client;

    // Guarded by this object's monitor.
    private @Nullable Link open;
    private boolean closed;

    /**
     * One that is not connected yet.
     *
     * @param certificates in PEM, which alone are trusted; empty for those that the JDK trusts
     * @throws IllegalArgumentException for what is no certificate
     */
    public RemoteClient(RemoteAddress address, String token, Optional<String> certificates) {
        this.address = address;
        this.tls = address.tls() ? TcpLink.trust(certificates) : null;
        this.client = new SocketClient(this::connect, address.authority(), "Authorization: Bearer " + token + "\r\n");
    }

    private Link connect() throws IOException {
        Link link = TcpLink.connect(address, tls);
        synchronized (this) {
            if (!closed) {
                open = link;
                return link;
            }
        }
        link.close();
        throw new IOException("given up");
    }

    /**
     * Asks for something, as {@link ApiClient#call}.
     *
     * @throws ApiException if it is refused, or cannot be asked
     */
    public JsonObject call(String method, String target, @Nullable JsonObject body) {
        return client.call(method, target, body);
    }

    /**
     * Sends a body with PUT.
     *
     * @throws ApiException if it is refused, also in the middle
     * @throws IOException if the connection ends
     */
    public JsonObject upload(String target, StreamBody body) throws IOException {
        return client.upload(target, body);
    }

    /** Ends what is under way, and lets nothing begin. */
    @Override
    public void close() {
        Link link;
        synchronized (this) {
            closed = true;
            link = open;
        }
        if (link != null) {
            try {
                link.close();
            } catch (IOException _) {
                // it is not used any more
            }
        }
    }
}

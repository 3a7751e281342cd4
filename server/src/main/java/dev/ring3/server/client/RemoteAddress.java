package dev.ring3.server.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where another server's API is. What is sent there carries a credential, so it is spoken to by TLS; only an address that
 * cannot but be this machine may do without.
 *
 * @param host a name or an address, without brackets
 */
public record RemoteAddress(boolean tls, String host, int port) {
    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;
    private static final int PORT_MAX = 65535;

    /**
     * Reads one: {@code https://nas.example}, {@code https://10.0.0.7:8443}, {@code http://127.0.0.1:8033}.
     *
     * @throws IllegalArgumentException for anything else, in words
     */
    public static RemoteAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("\"%s\" is no URL of a server: https://nas.example".formatted(text), e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("https");
        if (uri.getHost() == null || !(tls || scheme.equals("http"))) {
            throw new IllegalArgumentException("\"%s\" is no URL of a server: https://nas.example".formatted(text));
        }
        boolean bare = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
        if (!bare || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
            throw new IllegalArgumentException("the URL of a server is a host and a port, and nothing else");
        }
        String host = uri.getHost().replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        if (!tls && !isThisMachine(host)) {
            throw new IllegalArgumentException(
                    "%s is another machine, and a token would be seen on the way: https:// is wanted, by a proxy in front of it"
                            .formatted(host));
        }
        int port = uri.getPort() < 0 ? (tls ? HTTPS_PORT : HTTP_PORT) : uri.getPort();
        if (port == 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("port " + port);
        }
        return new RemoteAddress(tls, host, port);
    }

    /** A name can lead anywhere, but for this one (RFC 6761 section 6.3). */
    private static boolean isThisMachine(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** As a request names it. */
    String authority() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == (tls ? HTTPS_PORT : HTTP_PORT) ? name : name + ":" + port;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + authority();
    }
}

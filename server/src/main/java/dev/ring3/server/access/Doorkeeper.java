package dev.ring3.server.access;

import dev.ring3.server.http.Access;
import dev.ring3.server.http.Gate;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Identity;
import dev.ring3.server.http.Peer;
import dev.ring3.server.http.RequestHead;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets requests in, as the package comment says. */
public final class Doorkeeper implements Gate {
    static final String COOKIE = "ring3_session";

    /** What a page of ours sends with a change; a foreign one would have to ask us first whether it may, and may not. */
    static final String PAGE_HEADER = "X-Ring3";

    private static final String BEARER = "bearer ";

    private final Sessions sessions;
    private final Tokens tokens;

    // Set once, when it is known where requests come in through TCP; null while they do not.
    private volatile @Nullable HostNames hosts;
    private volatile @Nullable String url;

    /**
     * One with the tokens of a data directory.
     *
     * @param tokenFile where they are kept
     */
    public Doorkeeper(Path tokenFile, InstantSource clock) {
        Secrets secrets = new Secrets();
        this.sessions = new Sessions(secrets, clock);
        this.tokens = new Tokens(tokenFile, secrets, clock);
    }

    /**
     * Tells it where requests come in through TCP.
     *
     * @param names by which the server is asked besides those of the address
     * @return the URL that a browser is given: of a name where it listens on all addresses
     */
    public String listensOn(InetSocketAddress address, List<String> names) {
        hosts = new HostNames(address, names);
        String host = address.getAddress().isAnyLocalAddress()
                ? names.stream()
                        .filter(name -> !HostNames.hasPort(name))
                        .findFirst()
                        .orElse("localhost")
                : HostNames.literal(address.getAddress());
        String base = "http://%s:%d".formatted(host, address.getPort());
        url = base;
        return base;
    }

    /** A URL that lets one browser in, once; empty if nothing listens for one. */
    public Optional<String> loginUrl() {
        String base = url;
        return base == null ? Optional.empty() : Optional.of(base + "/login?code=" + sessions.newCode());
    }

    /** An address as it stands in a URL. */
    public static String hostOf(InetAddress address) {
        return HostNames.literal(address);
    }

    /** The endpoints for browsers and tokens. */
    public Resource resource() {
        return new LoginResource(this, sessions, tokens);
    }

    @Override
    public Identity admit(RequestHead head, Peer peer) {
        return switch (peer) {
            case Peer.Local local -> {
                if (!local.trusted()) {
                    throw new HttpException(
                            Status.FORBIDDEN, "EPERM", local.user() + " is neither the server's user nor root");
                }
                yield new Identity("user %s at the control socket".formatted(local.user()), Access.ADMIN);
            }
            case Peer.Remote(String address) -> {
                requireHost(head);
                yield identify(head, address);
            }
        };
    }

    private void requireHost(RequestHead head) {
        HostNames known = hosts;
        String host = head.header("host").orElse("");
        if (known == null || !known.isOurs(host)) {
            throw new HttpException(
                    Status.MISDIRECTED,
                    "EACCES",
                    "there is no host \"%s\" here; --http-name adds a name".formatted(host));
        }
        Optional<String> origin = head.header("origin");
        if (origin.isPresent() && !known.isOurOrigin(origin.get())) {
            throw foreign("a page of " + origin.get());
        }
    }

    private static HttpException foreign(String who) {
        return new HttpException(Status.FORBIDDEN, "EPERM", who + " may not ask this server");
    }

    private Identity identify(RequestHead head, String address) {
        Optional<String> authorization = head.header("authorization");
        if (authorization.isPresent()) {
            return ofToken(authorization.get(), address);
        }
        Optional<String> session = cookie(head);
        if (session.isEmpty() || !sessions.isKnown(session.get())) {
            return Identity.ANONYMOUS;
        }
        requireOurPage(head);
        return new Identity("browser at " + address, Access.ADMIN);
    }

    private Identity ofToken(String authorization, String address) {
        boolean bearer = authorization.toLowerCase(Locale.ROOT).startsWith(BEARER);
        return (bearer ? tokens.find(authorization.substring(BEARER.length()).strip()) : Optional.<Token>empty())
                .map(token -> new Identity(
                        "token %s at %s".formatted(token.name(), address), token.access(), token.receiving()))
                .orElseThrow(() -> new HttpException(Status.UNAUTHORIZED, "EACCES", "this token is not known"));
    }

    /** A cookie proves who the browser belongs to, not which page made it ask. */
    private static void requireOurPage(RequestHead head) {
        String site = head.header("sec-fetch-site").orElse("none");
        boolean safe = head.method().equals("GET") || head.method().equals("HEAD");
        boolean navigation = safe && head.header("sec-fetch-mode").orElse("").equals("navigate");
        if (!site.equals("same-origin") && !site.equals("none") && !navigation) {
            throw foreign("a page of another site");
        }
        if (!safe && head.header(PAGE_HEADER).isEmpty()) {
            throw foreign("a page that sends no header " + PAGE_HEADER);
        }
    }

    static Optional<String> cookie(RequestHead head) {
        return cookie(head.header("cookie").orElse(""));
    }

    static Optional<String> cookie(String header) {
        return Arrays.stream(header.split(";", -1))
                .map(String::strip)
                .filter(pair -> pair.startsWith(COOKIE + "="))
                .map(pair -> pair.substring(COOKIE.length() + 1))
                .findFirst();
    }
}

package dev.ring3.server.console;

import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;
import dev.ring3.server.http.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends the files of the console. There are no data in them, so anybody may have them; they are named by their content, so
 * that a browser asks for each only once.
 */
public final class ConsoleFiles implements Resource {
    /**
     * Content-Security-Policy (W3C, level 3): nothing but these files and this server, no script or style within a page,
     * no frame around it; and no text becomes markup or code but through lit's templates, which are constants
     * (Trusted Types).
     */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types lit-html";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "txt", "text/plain; charset=utf-8");

    /** Lower-case names without anything that leads elsewhere. */
    private static final Pattern PATH =
            Pattern.compile("/(?:[a-z0-9-]+/)*[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.([a-z]+)");

    /**
     * A file as it is sent.
     *
     * @param tag its ETag
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Asset(String type, String tag, byte[] bytes) {}

    // Those that were asked for; only files that are there, so it has an end.
    private final Map<String, Asset> assets = new ConcurrentHashMap<>();

    /** The files that lie beside this class. */
    public ConsoleFiles() {}

    @Override
    public void routes(Routes routes) {
        routes.files(this::file);
    }

    private Response file(Request request) {
        String path = request.rawPath().equals("/") ? "/index.html" : request.rawPath();
        Asset asset = isPath(path) ? assets.computeIfAbsent(path.substring(1), ConsoleFiles::load) : null;
        if (asset == null) {
            throw HttpException.notFound("there is no " + request.rawPath());
        }
        boolean known = request.header("if-none-match").equals(Optional.of(asset.tag()));
        Response response =
                known ? Response.empty().withStatus(Status.NOT_MODIFIED) : Response.bytes(asset.type(), asset.bytes());
        return response.withHeader("ETag", asset.tag())
                .withHeader("Cache-Control", "no-cache")
                .withHeader("Content-Security-Policy", POLICY)
                .withHeader("Cross-Origin-Opener-Policy", "same-origin")
                .withHeader("Referrer-Policy", "no-referrer");
    }

    /** Whether a path may be that of a file: no part of it leads elsewhere, and its type is known. */
    static boolean isPath(String path) {
        Matcher matcher = PATH.matcher(path);
        return matcher.matches() && TYPES.containsKey(matcher.group(1));
    }

    private static @Nullable Asset load(String name) {
        try (InputStream in = ConsoleFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new Asset(
                    Objects.requireNonNull(TYPES.get(name.substring(name.lastIndexOf('.') + 1))),
                    "\"%s\"".formatted(HexFormat.of().formatHex(digest, 0, 12)),
                    bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

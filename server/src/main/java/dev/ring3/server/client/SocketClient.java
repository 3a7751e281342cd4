package dev.ring3.server.client;

import dev.ring3.server.http.BodyReader;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.HttpInput;
import dev.ring3.server.json.JsonException;
import dev.ring3.server.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The API of a server, through its control socket or from elsewhere; a connection for each request. */
final class SocketClient implements ApiClient {
    private static final int LINE_BYTES_MAX = 64 << 10;
    private static final int ANSWER_BYTES_MAX = 1 << 30;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int CONTINUE = 100;
    private static final int ERROR = 400;

    private final Link.Source links;
    private final String host;
    private final String credential;

    /**
     * One that asks elsewhere.
     *
     * @param host as requests name it
     * @param credential the lines of a request's head that say who asks
     */
    SocketClient(Link.Source links, String host, String credential) {
        this.links = links;
        this.host = host;
        this.credential = credential;
    }

    /** One that asks a server on this machine; the kernel says who asks. */
    SocketClient(Path socket) {
        this(() -> UnixLink.connect(socket), "ring3", "");
    }

    /** The head of an answer, and how its body is read. */
    private record Answer(int status, BodyReader body) {}

    /** Whether somebody listens there. */
    static boolean isAnswered(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (Link _ = UnixLink.connect(socket)) {
            return true;
        } catch (java.net.ConnectException e) {
            return false; // nobody: the server was killed
        } catch (IOException e) {
            throw new ApiException(
                    0, "EIO", "the control socket %s does not let us in: %s".formatted(socket, e.getMessage()));
        }
    }

    @Override
    public boolean isServer() {
        return true;
    }

    @Override
    public JsonObject call(String method, String target, @Nullable JsonObject body) {
        byte[] bytes = body == null ? new byte[0] : body.compact().getBytes(StandardCharsets.UTF_8);
        return send(method, target, "application/json", bytes);
    }

    @Override
    public JsonObject send(String method, String target, byte[] bytes) {
        return send(method, target, "application/octet-stream", bytes);
    }

    /** A long body is announced, so that a refusal comes before it and is not lost in the end of the connection. */
    private JsonObject send(String method, String target, String type, byte[] bytes) {
        String announced = bytes.length > PIECE_BYTES ? "Expect: 100-continue\r\n" : "";
        String headers = "%sContent-Type: %s\r\nContent-Length: %d".formatted(announced, type, bytes.length);
        try (Link link = links.connect()) {
            send(link, head(method, target, headers));
            HttpInput input = new HttpInput(link.in());
            if (announced.isEmpty()) {
                link.write(ByteBuffer.wrap(bytes));
                return object(answer(input, status(input)));
            }
            int status = status(input);
            if (status == CONTINUE) {
                headers(input);
                link.write(ByteBuffer.wrap(bytes));
                status = status(input);
            }
            return object(answer(input, status));
        } catch (IOException | HttpException | JsonException e) {
            throw broken(e);
        }
    }

    private static ApiException broken(Exception e) {
        return new ApiException(0, "EIO", "the server does not answer as it should: " + e.getMessage());
    }

    @Override
    public void download(String target, OutputStream into) throws IOException {
        try (Link link = links.connect()) {
            send(link, head("GET", target, "Content-Length: 0"));
            Answer answer = answer(link);
            for (byte[] piece = answer.body().next();
                    piece.length > 0;
                    piece = answer.body().next()) {
                into.write(piece);
            }
        }
    }

    @Override
    public void events(String target, BiPredicate<String, JsonObject> sink) {
        try (Link link = links.connect()) {
            send(link, head("GET", target, "Content-Length: 0"));
            HttpInput input = new HttpInput(link.in());
            answer(input, status(input));
            BufferedReader lines = new BufferedReader(new InputStreamReader(input.toStream(), StandardCharsets.UTF_8));
            String type = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    type = line.substring("event: ".length());
                } else if (line.startsWith("data: ")
                        && !sink.test(type, JsonObject.parse(line.substring("data: ".length())))) {
                    return;
                }
            }
        } catch (IOException | HttpException | JsonException e) {
            throw broken(e);
        }
    }

    @Override
    public JsonObject upload(String target, InputStream from) throws IOException {
        return upload(target, from::transferTo);
    }

    /** Sends a body with PUT. A refusal in the middle of it is told like one before. */
    JsonObject upload(String target, StreamBody body) throws IOException {
        try (Link link = links.connect()) {
            send(link, head("PUT", target, "Expect: 100-continue\r\nTransfer-Encoding: chunked"));
            HttpInput input = new HttpInput(link.in());
            int status = status(input);
            if (status == CONTINUE) { // else it is refused before anything was sent
                headers(input);
                send(link, body);
                status = status(input);
            }
            return object(answer(input, status));
        }
    }

    private static void send(Link link, StreamBody body) throws IOException {
        ChunkedOutput chunks = new ChunkedOutput(link);
        OutputStream buffered = new BufferedOutputStream(chunks, PIECE_BYTES);
        try {
            body.writeTo(buffered);
            buffered.flush();
            chunks.end();
        } catch (IOException | UncheckedIOException e) {
            if (!chunks.isBroken()) {
                throw e;
            }
            // What the server says tells more, if it says something.
        }
    }

    private String head(String method, String target, String headers) {
        return "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s%s\r\n\r\n"
                .formatted(method, target, host, credential, headers);
    }

    private static void send(Link link, String text) throws IOException {
        link.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static int status(HttpInput input) throws IOException {
        String first = line(input);
        if (!first.matches("HTTP/1\\.1 \\d{3} .*")) {
            throw new EOFException("\"%s\"".formatted(first));
        }
        return Integer.parseInt(first.substring(9, 12));
    }

    private static String line(HttpInput input) throws IOException {
        String line = input.line(LINE_BYTES_MAX);
        if (line == null) {
            throw new EOFException("a line without an end");
        }
        return line;
    }

    private static Map<String, String> headers(HttpInput input) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(input); !line.isEmpty(); line = line(input)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private static Answer answer(Link link) throws IOException {
        HttpInput input = new HttpInput(link.in());
        return answer(input, status(input));
    }

    private static Answer answer(HttpInput input, int status) throws IOException {
        Map<String, String> headers = headers(input);
        BodyReader body = "chunked".equals(headers.get("transfer-encoding"))
                ? BodyReader.chunked(input)
                : BodyReader.ofLength(input, Long.parseLong(headers.getOrDefault("content-length", "0")));
        if (status >= ERROR) {
            throw ApiException.of(status, body.all(ANSWER_BYTES_MAX));
        }
        return new Answer(status, body);
    }

    private static JsonObject object(Answer answer) throws IOException {
        byte[] body = answer.body().all(ANSWER_BYTES_MAX);
        return body.length == 0 ? new JsonObject() : JsonObject.parse(new String(body, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        // A connection lives as long as a request.
    }
}

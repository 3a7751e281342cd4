package dev.ring3.server.replication;

import dev.ring3.server.Server;
import dev.ring3.server.ServerOptions;
import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A server on a data directory, and what a test asks it, through its control socket. */
final class TestServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Server server;
    private final ApiClient api;

    private TestServer(Server server, ApiClient api) {
        this.server = server;
        this.api = api;
    }

    /** @param names by which it may be asked */
    static TestServer start(Path data, String... names) {
        return start(data, Long.MAX_VALUE, names);
    }

    static TestServer start(Path data, long limitBytes, String... names) {
        Server server = Server.start(ServerOptions.of(data)
                .withLimit(limitBytes)
                .withHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of(names)));
        return new TestServer(server, ApiClient.ofServer(data).orElseThrow());
    }

    int port() {
        return Integer.parseInt(status().text("http").replaceFirst(".*:", ""));
    }

    JsonObject call(String method, String target, @Nullable JsonObject body) {
        return api.call(method, target, body);
    }

    JsonObject status() {
        return api.get("/api/v1/status");
    }

    String token(String name, String access) {
        return call("POST", "/api/v1/tokens", new JsonObject().put("name", name).put("access", access))
                .text("token");
    }

    void create(String path) {
        call("POST", "/api/v1/subvolumes", new JsonObject().put("path", path));
    }

    List<JsonObject> subvolumes() {
        return api.get("/api/v1/subvolumes").objects("subvolumes");
    }

    long id(String path) {
        return api.get("/api/v1/subvolumes?path=" + ApiClient.encode(path))
                .objects("subvolumes")
                .getFirst()
                .number("id");
    }

    void put(String path, byte[] content) throws IOException {
        api.upload("/api/v1/fs/content?path=" + ApiClient.encode(path), new ByteArrayInputStream(content));
    }

    byte[] get(String path) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        api.download("/api/v1/fs/content?path=" + ApiClient.encode(path), content);
        return content.toByteArray();
    }

    /** A job that has ended. */
    JsonObject ended(long job) throws InterruptedException {
        await(() -> !call("GET", "/api/v1/jobs/" + job, null).text("state").equals("running"));
        return call("GET", "/api/v1/jobs/" + job, null);
    }

    void await(BooleanSupplier condition) throws InterruptedException {
        long beganNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - beganNanos > PATIENCE.toNanos()) {
                throw new AssertionError("it does not come");
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        api.close();
        server.close();
    }
}

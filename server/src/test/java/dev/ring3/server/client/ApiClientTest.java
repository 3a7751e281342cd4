package dev.ring3.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.server.event.Events;
import dev.ring3.server.http.Access;
import dev.ring3.server.http.Audit;
import dev.ring3.server.http.Dispatcher;
import dev.ring3.server.http.Gate;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.HttpLimits;
import dev.ring3.server.http.HttpListener;
import dev.ring3.server.http.Identity;
import dev.ring3.server.http.Peer;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Router;
import dev.ring3.server.http.Upload;
import dev.ring3.server.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands ask through the socket of a data directory. */
class ApiClientTest {
    private static final int BYTES = 3_000_000;

    @TempDir
    private Path data;

    private final Router router = new Router();
    private final Events events = new Events(InstantSource.system());
    private final List<Peer> peers = new ArrayList<>();
    private Dispatcher dispatcher;
    private HttpListener listener;

    @BeforeEach
    void start() throws IOException {
        router.get("/object", Access.READ, _ -> Response.json(new JsonObject().put("a", 1)));
        router.get("/refused", Access.READ, _ -> {
            throw new HttpException(409, "EEXIST", "it is there");
        });
        router.post(
                        "/size",
                        Access.READ,
                        request -> Response.json(new JsonObject().put("bytes", request.bytes().length)))
                .upTo(BYTES);
        router.get("/bytes", Access.READ, _ -> Response.bytes("application/octet-stream", new byte[BYTES]));
        router.get("/events", Access.READ, _ -> Response.events(events.listen("test", 0)));
        router.upload(dev.ring3.server.http.Method.PUT, "/bytes", Access.READ, _ -> new Counting());
        Gate gate = (_, peer) -> {
            peers.add(peer);
            return Identity.IN_PROCESS;
        };
        dispatcher = new Dispatcher(router, gate, Audit.NONE, HttpLimits.DEFAULT);
        listener = HttpListener.unix(data.resolve("control.sock"), dispatcher);
    }

    /** Counts what comes. */
    private static final class Counting implements Upload {
        private long bytes;

        @Override
        public void accept(byte[] piece) {
            bytes += piece.length;
        }

        @Override
        public Response end() {
            return Response.json(new JsonObject().put("bytes", bytes));
        }

        @Override
        public void abort() {
            bytes = -1;
        }
    }

    @AfterEach
    void end() {
        listener.close();
        dispatcher.close();
    }

    @Test
    void socket_tellsWhoComes() {
        try (ApiClient client = ApiClient.ofServer(data).orElseThrow()) {
            assertThat(client.isServer()).isTrue();
            assertThat(client.get("/object").number("a")).isEqualTo(1);
        }
        assertThat(peers).containsExactly(new Peer.Local(System.getProperty("user.name"), true));
    }

    @Test
    void refusal_isAnExceptionWithItsCode() {
        try (ApiClient client = ApiClient.ofServer(data).orElseThrow()) {
            assertThatThrownBy(() -> client.get("/refused"))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo("EEXIST"))
                    .hasMessage("it is there");
            assertThatThrownBy(() -> client.get("/no such"))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.isUsage()).isTrue());
        }
    }

    @Test
    void bytes_goBothWays() throws IOException {
        try (ApiClient client = ApiClient.ofServer(data).orElseThrow()) {
            ByteArrayOutputStream into = new ByteArrayOutputStream();
            client.download("/bytes", into);

            assertThat(into.size()).isEqualTo(BYTES);
            assertThat(client.send("POST", "/size", new byte[BYTES]).number("bytes"))
                    .isEqualTo(BYTES);
            assertThat(client.upload("/bytes", new ByteArrayInputStream(new byte[BYTES]))
                            .number("bytes"))
                    .isEqualTo(BYTES);
            assertThatThrownBy(() -> client.send("POST", "/size", new byte[BYTES + 1]))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo("EFBIG"));
        }
    }

    @Test
    void events_comeUntilThereAreEnough() {
        for (int i = 0; i < 3; i++) {
            events.publish("thing.done", new JsonObject().put("i", i));
        }
        List<Long> seen = new ArrayList<>();
        try (ApiClient client = ApiClient.ofServer(data).orElseThrow()) {
            client.events("/events", (type, event) -> {
                assertThat(type).isEqualTo("thing.done");
                seen.add(event.number("i"));
                return seen.size() < 3;
            });
        }
        assertThat(seen).containsExactly(0L, 1L, 2L);
    }

    @Test
    void events_thatNobodyKept_areMissed() {
        for (int i = 0; i < Events.KEPT + 10; i++) {
            events.publish("thing.done", new JsonObject());
        }
        List<String> seen = new ArrayList<>();
        try (ApiClient client = ApiClient.ofServer(data).orElseThrow()) {
            client.events("/events", (type, _) -> {
                seen.add(type);
                return seen.size() < 2;
            });
        }
        assertThat(seen).containsExactly("missed", "thing.done");
    }

    @Test
    void socket_thatNobodyListensAt_isNoServer() throws IOException {
        listener.close();
        assertThat(ApiClient.ofServer(data)).isEmpty();
        Files.deleteIfExists(data.resolve("control.sock"));
        assertThat(ApiClient.ofServer(data)).isEmpty();
    }
}

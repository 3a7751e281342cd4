package dev.ring3.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.http.RawHttp;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients that want to keep others from being served: one that comes in between is served all the same. */
class SiegeTest {
    /** More than a listener has room for. */
    private static final int MANY = 300;

    private static final long PATIENCE_NANOS = 30_000_000_000L;

    @TempDir
    private Path folder;

    private final List<RawHttp> besiegers = new ArrayList<>();
    private ServedApi served;
    private ApiClient owner;
    private InetSocketAddress address;
    private String reader;
    private String admin;
    private String other;

    @BeforeEach
    void start() {
        served = ServedApi.start(folder.resolve("data"));
        owner = served.owner();
        address = served.address();
        reader = served.token("reader", "read");
        admin = served.token("busy", "admin");
        other = served.token("other", "admin");
    }

    @AfterEach
    void end() throws IOException {
        for (RawHttp each : besiegers) {
            each.close();
        }
        served.close();
    }

    private String head(String line, String token, String more) {
        String credential = token.isEmpty() ? "" : "Authorization: Bearer %s\r\n".formatted(token);
        return "%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s\r\n".formatted(line, address.getPort(), credential, more);
    }

    /** Sends the same on one more connection, and keeps it. */
    private RawHttp besiege(String text) throws IOException {
        RawHttp client = new RawHttp(address);
        besiegers.add(client);
        try {
            client.send(text);
        } catch (SocketException e) {
            // turned away
        }
        return client;
    }

    /** Whether somebody with a credential of his own is served, which may take a moment but not for ever. */
    private void assertServed() throws Exception {
        long beganNanos = System.nanoTime();
        String answer = "";
        while (!answer.startsWith("HTTP/1.1 200")) {
            assertThat(System.nanoTime() - beganNanos).as(answer).isLessThan(PATIENCE_NANOS);
            try {
                answer = RawHttp.exchange(address, head("GET /api/v1/status", other, "Connection: close\r\n"));
            } catch (SocketException e) {
                answer = e.toString();
            }
        }
        assertThat(owner.get("/api/v1/status").flag("ready")).isTrue();
    }

    @Test
    void streamsOfEvents_thatNobodyReads_areBounded() throws Exception {
        for (int i = 0; i < MANY; i++) {
            besiege(head("GET /api/v1/events", reader, ""));
        }

        assertServed();
        long id = owner.call("POST", "/api/v1/subvolumes", new JsonObject().put("path", "/p"))
                .number("id");
        for (int i = 0; i < MANY; i++) {
            owner.call("PATCH", "/api/v1/subvolumes/" + id, new JsonObject().put("quotaBytes", 1 << 20));
        }
        assertServed();
        RawHttp late = besiege(head("GET /api/v1/events", other, ""));
        assertThat(late.answer()).as("one caller does not have them all").startsWith("HTTP/1.1 200");
    }

    @Test
    void uploads_thatStall_leaveRoom_andNothingBehind() throws Exception {
        for (int i = 0; i < MANY; i++) {
            besiege(head("PUT /api/v1/fs/content?path=/f" + i, admin, "Content-Length: 1073741824\r\n")
                    + "x".repeat(4096));
        }

        assertServed();

        for (RawHttp each : besiegers) {
            each.close();
        }
        long beganNanos = System.nanoTime();
        while (!owner.get("/api/v1/fs/list?path=/").objects("entries").isEmpty()) {
            assertThat(System.nanoTime() - beganNanos).isLessThan(PATIENCE_NANOS);
            Thread.sleep(10);
        }
    }

    @Test
    void bodies_thatAreHeld_areBoundedTogether() throws Exception {
        String large = head("POST /api/v1/hooks?name=x", admin, "Expect: 100-continue\r\nContent-Length: 16777216\r\n");
        for (int i = 0; i < 4; i++) {
            assertThat(besiege(large).answer()).startsWith("HTTP/1.1 100");
        }
        String small = head(
                "POST /api/v1/tokens",
                other,
                "Content-Type: application/json\r\nContent-Length: 12\r\nConnection: close\r\n");

        // The last of the four may not have claimed its room yet when it is told to go on.
        String answer = "";
        long beganNanos = System.nanoTime();
        while (!answer.startsWith("HTTP/1.1 503")) {
            assertThat(System.nanoTime() - beganNanos).as(answer).isLessThan(PATIENCE_NANOS);
            answer = RawHttp.exchange(address, small + "{\"name\":\"\"}  ");
        }
        assertServed();
        besiegers.getFirst().close();
        while (!answer.startsWith("HTTP/1.1 400")) {
            assertThat(System.nanoTime() - beganNanos).as(answer).isLessThan(2 * PATIENCE_NANOS);
            answer = RawHttp.exchange(address, small + "{\"name\":\"\"}  ");
        }
    }

    /** Heads that do not end, answers that nobody takes, bodies that do not come. */
    @ParameterizedTest
    @ValueSource(strings = {"head", "answers", "body"})
    void strangers_whoHoldOn_makeRoom(String how) throws Exception {
        String text = switch (how) {
            case "head" -> "GET / HTTP/1.1\r\nHost: ";
            case "answers" -> head("GET /app.js", "", "").repeat(500);
            default -> head("GET /health/live", "", "Content-Length: 1000000\r\n");
        };
        for (int i = 0; i < MANY; i++) {
            besiege(text);
        }

        assertServed();
        if (how.equals("body")) {
            assertThat(RawHttp.exchange(address, text)).as("it is not read").startsWith("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/lib/..%2f..%2fapp.js",
                "//etc/passwd",
                "/..\\..\\app.js",
                "/app.js%00.png",
                "/.",
                "/dev/ring3/server/console/app.js",
                "/META-INF/MANIFEST.MF",
                "/api/v1/../../app.js"
            })
    void paths_thatLeadOut_leadNowhere(String path) throws IOException {
        String answer = RawHttp.exchange(address, head("GET " + path, "", "Connection: close\r\n"));

        assertThat(answer).containsPattern("^HTTP/1.1 (400|401|404) ");
    }

    @Test
    void paths_ofFiles_thatLeadOut_stayInTheVolume() throws Exception {
        for (String path : List.of("/../../etc/passwd", "/%2e%2e/etc/passwd", "/etc/passwd", "/x%00y", "etc/passwd")) {
            String answer = RawHttp.exchange(
                    address, head("GET /api/v1/fs/content?path=" + path, other, "Connection: close\r\n"));
            assertThat(answer).as(path).containsPattern("^HTTP/1.1 (400|404) ").doesNotContain("root:");
        }
    }
}

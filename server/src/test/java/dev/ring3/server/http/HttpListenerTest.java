package dev.ring3.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine, asked as browsers, programs and attackers ask. Everybody is let in; who is, is for the doorkeeper. */
class HttpListenerTest {
    private static final String HOST = "Host: x\r\n";
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final Router router = new Router();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private Dispatcher dispatcher;
    private HttpListener listener;

    @BeforeEach
    void start() throws IOException {
        router.get(
                "/things/{id}",
                Access.PUBLIC,
                request -> Response.json(new JsonObject()
                        .put("id", request.path("id"))
                        .put("q", request.query("q").orElse("-"))));
        router.post("/echo", Access.PUBLIC, request -> Response.bytes("text/plain", request.bytes()))
                .takesBytes();
        router.post("/object", Access.PUBLIC, request -> Response.json(request.json()));
        router.get("/defect", Access.PUBLIC, _ -> {
            throw new IllegalStateException("a defect that the test seeds");
        });
        router.get("/slow", Access.PUBLIC, _ -> {
            entered.countDown();
            await(released);
            return Response.text("text/plain", "late");
        });
        listen(HttpLimits.DEFAULT.withTimes(LONG, LONG, LONG));
    }

    private void listen(HttpLimits limits) throws IOException {
        end();
        dispatcher = new Dispatcher(router, (_, _) -> Identity.IN_PROCESS, Audit.NONE, limits);
        listener = HttpListener.tcp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), dispatcher);
    }

    @AfterEach
    void end() {
        if (listener != null) {
            listener.close();
            dispatcher.close();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) listener.address();
    }

    /** The status of the answer to one request, after which the client goes. */
    private String status(String request) throws IOException {
        try (RawHttp client = new RawHttp(address())) {
            String answer = client.send(request).answer();
            return answer.isEmpty() ? "nothing" : answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3);
        }
    }

    @Test
    void get_aRoute_decodesPathAndQuery() throws IOException {
        String answer = RawHttp.exchange(
                address(), "GET /things/a%20b?q=%C3%A4+x HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\"id\": \"a b\"", "\"q\": \"\\u00e4 x\"", "X-Content-Type-Options: nosniff", "no-store");
    }

    @Test
    void requests_sentAtOnce_areAnsweredInOrder() throws IOException {
        String one = "GET /things/1 HTTP/1.1\r\n" + HOST + "\r\n";
        String body = "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc";
        String last = "GET /things/2 HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";

        assertThat(RawHttp.exchange(address(), one + body + last))
                .containsSubsequence("\"id\": \"1\"", "\r\n\r\nabc", "\"id\": \"2\"");
    }

    @Test
    void head_ofARoute_hasTheLengthAndNoBody() throws IOException {
        String answer = RawHttp.exchange(address(), "HEAD /things/1 HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");

        assertThat(answer).contains("Content-Length: ").endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /things/1 HTTP/1.1|Host: x, 200",
        "GET http://x/things/1 HTTP/1.1|Host: y, 200",
        "GET /nothing HTTP/1.1|Host: x, 404",
        "POST /things/1 HTTP/1.1|Host: x, 405",
        "TRACE /things/1 HTTP/1.1|Host: x, 501",
        "GET /things/1 HTTP/2.0|Host: x, 505",
        "GET /things/1 HTTP/1.1|X: y, 400",
        "GET /things/1 HTTP/1.1|Host: x|Host: y, 400",
        "GET /things/1 HTTP/1.1|Host : x, 400",
        "GET /things/1 HTTP/1.1|Host: x|  folded: y, 400",
        "GET /things/1  HTTP/1.1|Host: x, 400",
        "GET things HTTP/1.1|Host: x, 400",
        "GET /things/1#a HTTP/1.1|Host: x, 400",
        "GET /things/1?q=1&q=2 HTTP/1.1|Host: x, 400",
        "POST /echo HTTP/1.1|Host: x|Content-Length: 1|Transfer-Encoding: chunked, 400",
        "POST /echo HTTP/1.1|Host: x|Content-Length: 1|Content-Length: 2, 400",
        "POST /echo HTTP/1.1|Host: x|Content-Length: -1, 400",
        "POST /echo HTTP/1.1|Host: x|Content-Length: 1x, 400",
        "POST /echo HTTP/1.1|Host: x|Transfer-Encoding: gzip, 501",
        "POST /echo HTTP/1.1|Host: x|Expect: more, 417",
        "POST /echo HTTP/1.1|Host: x|Content-Length: 99999999, 413",
    })
    void head_ofThisForm_isAnsweredSo(String lines, String expected) throws IOException {
        assertThat(status(lines.replace("|", "\r\n") + "\r\n\r\n")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/things/..", "/things/%2e%2e", "/things/./1", "/things/a%2fb", "/things/a%5cb", "/things/%00",
                "/things/%zz", "/things/%", "/things/%c3%28", "//things/1", "/things//1", "/things/a%0d%0ab"
            })
    void path_thatNamesNoPlace_isRefused(String path) throws IOException {
        assertThat(status("GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n")).isEqualTo("400");
    }

    @Test
    void line_thatEndsInLineFeedAlone_isRefused() throws IOException {
        assertThat(status("GET /things/1 HTTP/1.1\nHost: x\n\n")).isEqualTo("400");
    }

    @Test
    void head_thatIsTooLong_isRefusedUnread() throws IOException {
        assertThat(status("GET /things/" + "a".repeat(20_000) + " HTTP/1.1\r\n" + HOST + "\r\n"))
                .isEqualTo("431");
        assertThat(status("GET /things/1 HTTP/1.1\r\n" + HOST + "A: " + "b".repeat(1 << 20) + "\r\n\r\n"))
                .isEqualTo("431");
        assertThat(status("GET /things/1 HTTP/1.1\r\n" + HOST + "A: b\r\n".repeat(65) + "\r\n"))
                .isEqualTo("431");
    }

    @Test
    void body_inChunks_isPutTogether() throws IOException {
        String answer = RawHttp.exchange(
                address(),
                "POST /echo HTTP/1.1\r\n" + HOST + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n");

        assertThat(answer).endsWith("\r\n\r\nabc0123456789");
    }

    @Test
    void body_inChunksThatLie_isRefused() throws IOException {
        String head = "POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";

        assertThat(status(head + "2\r\nabc\r\n0\r\n\r\n")).isEqualTo("400");
        assertThat(status(head + "x\r\nabc\r\n0\r\n\r\n")).isEqualTo("400");
        assertThat(status(head + "-1\r\nabc\r\n0\r\n\r\n")).isEqualTo("400");
        assertThat(status(head + "ffffffffffffffff\r\nabc")).isEqualTo("400");
    }

    @Test
    void body_inChunksWithoutAnEnd_isRefusedAtTheLimit() throws IOException {
        try (RawHttp client = new RawHttp(address())) {
            client.send("POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + "a".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 17; i++) {
                client.send(chunk);
            }
            assertThat(client.answer()).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void body_thatClientOffers_isAskedFor() throws IOException {
        try (RawHttp client = new RawHttp(address())) {
            client.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 100 ");
            assertThat(client.send("ok").answer()).endsWith("\r\n\r\nok");
        }
    }

    @Test
    void object_ofWrongTypeOrForm_isRefused() throws IOException {
        String head = "POST /object HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\nContent-Type: ";

        assertThat(status(head + "application/json\r\n\r\n{}")).isEqualTo("200");
        assertThat(status(head + "application/json\r\n\r\n{x")).isEqualTo("400");
        assertThat(status(head + "application/json\r\n\r\n[]")).isEqualTo("400");
        assertThat(status(head + "text/plain\r\n\r\n{}")).isEqualTo("415");
    }

    @Test
    void handler_thatFails_isADefectAndTheConnectionGoesOn() throws IOException {
        try (RawHttp client = new RawHttp(address())) {
            assertThat(client.send("GET /defect HTTP/1.1\r\n" + HOST + "\r\n").answer())
                    .startsWith("HTTP/1.1 500")
                    .contains("a defect of Ring3");
            assertThat(client.send("GET /things/1 HTTP/1.1\r\n" + HOST + "\r\n").answer())
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void body_thatFailsHalfway_endsTheConnection_andNothingFollowsIt() throws IOException {
        router.get(
                "/broken",
                Access.PUBLIC,
                _ -> Response.chunks("text/plain", new Chunks() {
                    private boolean begun;

                    @Override
                    public byte[] next() {
                        if (begun) {
                            throw HttpException.badRequest("a failure that the test seeds");
                        }
                        begun = true;
                        return "half".getBytes(StandardCharsets.UTF_8);
                    }
                }));

        String answer = RawHttp.exchange(address(), "GET /broken HTTP/1.1\r\n" + HOST + "\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200").endsWith("4\r\nhalf\r\n").doesNotContain("seeds");
    }

    @Test
    void head_thatDoesNotEnd_isCut() throws IOException {
        listen(HttpLimits.DEFAULT.withTimes(SHORT, LONG, LONG));

        assertThat(RawHttp.exchange(address(), "GET /things/1 HTTP/1.1\r\nHost:"))
                .isEmpty();
    }

    @Test
    void body_thatDoesNotCome_isCut() throws IOException {
        listen(HttpLimits.DEFAULT.withTimes(LONG, LONG, SHORT));

        assertThat(RawHttp.exchange(address(), "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nabc"))
                .isEmpty();
    }

    @Test
    void connection_thatIsIdle_isCut() throws IOException {
        listen(HttpLimits.DEFAULT.withTimes(LONG, SHORT, LONG));

        assertThat(RawHttp.exchange(address(), "GET /things/1 HTTP/1.1\r\n" + HOST + "\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void connections_moreThanMay_areTurnedAway() throws IOException {
        listen(HttpLimits.DEFAULT.withTimes(LONG, LONG, LONG).withConnections(1));
        try (RawHttp first = new RawHttp(address())) {
            assertThat(first.send("GET /things/1 HTTP/1.1\r\n" + HOST + "\r\n").answer())
                    .startsWith("HTTP/1.1 200");

            assertThat(RawHttp.exchange(address(), "GET /things/1 HTTP/1.1\r\n" + HOST + "\r\n"))
                    .isEmpty();
        }
    }

    @Test
    void connections_ofTheUnknownThatAskNothing_makeRoom() throws Exception {
        listen(HttpLimits.DEFAULT.withTimes(LONG, LONG, LONG).withConnections(3));
        try (RawHttp known = new RawHttp(address());
                RawHttp silent = new RawHttp(address());
                RawHttp slow = new RawHttp(address()).send("GET /things/1 HTTP/1.1\r\n")) {
            known.send("GET /things/1 HTTP/1.1\r\n" + HOST + "\r\n").answer();
            while (listener.connections() < 3) {
                Thread.sleep(1);
            }

            for (int i = 0; i < 10; i++) {
                assertThat(RawHttp.exchange(
                                address(), "GET /things/2 HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 200");
            }

            assertThat(silent.rest()).as("the oldest of them is cut").isEmpty();
            assertThat(slow).isNotNull();
            assertThat(known.send("GET /things/1 HTTP/1.1\r\n" + HOST + "\r\n").answer())
                    .as("who is known stays")
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void stop_whileARequestRuns_letsItEnd() throws Exception {
        try (RawHttp client = new RawHttp(address())) {
            client.send("GET /slow HTTP/1.1\r\n" + HOST + "\r\n");
            entered.await();
            listener.stop();
            released.countDown();

            assertThat(client.rest())
                    .startsWith("HTTP/1.1 200")
                    .contains("Connection: close")
                    .endsWith("late");
            listener.drain(LONG);
            assertThat(listener.connections()).isZero();
        }
    }
}

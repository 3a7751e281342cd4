package dev.ring3.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.server.http.Access;
import dev.ring3.server.http.Dispatcher;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.HttpLimits;
import dev.ring3.server.http.HttpListener;
import dev.ring3.server.http.Identity;
import dev.ring3.server.http.Peer;
import dev.ring3.server.http.RawHttp;
import dev.ring3.server.http.RequestHead;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, and who does not: asked through a socket, as a browser, a script or a foreign page asks. */
class DoorkeeperTest {
    private static final String HEAD_ONLY = "";

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final Router router = new Router();
    private Doorkeeper doorkeeper;
    private AuditLog audit;
    private Dispatcher dispatcher;
    private HttpListener listener;

    @BeforeEach
    void start() throws IOException {
        doorkeeper = new Doorkeeper(folder.resolve("tokens.json"), clock);
        audit = new AuditLog(folder.resolve("audit.log"), clock);
        router.add(doorkeeper.resource());
        router.add(audit);
        router.get("/open", Access.PUBLIC, _ -> Response.text("text/plain", "open"));
        router.get("/data", Access.READ, _ -> Response.text("text/plain", "data"));
        router.post("/change", Access.ADMIN, _ -> Response.empty());
        dispatcher = new Dispatcher(router, doorkeeper, audit, HttpLimits.DEFAULT);
        listener = HttpListener.tcp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), dispatcher);
        doorkeeper.listensOn(address(), List.of("storage.example"));
    }

    @AfterEach
    void end() {
        listener.close();
        dispatcher.close();
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) listener.address();
    }

    private String ask(String method, String target, String host, String headers) throws IOException {
        return RawHttp.exchange(
                address(),
                "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n".formatted(method, target, host, headers));
    }

    private int status(String method, String target, String headers) throws IOException {
        return status(ask(method, target, ours(), headers));
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3));
    }

    private String ours() {
        return "127.0.0.1:" + address().getPort();
    }

    /** The header of a browser that was let in. */
    private String cookie() throws IOException {
        String url = doorkeeper.loginUrl().orElseThrow();
        String answer = ask("GET", url.substring(url.indexOf("/login")), ours(), HEAD_ONLY);
        Matcher cookie = Pattern.compile("Set-Cookie: (ring3_session=[^;]+); Path=/; HttpOnly; SameSite=Strict")
                .matcher(answer);
        assertThat(status(answer)).isEqualTo(303);
        assertThat(cookie.find()).as(answer).isTrue();
        return "Cookie: other=1; %s\r\n".formatted(cookie.group(1));
    }

    private String token(Access access) throws IOException {
        String answer = ask(
                "POST",
                "/api/v1/tokens",
                ours(),
                cookie() + "X-Ring3: 1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + chunk("{\"name\":\"t-%s\",\"access\":\"%s\"}"
                                .formatted(access, access == Access.ADMIN ? "admin" : "read")));
        Matcher token = Pattern.compile("\"token\": \"(r3_[^\"]+)\"").matcher(answer);
        assertThat(token.find()).as(answer).isTrue();
        return token.group(1);
    }

    /** A body in one chunk; what follows the empty line of {@link #ask} belongs to it. */
    private static String chunk(String text) {
        return "%x\r\n%s\r\n0\r\n".formatted(text.length(), text);
    }

    @Test
    void withoutCredential_onlyWhatIsPublicIsThere() throws IOException {
        assertThat(status("GET", "/open", HEAD_ONLY)).isEqualTo(200);
        assertThat(status("GET", "/data", HEAD_ONLY)).isEqualTo(401);
        assertThat(status("POST", "/change", HEAD_ONLY)).isEqualTo(401);
        assertThat(status("GET", "/no-such-thing", HEAD_ONLY)).isEqualTo(401);
        assertThat(status("DELETE", "/data", HEAD_ONLY)).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer r3_wrong\r\n",
                "Authorization: Bearer \r\n",
                "Authorization: Basic cm9vdDpyb290\r\n",
                "Cookie: ring3_session=wrong\r\n",
                "Cookie: ring3_session=\r\n",
                "X-Ring3: 1\r\n"
            })
    void wrongCredential_isNone(String header) throws IOException {
        assertThat(status("GET", "/data", header)).isEqualTo(401);
        assertThat(status("POST", "/change", header)).isEqualTo(401);
    }

    @Test
    void loginUrl_letsOneBrowserIn_once() throws IOException {
        String url = doorkeeper.loginUrl().orElseThrow();
        String target = url.substring(url.indexOf("/login"));

        assertThat(status("GET", target, HEAD_ONLY)).isEqualTo(303);
        assertThat(status("GET", target, HEAD_ONLY)).isEqualTo(403);
        assertThat(status("GET", "/login?code=guess", HEAD_ONLY)).isEqualTo(403);
    }

    @Test
    void loginUrl_thatIsOld_letsNobodyIn() throws IOException {
        String url = doorkeeper.loginUrl().orElseThrow();
        clock.advance(Sessions.CODE_LIFE.plusSeconds(1));

        assertThat(status("GET", url.substring(url.indexOf("/login")), HEAD_ONLY))
                .isEqualTo(403);
    }

    @Test
    void session_endsWhenItIsNotUsedOrLoggedOut() throws IOException {
        String first = cookie();
        clock.advance(Sessions.SESSION_LIFE.minusMinutes(1));
        assertThat(status("GET", "/data", first)).isEqualTo(200);
        clock.advance(Sessions.SESSION_LIFE.minusMinutes(1));
        assertThat(status("GET", "/data", first)).isEqualTo(200);
        clock.advance(Sessions.SESSION_LIFE.plusMinutes(1));
        assertThat(status("GET", "/data", first)).isEqualTo(401);

        String second = cookie();
        assertThat(status("POST", "/logout", second + "X-Ring3: 1\r\n")).isEqualTo(204);
        assertThat(status("GET", "/data", second)).isEqualTo(401);
    }

    @Test
    void change_withACookie_wantsOurPage() throws IOException {
        String cookie = cookie();

        assertThat(status("POST", "/change", cookie + "X-Ring3: 1\r\nOrigin: http://" + ours() + "\r\n"))
                .isEqualTo(204);
        assertThat(status("POST", "/change", cookie + "X-Ring3: 1\r\nSec-Fetch-Site: same-origin\r\n"))
                .isEqualTo(204);
        // A form of a foreign page sends the cookie of an older browser, but no header of ours.
        assertThat(status("POST", "/change", cookie)).isEqualTo(403);
        assertThat(status("POST", "/change", cookie + "X-Ring3: 1\r\nOrigin: https://evil.example\r\n"))
                .isEqualTo(403);
        assertThat(status("POST", "/change", cookie + "X-Ring3: 1\r\nOrigin: null\r\n"))
                .isEqualTo(403);
        assertThat(status("POST", "/change", cookie + "X-Ring3: 1\r\nSec-Fetch-Site: cross-site\r\n"))
                .isEqualTo(403);
        assertThat(status("GET", "/data", cookie + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"))
                .isEqualTo(403);
        assertThat(status("GET", "/data", cookie + "Sec-Fetch-Site: same-site\r\n"))
                .isEqualTo(403);
        // Another server on this machine is another origin.
        assertThat(status("POST", "/change", cookie + "X-Ring3: 1\r\nOrigin: http://127.0.0.1:1\r\n"))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "127.0.0.1.evil.example", "127.0.0.1", "localhost:1", "[::1", "x@127.0.0.1"})
    void host_thatIsNotOurs_isAnsweredNothing(String host) throws IOException {
        String evil = host.endsWith("example") ? host + ":" + address().getPort() : host;
        String cookie = cookie();

        assertThat(status(ask("GET", "/open", evil, HEAD_ONLY))).isEqualTo(421);
        assertThat(status(ask("GET", "/data", evil, cookie))).isEqualTo(421);
        assertThat(status(ask("GET", "http://" + evil + "/data", ours(), cookie)))
                .isEqualTo(421);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "[::1]", "LOCALHOST", "storage.example"})
    void host_thatIsOurs_isAnswered(String host) throws IOException {
        assertThat(status(ask("GET", "/open", host + ":" + address().getPort(), HEAD_ONLY)))
                .isEqualTo(200);
    }

    @Test
    void url_ofAllAddresses_isOneThatCanBeOpened() {
        InetSocketAddress all = new InetSocketAddress("0.0.0.0", 8033);

        assertThat(doorkeeper.listensOn(all, List.of())).isEqualTo("http://localhost:8033");
        assertThat(doorkeeper.listensOn(all, List.of("a.example:443", "storage.example")))
                .isEqualTo("http://storage.example:8033");
    }

    @Test
    void token_mayWhatItSays() throws IOException {
        String read = "Authorization: Bearer %s\r\n".formatted(token(Access.READ));
        String admin = "authorization: bearer %s\r\n".formatted(token(Access.ADMIN));

        assertThat(status("GET", "/data", read)).isEqualTo(200);
        assertThat(status("POST", "/change", read)).isEqualTo(403);
        assertThat(status("GET", "/api/v1/tokens", read)).isEqualTo(403);
        assertThat(status("POST", "/change", admin)).isEqualTo(204);
        assertThat(status("DELETE", "/api/v1/tokens/t-READ", admin)).isEqualTo(204);
        assertThat(status("GET", "/data", read)).isEqualTo(401);
    }

    @Test
    void token_isKeptAsAHash_forItsOwnerAlone() throws IOException {
        String token = token(Access.READ);
        Path file = folder.resolve("tokens.json");

        assertThat(Files.readString(file))
                .contains("t-READ")
                .doesNotContain(token)
                .doesNotContain(token.substring(3));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(new Tokens(file, new Secrets(), clock).find(token))
                .get()
                .extracting(Token::access)
                .isEqualTo(Access.READ);
    }

    @Test
    void socket_ofAnotherUser_isRefused() {
        RequestHead head = new RequestHead("GET", "/data", "", Map.of(), true);

        assertThat(doorkeeper.admit(head, new Peer.Local("root", true)).access())
                .isEqualTo(Access.ADMIN);
        assertThatThrownBy(() -> doorkeeper.admit(head, new Peer.Local("nobody", false)))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("nobody is neither");
    }

    @Test
    void audit_hasWhatWasDoneAndWhatWasRefused() throws IOException {
        String read = "Authorization: Bearer %s\r\n".formatted(token(Access.READ));
        status("POST", "/change?how=now", cookie() + "X-Ring3: 1\r\n");
        status("POST", "/change", read);
        status("GET", "/data", read);

        List<String> lines = Files.readAllLines(folder.resolve("audit.log"));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).contains("\"target\":\"/api/v1/tokens\"", "\"status\":201", "browser at 127.0.0.1");
        assertThat(lines.get(1)).contains("\"target\":\"/change?how=now\"", "\"status\":204");
        assertThat(lines.get(2)).contains("token t-READ at 127.0.0.1", "\"status\":403");
        assertThat(ask("GET", "/api/v1/audit?limit=1", ours(), cookie()))
                .contains("\"status\": 403")
                .doesNotContain("\"status\": 204");
    }

    @Test
    void audit_beginsANewFileWhenOneIsFull_andReadsWhatACrashCutShort() throws IOException {
        Path file = folder.resolve("other.log");
        Files.writeString(file, "{\"time\":\"x\",\"status\":200}\n{\"tim");

        AuditLog log = new AuditLog(file, clock);
        for (int i = 0; i < 20; i++) {
            log.record(Identity.IN_PROCESS, "POST", "/" + "x".repeat(2_000_000), 200);
        }

        assertThat(file).exists();
        assertThat(Files.size(file)).isLessThan(100_000);
    }

    @Test
    void session_isForgottenWhenThereAreTooMany() {
        Sessions sessions = new Sessions(new Secrets(), clock);
        String first = sessions.newCode();
        for (int i = 0; i < Sessions.MAX; i++) {
            clock.advance(Duration.ofMillis(1));
            sessions.newCode();
        }

        assertThat(sessions.exchange(first)).isEmpty();
    }
}

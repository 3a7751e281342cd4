package dev.ring3.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.http.RawHttp;
import dev.ring3.server.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All endpoints of a server, as it describes them itself: what holds for each of them. */
class WholeApiTest {
    /** An endpoint. */
    private record Endpoint(String method, String template, JsonObject operation) {
        boolean isAdmins() {
            return operation.text("x-ring3-access").equals("admin");
        }

        boolean changes() {
            return !method.equals("GET");
        }

        /** A target that means nothing there is. */
        String target() {
            return template.replaceAll("\\{[^}]*\\}", "0");
        }
    }

    @TempDir
    private Path folder;

    private ServedApi served;
    private ApiClient owner;
    private InetSocketAddress address;

    @BeforeEach
    void start() {
        served = ServedApi.start(folder.resolve("data"));
        owner = served.owner();
        address = served.address();
    }

    @AfterEach
    void end() {
        served.close();
    }

    private List<Endpoint> endpoints() {
        List<Endpoint> all = new ArrayList<>();
        JsonObject paths = owner.get("/api/v1/openapi.json").object("paths");
        paths.members()
                .keySet()
                .forEach(template -> paths.object(template)
                        .members()
                        .keySet()
                        .forEach(method -> all.add(new Endpoint(
                                method.toUpperCase(Locale.ROOT),
                                template,
                                paths.object(template).object(method)))));
        assertThat(all).hasSizeGreaterThan(60);
        return all;
    }

    private int ask(Endpoint endpoint, String token) throws IOException {
        String credential = token.isEmpty() ? "" : "Authorization: Bearer %s\r\n".formatted(token);
        String answer = RawHttp.exchange(
                address,
                "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%sContent-Type: application/json\r\nContent-Length: %s"
                        .formatted(
                                endpoint.method(),
                                endpoint.target(),
                                address.getPort(),
                                credential,
                                endpoint.changes() ? "2\r\n\r\n{}" : "0\r\n\r\n"));
        return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3));
    }

    @Test
    void everyEndpoint_isDescribedSoThatAProgramCanUseIt() {
        Set<String> ids = new HashSet<>();
        for (Endpoint each : endpoints()) {
            String name = each.method() + " " + each.template();
            JsonObject operation = each.operation();
            assertThat(ids.add(operation.text("operationId"))).as(name).isTrue();
            assertThat(operation.text("summary")).as(name).endsWith(".");
            Matcher braces = Pattern.compile("\\{([^}]*)\\}").matcher(each.template());
            List<String> inPath = braces.results().map(found -> found.group(1)).toList();
            assertThat(operation.objects("parameters").stream()
                            .filter(parameter -> parameter.text("in").equals("path"))
                            .map(parameter -> parameter.text("name")))
                    .as(name)
                    .containsExactlyElementsOf(inPath);
            boolean says = operation.object("responses").object("2XX").has("content");
            boolean redirects = each.template().equals("/login");
            assertThat(says || redirects || each.changes()).as(name).isTrue();
        }
    }

    @Test
    void everyChange_isInTheAuditLog_whoeverTriedIt() throws Exception {
        Map<String, String> tokens =
                Map.of("admin", served.token("admin", "admin"), "read", served.token("read", "read"), "nobody", "");
        Map<String, Integer> expected = new HashMap<>();
        for (Endpoint each : endpoints()) {
            if (each.changes() && each.isAdmins()) {
                for (String who : List.of("admin", "read", "nobody")) {
                    int status = ask(each, Objects.requireNonNull(tokens.get(who)));
                    assertThat(status)
                            .as(each.method() + " " + each.target() + " by " + who)
                            .isNotEqualTo(500);
                    if (!who.equals("admin")) {
                        assertThat(status).as(each.target()).isEqualTo(who.equals("read") ? 403 : 401);
                    }
                    expected.put(entry(who, each.method(), each.target(), status), 1);
                }
            }
        }

        Set<String> logged = new HashSet<>();
        for (JsonObject each : owner.get("/api/v1/audit?limit=1000").objects("entries")) {
            String who = each.text("who").replaceFirst("token (\\w+) .*", "$1").replace("anonymous", "nobody");
            logged.add(entry(who, each.text("method"), each.text("target"), (int) each.number("status")));
        }
        assertThat(logged).containsAll(expected.keySet());
    }

    private static String entry(String who, String method, String target, int status) {
        return "%s %s %s %d".formatted(who, method, target, status);
    }

    @Test
    void everyLook_wantsWhatItSays() throws Exception {
        String reader = served.token("read", "read");
        for (Endpoint each : endpoints()) {
            boolean isOpen = each.operation().text("x-ring3-access").equals("public");
            if (!each.changes() && !each.template().matches(".*/(events|trace)")) {
                int stranger = ask(each, "");
                assertThat(stranger == 401).as(each.target()).isEqualTo(!isOpen);
                assertThat(ask(each, reader) == 403).as(each.target()).isEqualTo(each.isAdmins());
            }
        }
    }

    /** By the rules that promtool has (prometheus.io, "Exposition formats", "Metric and label naming"). */
    @Test
    void metrics_areAsPrometheusWantsThem() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        owner.download("/metrics", bytes);
        String text = bytes.toString(StandardCharsets.UTF_8);

        assertThat(PrometheusRules.problems(text)).isEmpty();
        assertThat(text).contains("# TYPE ring3_hooks_attached gauge");
    }
}

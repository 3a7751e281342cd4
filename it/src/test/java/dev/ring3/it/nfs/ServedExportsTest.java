package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.server.Server;
import dev.ring3.server.ServerOptions;
import dev.ring3.server.client.ApiClient;
import dev.ring3.server.client.ApiException;
import dev.ring3.server.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ring3 serve} with exports of its own and TLS, in a process, seen by a client of NFS. */
class ServedExportsTest {
    private static final String EXPORTS = "/a insecure squash=none;/b ro insecure squash=none";
    private static final String NFS = "/api/v1/exports/nfs";

    @TempDir
    private Path folder;

    private TlsKeys keys;
    private Path data;
    private @Nullable Process process;
    private int port;

    @BeforeEach
    void prepare() throws Exception {
        keys = new TlsKeys(folder);
        Files.writeString(folder.resolve("password"), "secret\n");
        data = folder.resolve("data");
        try (Server server = Server.start(ServerOptions.of(data));
                ApiClient api = ApiClient.ofServer(data).orElseThrow()) {
            for (String path : List.of("/a", "/b", "/c")) {
                api.call("POST", "/api/v1/subvolumes", new JsonObject().put("path", path));
            }
            assertThat(server.isServing()).isTrue();
        }
    }

    private void serve(String exports) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("dev.ring3.cli.Main", "serve", "--data", data.toString(), "--http", "off"));
        command.addAll(List.of("--nfs", "127.0.0.1:0", "--nfs-export", exports, "--nfs-lease", "30s"));
        command.addAll(List.of("--nfs-tls", folder.resolve("keys.p12").toString()));
        command.addAll(
                List.of("--nfs-tls-password-file", folder.resolve("password").toString()));
        Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
        process = started;
        BufferedReader lines = started.inputReader(StandardCharsets.UTF_8);
        List<String> said = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.add(line);
            if (line.contains("port=")) {
                port = Integer.parseInt(line.replaceFirst(".*port=(\\d+).*", "$1"));
                return;
            }
        }
        throw new IOException(String.join("\n", said));
    }

    @AfterEach
    void stop() throws InterruptedException {
        Process running = process;
        if (running != null) {
            running.destroy(); // SIGTERM
            assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
            process = null;
        }
    }

    private static NfsStatus mkdir(Session session, String export, String name) {
        return session.call(Ops.putRootFh(), Ops.lookup(export), Ops.mkdir(name))
                .status();
    }

    private void ask(String method, String target, @Nullable JsonObject body) {
        try (ApiClient api = ApiClient.ofServer(data).orElseThrow()) {
            api.call(method, target, body);
        }
    }

    @Test
    void exports_areWhatServeWasTold_alsoThroughTls_andChangeOverRestarts() throws Exception {
        serve(EXPORTS);
        try (Client41 plain = Client41.open(port, 2);
                Client41 secured = TlsTest.secured(port, keys.client())) {
            for (Client41 client : List.of(plain, secured)) {
                Session session = client.newSession();
                assertThat(mkdir(session, "a", client == plain ? "plain" : "secured"))
                        .isEqualTo(NfsStatus.OK);
                assertThat(mkdir(session, "b", "d")).isEqualTo(NfsStatus.ROFS);
                assertThat(mkdir(session, "c", "d")).isEqualTo(NfsStatus.NOENT);
            }
            Session session = plain.newSession();
            assertThat(session.call(Ops.putRootFh(), Ops.getAttr(Attr.LEASE_TIME))
                            .attrs()
                            .u32(Attr.LEASE_TIME))
                    .isEqualTo(30);
            Opaque root =
                    session.call(Ops.putRootFh(), Ops.lookup("a"), Ops.getFh()).handle();

            JsonObject added =
                    new JsonObject().put("path", "/c").put("insecure", true).put("squash", "none");
            ask("POST", NFS, added);
            ask("PATCH", NFS + "?path=/b", new JsonObject().put("readOnly", false));
            ask("DELETE", NFS + "?path=/a", null);

            assertThat(mkdir(session, "c", "d")).isEqualTo(NfsStatus.OK);
            assertThat(mkdir(session, "b", "d")).isEqualTo(NfsStatus.OK);
            assertThat(mkdir(session, "a", "d")).isEqualTo(NfsStatus.NOENT);
            assertThat(session.call(Ops.putFh(root), Ops.getAttr(Attr.TYPE)).status())
                    .isEqualTo(NfsStatus.STALE);
            assertRefused("EEXIST", "POST", NFS, added);
            assertRefused("EINVAL", "POST", NFS, new JsonObject().put("path", "/"));
            assertRefused("ENOENT", "POST", NFS, new JsonObject().put("path", "/c/d"));
            assertRefused("ENOENT", "POST", NFS, new JsonObject().put("path", "/none"));
            assertRefused("EINVAL", "PATCH", NFS + "?path=/b", new JsonObject().put("squash", "some"));
            assertRefused("ENOENT", "DELETE", NFS + "?path=/a", null);
        }
        stop();

        serve(EXPORTS);
        assertThat(problems()).isEmpty();
        try (Client41 client = Client41.open(port, 2)) {
            Session session = client.newSession();
            assertThat(mkdir(session, "c", "e")).isEqualTo(NfsStatus.OK);
            assertThat(mkdir(session, "a", "e")).isEqualTo(NfsStatus.NOENT);
            ask("POST", NFS + "/reset", null);
            assertThat(mkdir(session, "c", "f")).isEqualTo(NfsStatus.NOENT);
            assertThat(mkdir(session, "a", "f")).isEqualTo(NfsStatus.OK);
            assertThat(mkdir(session, "b", "f")).isEqualTo(NfsStatus.ROFS);
            ask("DELETE", NFS + "?path=/b", null);
        }
        stop();

        serve("/c insecure");
        assertThat(problems()).singleElement().asString().contains("ring3 export reset");
    }

    private List<String> problems() {
        try (ApiClient api = ApiClient.ofServer(data).orElseThrow()) {
            return api.get("/api/v1/status").texts("problems");
        }
    }

    private void assertRefused(String code, String method, String target, @Nullable JsonObject body) {
        assertThatThrownBy(() -> ask(method, target, body))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}

package dev.ring3.server.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.server.client.ApiException;
import dev.ring3.server.json.JsonObject;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server behind a proxy that speaks TLS, by a certificate that nobody has signed. */
class TlsReplicationTest {
    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir
    private Path folder;

    private KeyStore keys(String address) throws Exception {
        Path file = folder.resolve(address + ".p12");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=x", "-validity", "2"));
        command.addAll(List.of("-ext", "san=ip:" + address, "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", file.toString(), "-storepass", String.valueOf(PASSWORD)));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static Relay proxy(KeyStore keys) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        ServerSocket listener =
                context.getServerSocketFactory().createServerSocket(0, 8, InetAddress.getLoopbackAddress());
        return new Relay(listener);
    }

    private static String pem(KeyStore keys) throws Exception {
        byte[] certificate = keys.getCertificate("a").getEncoded();
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate);
        return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n".formatted(lines);
    }

    private static JsonObject run(TestServer source, JsonObject wanted) throws InterruptedException {
        long id = source.call("POST", "/api/v1/replications", wanted).number("id");
        return source.ended(source.call("POST", "/api/v1/replications/%d/run".formatted(id), null)
                .number("id"));
    }

    @Test
    void server_isTrustedByItsCertificateAlone_andByTheNameInIt() throws Exception {
        KeyStore keys = keys("127.0.0.1");
        KeyStore others = keys("10.9.8.7");
        try (Relay proxy = proxy(keys);
                Relay stranger = proxy(others);
                TestServer source = TestServer.start(folder.resolve("source"));
                TestServer target = TestServer.start(folder.resolve("target"), "127.0.0.1:" + proxy.port())) {
            proxy.leadTo(target.port());
            stranger.leadTo(target.port());
            source.put("/file", "x".getBytes(StandardCharsets.UTF_8));
            JsonObject wanted = new JsonObject()
                    .put("subvolume", 1)
                    .put("url", "https://127.0.0.1:" + proxy.port())
                    .put("into", "/copies")
                    .put("token", target.token("copies", "admin"));

            assertThat(run(source, wanted).text("message")).contains("certif");
            assertThatThrownBy(() -> run(source, wanted.put("certificates", "none")))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("no certificate");
            wanted.put("certificates", pem(keys));
            JsonObject trusted = run(source, wanted);
            assertThat(trusted.text("state")).as(trusted.toString()).isEqualTo("done");
            assertThat(target.get("/copies/" + trusted.object("result").text("snapshot") + "/file"))
                    .isEqualTo("x".getBytes(StandardCharsets.UTF_8));

            wanted.put("url", "https://127.0.0.1:" + stranger.port()).put("certificates", pem(others));
            assertThat(run(source, wanted).text("message"))
                    .contains("127.0.0.1")
                    .containsIgnoringCase("subject");
        }
    }
}

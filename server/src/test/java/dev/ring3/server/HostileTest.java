package dev.ring3.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.client.ApiException;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nobody gets at, whatever they may otherwise do. */
class HostileTest {
    @TempDir
    private Path folder;

    private static void assertNotThere(org.assertj.core.api.ThrowableAssert.ThrowingCallable ask) {
        assertThatThrownBy(ask)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo("ENOENT"));
    }

    /** They are mounted over the volume for who is on this machine; a token may come from elsewhere. */
    @Test
    void processes_areNotAmongTheFilesOfTheApi() throws Exception {
        Path data = folder.resolve("data");
        try (Server server = Server.start(ServerOptions.of(data));
                ApiClient api = ApiClient.ofServer(data).orElseThrow()) {
            assertThat(server.isServing()).isTrue();
            String own = "/.pidfs/by-pid/" + ProcessHandle.current().pid();
            assertNotThere(() -> api.get("/api/v1/fs/list?path=/.pidfs"));
            assertNotThere(() -> api.get("/api/v1/fs/stat?path=" + own));
            assertNotThere(
                    () -> api.download("/api/v1/fs/content?path=" + own + "/cmdline", OutputStream.nullOutputStream()));
            assertNotThere(() -> api.upload(
                    "/api/v1/fs/content?path=" + own + "/signal", new ByteArrayInputStream(new byte[] {'0'})));
            assertThat(api.get("/api/v1/fs/list?path=/.pidfs/..").text("path")).isNotEmpty();
        }
    }

    @Test
    void dataDirectory_thatOthersCanWriteTo_isAProblem() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (Server server = Server.start(ServerOptions.of(open))) {
            assertThat(server.problems()).anyMatch(line -> line.contains("others can write to " + open));
        }
        try (Server server = Server.start(ServerOptions.of(folder.resolve("ours")))) {
            assertThat(server.problems()).noneMatch(line -> line.contains("others can write"));
        }
    }
}

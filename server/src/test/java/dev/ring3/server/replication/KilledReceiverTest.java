package dev.ring3.server.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The other server is killed by SIGKILL while it receives. */
class KilledReceiverTest {
    private static final long MIB = 1 << 20;

    /** What it may have to be told again; see docs/replication.md. */
    private static final long AGAIN_MIB = 64;

    /** On its way to it: the buffers of two sockets, and what it has read and not applied. */
    private static final long UNDERWAY_MIB = 16;

    /** So late that the first 64 MiB were durable, whatever was on its way then. */
    private static final long KILLED_MIB = AGAIN_MIB + 2 * UNDERWAY_MIB;

    private static final long ALL_MIB = KILLED_MIB + UNDERWAY_MIB;

    @TempDir
    private Path folder;

    @Test
    void receiver_killedInTheMiddle_goesOnFromNotFarBefore_andHasWhatWasSent() throws Exception {
        byte[] content = new byte[(int) (ALL_MIB * MIB)];
        new Random(5).nextBytes(content);
        Path data = folder.resolve("target");
        int port = freePort();
        try (Relay relay = new Relay();
                TestServer source = TestServer.start(folder.resolve("source"))) {
            String name = "127.0.0.1:" + relay.port();
            relay.leadTo(port);
            String token;
            try (TestServer target = TestServer.start(data)) {
                token = target.token("copies", "admin");
            }
            source.create("/p");
            source.put("/p/large", content);
            long id = source.call(
                            "POST",
                            "/api/v1/replications",
                            new JsonObject()
                                    .put("subvolume", source.id("/p"))
                                    .put("url", "http://" + name)
                                    .put("into", "/copies")
                                    .put("token", token))
                    .number("id");
            try (TargetProcess first = TargetProcess.start(data, port, name)) {
                relay.cutAfter(KILLED_MIB * MIB, first::kill);
                assertThat(run(source, id).text("state")).isEqualTo("failed");
                relay.awaitCut();
            }
            JsonObject job;
            try (TargetProcess second = TargetProcess.start(data, port, name)) {
                job = run(source, id);
                second.stop();
            }

            assertThat(job.text("state")).as(job.toString()).isEqualTo("done");
            assertThat(job.object("result").flag("resumed")).isTrue();
            long againMib = job.object("result").number("bytes") / MIB - (ALL_MIB - KILLED_MIB);
            System.out.printf("killed after %d MiB; %d MiB of them were sent again%n", KILLED_MIB, againMib);
            assertThat(againMib).isBetween(0L, AGAIN_MIB);
            try (TestServer target = TestServer.start(data)) {
                String copy = target.subvolumes().stream()
                        .map(each -> each.text("path"))
                        .filter(path -> path.startsWith("/copies/"))
                        .reduce((_, last) -> last)
                        .orElseThrow();
                assertThat(Arrays.mismatch(target.get(copy + "/large"), content))
                        .as("the first byte that differs")
                        .isNegative();
            }
        }
    }

    private static JsonObject run(TestServer source, long id) throws InterruptedException {
        JsonObject job = source.call("POST", "/api/v1/replications/%d/run".formatted(id), new JsonObject());
        return source.ended(job.number("id"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

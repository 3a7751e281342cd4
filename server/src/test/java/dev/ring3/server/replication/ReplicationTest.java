package dev.ring3.server.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.server.client.ApiException;
import dev.ring3.server.client.RemoteAddress;
import dev.ring3.server.client.RemoteClient;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers, one of which keeps copies for the other. */
class ReplicationTest {
    private static final int LARGE_BYTES = 12 << 20;

    @TempDir
    private Path folder;

    private Relay relay;
    private TestServer source;
    private TestServer target;
    private String token = "";

    @BeforeEach
    void start() throws IOException {
        relay = new Relay();
        source = TestServer.start(folder.resolve("source"));
        target = TestServer.start(folder.resolve("target"), "127.0.0.1:" + relay.port());
        relay.leadTo(target.port());
        token = target.token("copies", "admin");
        source.create("/p");
    }

    @AfterEach
    void end() throws IOException {
        source.close();
        target.close();
        relay.close();
    }

    private static byte[] random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(7).nextBytes(content);
        return content;
    }

    private JsonObject wanted() {
        return new JsonObject()
                .put("subvolume", source.id("/p"))
                .put("url", "http://127.0.0.1:" + relay.port())
                .put("into", "/copies")
                .put("token", token);
    }

    private long add(JsonObject wanted) {
        return source.call("POST", "/api/v1/replications", wanted).number("id");
    }

    private JsonObject run(long id, boolean reset) throws InterruptedException {
        JsonObject job =
                source.call("POST", "/api/v1/replications/%d/run".formatted(id), new JsonObject().put("reset", reset));
        return source.ended(job.number("id"));
    }

    private JsonObject succeed(long id) throws InterruptedException {
        JsonObject job = run(id, false);
        assertThat(job.text("state")).as(job.toString()).isEqualTo("done");
        return job.object("result");
    }

    private String fail(long id) throws InterruptedException {
        JsonObject job = run(id, false);
        assertThat(job.text("state")).as(job.toString()).isEqualTo("failed");
        assertThat(job.toString()).doesNotContain(token);
        return job.text("message");
    }

    private List<JsonObject> copies() {
        return target.subvolumes().stream()
                .filter(each -> each.text("path").startsWith("/copies/"))
                .toList();
    }

    private List<JsonObject> here() {
        return source.subvolumes().stream()
                .filter(each -> each.text("path").startsWith("/p/.snapshots/replica-"))
                .toList();
    }

    private void assertCopied(String path) throws IOException {
        assertThat(Arrays.mismatch(target.get(path + "/large"), random(LARGE_BYTES)))
                .as("the first byte that differs")
                .isNegative();
    }

    private void restartTarget() {
        target.close();
        target = TestServer.start(folder.resolve("target"), "127.0.0.1:" + relay.port());
        relay.leadTo(target.port());
    }

    @Test
    void subvolume_isCopiedWhole_andThenByWhatDiffers() throws Exception {
        source.put("/p/large", random(LARGE_BYTES));
        long id = add(wanted().put("keepHourly", 10));

        JsonObject first = succeed(id);
        source.put("/p/small", "new".getBytes(StandardCharsets.UTF_8));
        JsonObject second = succeed(id);

        assertThat(first.number("bytes")).isGreaterThan(LARGE_BYTES);
        assertThat(first.has("since")).isFalse();
        assertThat(second.number("bytes")).isLessThan(LARGE_BYTES / 10);
        assertThat(second.text("since")).isEqualTo(first.text("snapshot"));
        String copy = "/copies/" + second.text("snapshot");
        assertCopied(copy);
        assertThat(target.get(copy + "/small")).isEqualTo("new".getBytes(StandardCharsets.UTF_8));
        // Within an hour the newest is kept, which is held on both sides, and no other is.
        assertThat(copies()).singleElement().satisfies(each -> {
            assertThat(each.text("path")).isEqualTo(copy);
            assertThat(each.flag("readOnly")).isTrue();
            assertThat(each.number("holds")).isEqualTo(1);
        });
        assertThat(here()).singleElement().satisfies(each -> {
            assertThat(each.text("name")).isEqualTo(second.text("snapshot"));
            assertThat(each.number("holds")).isEqualTo(1);
        });
        assertThatThrownBy(() -> target.call(
                        "DELETE", "/api/v1/subvolumes/" + copies().getFirst().number("id"), null))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("is held");
    }

    @Test
    void transfer_thatTheReceiverEndsInTheMiddle_isGoneOnWith() throws Exception {
        source.put("/p/large", random(LARGE_BYTES));
        long id = add(wanted());
        relay.cutAfter(LARGE_BYTES / 2, this::restartTarget);

        String message = fail(id);
        relay.awaitCut();
        assertThat(message).contains("http://127.0.0.1:" + relay.port());
        assertThat(copies()).singleElement().matches(each -> each.has("receiving"));
        JsonObject after = succeed(id);

        assertThat(after.flag("resumed")).isTrue();
        assertThat(after.number("bytes")).isLessThan(LARGE_BYTES * 3L / 4);
        assertThat(copies()).singleElement().matches(each -> !each.has("receiving"));
        assertCopied(copies().getFirst().text("path"));
        assertThat(here()).hasSize(1);
    }

    @Test
    void increment_thatTheSenderEndsInTheMiddle_isGoneOnWithAfterItsRestart() throws Exception {
        source.put("/p/small", "x".getBytes(StandardCharsets.UTF_8));
        long id = add(wanted());
        succeed(id);
        source.put("/p/large", random(LARGE_BYTES));
        relay.cutAfter(LARGE_BYTES / 2, () -> {});
        fail(id);
        source.close();
        source = TestServer.start(folder.resolve("source"));
        target.close();
        target = TestServer.start(folder.resolve("target"), "127.0.0.1:" + relay.port());
        relay.leadTo(target.port());

        JsonObject after = succeed(id);

        assertThat(after.flag("resumed")).isTrue();
        assertThat(after.number("bytes")).isLessThan(LARGE_BYTES * 3L / 4);
        assertCopied("/copies/" + after.text("snapshot"));
        assertThat(copies()).extracting(each -> each.number("holds")).containsExactly(1L);
        assertThat(here()).extracting(each -> each.number("holds")).containsExactly(1L);
    }

    @Test
    void transfer_whoseSnapshotIsDeleted_isBegunAnew() throws Exception {
        source.put("/p/large", random(LARGE_BYTES));
        long id = add(wanted());
        relay.cutAfter(LARGE_BYTES / 2, () -> {});
        fail(id);
        source.call("DELETE", "/api/v1/subvolumes/" + here().getFirst().number("id"), null);

        JsonObject after = succeed(id);

        assertThat(after.flag("resumed")).isFalse();
        assertThat(after.texts("deleted")).hasSize(1);
        assertThat(copies()).hasSize(1);
    }

    @Test
    void snapshotThatBothHave_ifDeletedHere_isTold_andResetSendsAll() throws Exception {
        source.put("/p/large", random(LARGE_BYTES));
        long id = add(wanted());
        succeed(id);
        String here = "/api/v1/subvolumes/" + here().getFirst().number("id");
        source.call("PATCH", here, new JsonObject().put("hold", false));
        source.call("DELETE", here, null);

        assertThat(fail(id))
                .contains("nothing can be built on")
                .contains("ring3 replication run %d --reset".formatted(id));
        assertThat(here()).isEmpty();
        JsonObject job = run(id, true);

        assertThat(job.text("state")).as(job.toString()).isEqualTo("done");
        assertThat(job.object("result").number("bytes")).isGreaterThan(LARGE_BYTES);
        assertThat(succeed(id).number("bytes")).isLessThan(LARGE_BYTES);
        assertThat(copies()).hasSize(1);
    }

    @Test
    void target_thatDiverged_isRefused_andResetGoesOnFromWhatBothHave() throws Exception {
        source.put("/p/large", random(LARGE_BYTES));
        long id = add(wanted());
        String first = succeed(id).text("snapshot");
        String seed = "/api/v1/subvolumes/" + copies().getFirst().number("id");
        target.call("PATCH", seed, new JsonObject().put("readOnly", false));

        assertThat(fail(id)).contains("has diverged").contains(first).contains("can be written to there");
        target.call("PATCH", seed, new JsonObject().put("hold", false));
        target.call("DELETE", seed, null);
        assertThat(fail(id)).contains("has diverged").contains("is not there any more");
        assertThat(source.status().texts("problems")).anyMatch(line -> line.contains("has diverged"));

        JsonObject job = run(id, true);
        assertThat(job.text("state")).as(job.toString()).isEqualTo("done");
        assertThat(job.object("result").has("since")).isFalse();
        succeed(id);
        assertThat(source.status().texts("problems")).noneMatch(line -> line.contains("has diverged"));
    }

    @Test
    void target_thatIsFull_isTold_andGoneOnWithWhenThereIsRoom() throws Exception {
        target.close();
        target = TestServer.start(folder.resolve("full"), 20 << 20, "127.0.0.1:" + relay.port());
        relay.leadTo(target.port());
        token = target.token("copies", "admin");
        target.put("/ballast", random(LARGE_BYTES));
        source.put("/p/large", random(LARGE_BYTES));
        long id = add(wanted());

        assertThat(fail(id)).containsIgnoringCase("no space");
        target.close();
        target = TestServer.start(folder.resolve("full"), 200 << 20, "127.0.0.1:" + relay.port());
        relay.leadTo(target.port());
        JsonObject after = succeed(id);

        assertThat(after.flag("resumed")).isTrue();
        assertCopied(copies().getFirst().text("path"));
    }

    @Test
    void credential_thatIsWrong_isTold_andNothingIsTakenHere() throws Exception {
        long wrong = add(wanted().put("token", "r3_wrong"));
        long weak = add(wanted().put("token", target.token("looks", "read")));

        assertThat(fail(wrong)).contains("this token is not known");
        assertThat(fail(weak)).contains("may only look");
        assertThat(here()).isEmpty();
        source.call("PATCH", "/api/v1/replications/" + wrong, new JsonObject().put("token", token));
        succeed(wrong);
    }

    /** Whoever breaks in on this side finds a credential that cannot take away what is on the other. */
    @Test
    void credential_thatOnlyReceives_bringsCopies_andDoesNothingElse() throws Exception {
        source.put("/p/large", random(LARGE_BYTES));
        target.create("/other");
        token = target.call("POST", "/api/v1/tokens", receiver("brings")).text("token");
        long id = add(wanted().put("keepHourly", 1));
        relay.cutAfter(LARGE_BYTES / 2, () -> {});
        fail(id);

        JsonObject first = succeed(id);
        source.put("/p/small", "new".getBytes(StandardCharsets.UTF_8));
        JsonObject second = succeed(id);

        assertThat(first.flag("resumed")).isTrue();
        assertCopied("/copies/" + second.text("snapshot"));
        assertThat(second.texts("left")).anyMatch(line -> line.contains("is kept"));
        assertThat(copies())
                .hasSize(3)
                .allSatisfy(each -> assertThat(each.number("holds")).isZero());
        long copy = copies().getFirst().number("id");
        try (RemoteClient client =
                new RemoteClient(RemoteAddress.parse("http://127.0.0.1:" + relay.port()), token, Optional.empty())) {
            assertThat(client.call("GET", "/api/v1/subvolumes", null).objects("subvolumes"))
                    .extracting(each -> each.text("path"))
                    .hasSize(4)
                    .allMatch(path -> path.startsWith("/copies"));
            for (String refused : List.of(
                    "GET /api/v1/status",
                    "GET /api/v1/subvolumes/1",
                    "GET /api/v1/subvolumes?path=/other",
                    "GET /api/v1/fs/list?path=/copies",
                    "GET /api/v1/subvolumes/" + copy + "/stream",
                    "GET /api/v1/events",
                    "GET /metrics",
                    "POST /api/v1/subvolumes",
                    "POST /api/v1/snapshots",
                    "POST /api/v1/tokens",
                    "PATCH /api/v1/subvolumes/" + copy,
                    "POST /api/v1/subvolumes/" + copy + "/rollback",
                    "DELETE /api/v1/subvolumes/" + copy,
                    "DELETE /api/v1/subvolumes/" + target.id("/other"),
                    "DELETE /api/v1/subvolumes/" + target.id("/copies"),
                    "PUT /api/v1/stream?path=/other/x",
                    "PUT /api/v1/stream?path=/copies/x/y",
                    "PUT /api/v1/fs/content?path=/copies/x")) {
                String[] words = refused.split(" ", -1);
                JsonObject body = words[0].equals("POST") ? new JsonObject().put("path", "/mine") : null;
                assertThatThrownBy(() -> client.call(words[0], words[1], body))
                        .as(refused)
                        .isInstanceOfSatisfying(
                                ApiException.class, e -> assertThat(e.code()).isEqualTo("EPERM"));
            }
        }
        assertThat(target.call("GET", "/api/v1/audit", null).objects("entries")).anySatisfy(entry -> {
            assertThat(entry.text("who")).startsWith("token brings at ");
            assertThat(entry.text("method")).isEqualTo("DELETE");
            assertThat(entry.number("status")).isEqualTo(403);
        });
    }

    @Test
    void credential_thatOnlyReceives_deletesWhatIsOldEnough() throws Exception {
        token = target.call("POST", "/api/v1/tokens", receiver("prunes").put("keepDays", 0))
                .text("token");
        long id = add(wanted().put("keepHourly", 1));
        succeed(id);

        assertThat(succeed(id).texts("deleted")).hasSize(1);

        assertThat(copies()).hasSize(1);
        for (JsonObject wrong : List.of(
                receiver("a").put("into", "/"),
                receiver("b").put("into", "relative"),
                receiver("c").put("keepDays", -1),
                receiver("d").put("access", "read"))) {
            assertThatThrownBy(() -> target.call("POST", "/api/v1/tokens", wrong))
                    .as(wrong.toString())
                    .isInstanceOf(ApiException.class);
        }
    }

    private static JsonObject receiver(String name) {
        return new JsonObject().put("name", name).put("access", "receive").put("into", "/copies");
    }

    @Test
    void credential_isInNoAnswerAndInNoFileOfOthers() throws Exception {
        long id = add(wanted());
        succeed(id);

        assertThat(source.call("GET", "/api/v1/replications", null).toString()).doesNotContain(token);
        assertThat(source.call("GET", "/api/v1/audit", null).toString()).doesNotContain(token);
        assertThat(Files.getPosixFilePermissions(folder.resolve("source/replications.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(folder.resolve("source/audit.log"))).doesNotContain(token);
    }

    @Test
    void replication_thatCannotBe_isRefused() {
        assertRefused(wanted().put("url", "http://10.0.0.7:8033"), "another machine");
        assertRefused(wanted().put("url", "http://nas.example"), "another machine");
        assertRefused(wanted().put("url", "https://user:word@nas.example"), "nothing else");
        assertRefused(wanted().put("url", "https://nas.example/ring3"), "nothing else");
        assertRefused(wanted().put("url", "nas.example"), "no URL");
        assertRefused(wanted().put("into", "copies"), "no path");
        assertRefused(wanted().put("into", "/"), "no path");
        assertRefused(wanted().put("token", "two words\r\nHost: x"), "none");
        assertRefused(wanted().put("everySeconds", 1), "from a minute");
        assertRefused(wanted().put("bytesPerSecond", 1), "at least");
        assertRefused(wanted().put("subvolume", 77), "");
        assertThat(source.call("GET", "/api/v1/replications", null).objects("replications"))
                .isEmpty();
    }

    private void assertRefused(JsonObject wanted, String why) {
        assertThatThrownBy(() -> add(wanted)).isInstanceOf(ApiException.class).hasMessageContaining(why);
    }

    @Test
    void replication_isKeptOverRestart_runsByItself_andIsRemoved() throws Exception {
        source.put("/p/file", "x".getBytes(StandardCharsets.UTF_8));
        long id = add(wanted());
        source.close();
        source = TestServer.start(folder.resolve("source"));

        source.call("PATCH", "/api/v1/replications/" + id, new JsonObject().put("everySeconds", 3600));
        source.await(() -> copies().stream().anyMatch(each -> each.number("holds") == 1) && !here().isEmpty());
        source.await(() -> !replication().has("job"));
        assertThat(replication().object("sent").text("name"))
                .isEqualTo(here().getFirst().text("name"));
        source.call("DELETE", "/api/v1/replications/" + id, null);

        assertThat(here()).isEmpty();
        assertThat(copies()).hasSize(1);
        assertThat(source.call("GET", "/api/v1/replications", null).objects("replications"))
                .isEmpty();
    }

    private JsonObject replication() {
        return source.call("GET", "/api/v1/replications", null)
                .objects("replications")
                .getFirst();
    }

    @Test
    void job_isCancelled_alsoWhileTheOtherSideTakesNothing() throws Exception {
        source.put("/p/large", random(LARGE_BYTES));
        long id = add(wanted().put("bytesPerSecond", 256 << 10));
        long job = source.call("POST", "/api/v1/replications/%d/run".formatted(id), null)
                .number("id");
        source.await(() -> source.call("GET", "/api/v1/jobs/" + job, null).number("done") > 0);
        assertThatThrownBy(() -> run(id, false)).hasMessageContaining("which runs as job " + job);

        source.call("DELETE", "/api/v1/jobs/" + job, null);

        assertThat(source.ended(job).text("state")).isEqualTo("cancelled");
        source.call("PATCH", "/api/v1/replications/" + id, new JsonObject().put("bytesPerSecond", 0));
        assertThat(succeed(id).flag("resumed")).isTrue();
    }
}

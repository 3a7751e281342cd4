package dev.ring3.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ring3.server.http.Response;
import dev.ring3.server.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every endpoint, on a volume in memory; each answer is held against what its description says. */
class ApiTest {
    private final TestApi server = new TestApi();

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void subvolumes_areMadeSnapshotRolledBackAndDeleted() throws Exception {
        long id = server.ask(TestApi.CREATED, "POST", "/api/v1/subvolumes", "{\"path\":\"/p\"}")
                .number("id");
        server.put("/p/file", "one");
        JsonObject snapshot =
                server.ask(TestApi.CREATED, "POST", "/api/v1/snapshots", "{\"of\":%d,\"name\":\"m\"}".formatted(id));
        server.put("/p/file", "another");
        JsonObject differences = server.get("/api/v1/diff?from=%d&to=%d".formatted(snapshot.number("id"), id));
        assertThat(differences.objects("differences"))
                .anySatisfy(each -> assertThat(each.optionalText("newPath")).contains("/file"));
        assertThat(server.get("/api/v1/diff?limit=1&from=%d&to=%d".formatted(snapshot.number("id"), id))
                        .flag("truncated"))
                .isTrue();

        JsonObject rolledBack = server.ask(
                200,
                "POST",
                "/api/v1/subvolumes/%d/rollback".formatted(id),
                "{\"to\":%d,\"keepAs\":\"before\"}".formatted(snapshot.number("id")));

        assertThat(rolledBack.text("keptAs")).isEqualTo("before");
        assertThat(server.content("/p/file")).isEqualTo("one");
        assertThat(server.content("/p/.snapshots/before/file")).isEqualTo("another");
        assertThat(server.get("/api/v1/subvolumes?snapshotsOf=" + id).objects("subvolumes"))
                .hasSize(2);
        server.get("/api/v1/snapshots/tree");
        assertThat(TestApi.error(server.ask(409, "DELETE", "/api/v1/subvolumes/" + id, null)))
                .isEqualTo("ENOTEMPTY");
        for (JsonObject each : server.get("/api/v1/subvolumes?kind=snapshot").objects("subvolumes")) {
            server.ask(204, "DELETE", "/api/v1/subvolumes/" + each.number("id"), null);
        }
        server.ask(204, "DELETE", "/api/v1/subvolumes/" + id, null);
        assertThat(TestApi.error(server.ask(410, "GET", "/api/v1/subvolumes/" + id, null)))
                .isEqualTo("ESTALE");
        assertThat(server.get("/api/v1/subvolumes?path=/").objects("subvolumes"))
                .hasSize(1);
    }

    @Test
    void subvolume_canBeBoundedRenamedAndMadeTheDefault() {
        long id = server.ask(TestApi.CREATED, "POST", "/api/v1/subvolumes", "{\"path\":\"/p\"}")
                .number("id");
        String target = "/api/v1/subvolumes/" + id;

        JsonObject changed = server.ask(200, "PATCH", target, "{\"quotaBytes\":1000000,\"default\":true}");

        assertThat(changed.number("quotaBytes")).isEqualTo(1_000_000);
        assertThat(changed.flag("default")).isTrue();
        assertThat(server.get("/api/v1/volume").number("defaultSubvolume")).isEqualTo(id);
        assertThat(server.ask(200, "PATCH", target, "{\"quotaBytes\":-1}").has("quotaBytes"))
                .isFalse();
        long snapshot = server.ask(
                        TestApi.CREATED, "POST", "/api/v1/snapshots", "{\"of\":%d,\"name\":\"a\"}".formatted(id))
                .number("id");
        assertThat(server.ask(200, "PATCH", "/api/v1/subvolumes/" + snapshot, "{\"name\":\"b\"}")
                        .text("path"))
                .isEqualTo("/p/.snapshots/b");
    }

    @Test
    void requests_thatCannotBeMeant_areRefusedAndChangeNothing() throws Exception {
        server.put("/file", "x");
        String before = server.get("/api/v1/subvolumes").toString();

        server.ask(400, "POST", "/api/v1/subvolumes", "{}");
        server.ask(400, "POST", "/api/v1/subvolumes", "{\"path\":1}");
        server.ask(409, "POST", "/api/v1/subvolumes", "{\"path\":\"/file\"}");
        server.ask(404, "POST", "/api/v1/subvolumes", "{\"path\":\"/no/such\"}");
        server.ask(409, "POST", "/api/v1/subvolumes", "{\"path\":\"/\"}");
        server.ask(400, "GET", "/api/v1/subvolumes?path=/file", null);
        server.ask(400, "GET", "/api/v1/subvolumes?kind=other", null);
        server.ask(404, "GET", "/api/v1/subvolumes/abc", null);
        server.ask(404, "GET", "/api/v1/subvolumes/99999999999", null);
        server.ask(400, "POST", "/api/v1/snapshots", "{\"name\":\"x\"}");
        server.ask(400, "POST", "/api/v1/snapshots", "{\"of\":1,\"name\":\"a/b\"}");
        server.ask(404, "POST", "/api/v1/snapshots", "{\"of\":0}");
        server.ask(400, "POST", "/api/v1/subvolumes/1/rollback", "{\"to\":1,\"keepAs\":\"x\",\"discard\":true}");
        server.ask(400, "GET", "/api/v1/diff?from=1", null);
        server.ask(400, "GET", "/api/v1/diff?from=1&to=1&limit=99999999", null);
        server.ask(404, "GET", "/api/v1/fs/stat?path=/no", null);
        server.ask(409, "GET", "/api/v1/fs/content?path=/", null);
        server.ask(404, "GET", "/api/v1/fs/list?path=/file", null);
        server.ask(400, "POST", "/api/v1/jobs", "{\"kind\":\"other\"}");
        server.ask(404, "GET", "/api/v1/jobs/77", null);
        server.ask(400, "POST", "/api/v1/mounts", "{\"directory\":\"relative\"}");
        server.ask(404, "POST", "/api/v1/mounts", "{\"directory\":\"/no/such/directory\"}");
        server.ask(400, "POST", "/api/v1/mounts", "{\"directory\":\"/\"}");
        server.ask(404, "DELETE", "/api/v1/mounts?directory=/nothing", null);

        assertThat(server.get("/api/v1/subvolumes").toString()).isEqualTo(before);
    }

    @Test
    void files_areListedInPieces_withNamesThatAreNoText() throws Exception {
        for (int i = 0; i < 25; i++) {
            server.put("/f" + i, "x");
        }
        server.put("/%ff%20%2b", "bytes");

        int seen = 0;
        String after = "0";
        while (true) {
            JsonObject page = server.get("/api/v1/fs/list?path=/&limit=10&after=" + after);
            seen += page.objects("entries").size();
            if (!page.has("next")) {
                break;
            }
            after = page.text("next");
        }

        assertThat(seen).isEqualTo(26);
        assertThat(server.get("/api/v1/fs/list?path=/").objects("entries"))
                .anySatisfy(entry -> assertThat(entry.text("raw")).isEqualTo("%FF%20%2B"));
        assertThat(server.content("/%FF%20%2B")).isEqualTo("bytes");
        assertThat(server.content("/%FF%20%2B&offset=2&length=2")).isEqualTo("te");
        assertThat(server.get("/api/v1/fs/stat?path=/f1").number("sizeBytes")).isEqualTo(1);
    }

    @Test
    void upload_thatIsAborted_leavesWhatWasThere() throws Exception {
        server.put("/file", "before");
        Response refused =
                server.api.dispatcher().upload("/api/v1/fs/content?path=/", new ByteArrayInputStream(new byte[1]));
        assertThat(refused.status()).isEqualTo(409);
        InputStream broken = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public byte[] readNBytes(int count) throws IOException {
                throw new IOException("the other end has gone");
            }
        };

        assertThat(catchThrowable(() -> server.api.dispatcher().upload("/api/v1/fs/content?path=/file", broken)))
                .hasMessage("the other end has gone");

        assertThat(server.content("/file")).isEqualTo("before");
        assertThat(server.get("/api/v1/fs/list?path=/").objects("entries")).hasSize(1);
    }

    @Test
    void jobs_runAndEnd_andAreTold() throws Exception {
        server.put("/file", "x".repeat(100_000));
        try (var events = server.api.events().listen("test", 0)) {
            for (String kind : List.of("check", "scrub")) {
                long id = server.ask(202, "POST", "/api/v1/jobs", "{\"kind\":\"%s\"}".formatted(kind))
                        .number("id");
                JsonObject job = server.get("/api/v1/jobs/" + id);
                while (job.text("state").equals("running")) {
                    Thread.sleep(5);
                    job = server.get("/api/v1/jobs/" + id);
                }
                assertThat(job.text("state")).as(job.toString()).isEqualTo("done");
                assertThat(job.object("result").texts("findings")).isEmpty();
                assertThat(job.number("done")).isPositive();
            }
            var first = Objects.requireNonNull(events.next(Duration.ofSeconds(10)));
            assertThat(first.type()).isEqualTo("job.changed");
        }
        assertThat(server.get("/api/v1/jobs").objects("jobs")).hasSize(2);
    }

    @Test
    void lookAtTheServer_isAsDescribed() {
        assertThat(server.get("/api/v1/status").texts("problems")).containsExactly("one");
        server.get("/api/v1/usage");
        server.get("/api/v1/exports");
        server.get("/api/v1/clients");
        server.get("/api/v1/opens");
        server.get("/api/v1/locks");
        server.get("/api/v1/leases");
        assertThat(server.get("/health/live").text("status")).isEqualTo("up");
        assertThat(server.get("/health/ready").text("status")).isEqualTo("up");
    }

    @Test
    void clients_ofNfs_areListedAndEvicted() {
        List<JsonObject> before = server.get("/api/v1/clients").objects("clients");
        assertThat(before).extracting(each -> each.text("client")).contains("nfs 7", "nfs 300");
        JsonObject older = before.stream()
                .filter(each -> each.text("client").equals("nfs 300"))
                .findFirst()
                .orElseThrow();
        assertThat(older.text("id")).isEqualTo("0x12c");
        assertThat(older.text("version")).isEqualTo("4.0");
        assertThat(older.number("silentSeconds")).isEqualTo(90);

        server.ask(204, "DELETE", "/api/v1/clients/nfs/" + older.text("id"), null);

        assertThat(server.get("/api/v1/clients").objects("clients"))
                .extracting(each -> each.text("client"))
                .contains("nfs 7")
                .doesNotContain("nfs 300");
        server.ask(404, "DELETE", "/api/v1/clients/nfs/0x12c", null);
        server.ask(404, "DELETE", "/api/v1/clients/nfs/12c", null);
        server.ask(404, "DELETE", "/api/v1/clients/smb/0x7", null);
        assertThat(TestApi.error(server.ask(409, "DELETE", "/api/v1/clients/fuse/0x1", null)))
                .isEqualTo("EBUSY");
    }

    @Test
    void exports_ofNfs_areChanged() {
        server.ask(204, "POST", "/api/v1/exports/nfs", "{\"path\":\"/p\",\"readOnly\":true}");
        server.ask(204, "PATCH", "/api/v1/exports/nfs?path=/p%20q", "{\"squash\":\"all\"}");
        server.ask(204, "DELETE", "/api/v1/exports/nfs?path=/p", null);
        server.ask(204, "POST", "/api/v1/exports/nfs/reset", null);
        server.ask(400, "POST", "/api/v1/exports/nfs", "{}");
        server.ask(400, "DELETE", "/api/v1/exports/nfs", null);

        assertThat(server.told.said)
                .containsExactly(
                        "add {\"path\":\"/p\",\"readOnly\":true}",
                        "change /p q {\"squash\":\"all\"}",
                        "remove /p",
                        "reset");
    }

    @Test
    void cache_tellsWhichFilesItHolds_andWhatOfEach() throws Exception {
        server.put("/small", "x".repeat(5000));
        server.put("/large", "x".repeat(200_000));
        server.content("/large");

        List<JsonObject> files = server.get("/api/v1/cache/files?limit=1").objects("files");

        assertThat(files).hasSize(1);
        JsonObject large = files.getFirst();
        assertThat(large.text("path")).isEqualTo("/large");
        assertThat(large.number("sizeBytes")).isEqualTo(200_000);
        List<JsonObject> ranges = server.get(
                        "/api/v1/cache/files/%d/%d".formatted(large.number("subvolume"), large.number("ino")))
                .objects("ranges");
        assertThat(ranges.stream().mapToLong(range -> range.number("bytes")).sum())
                .isEqualTo(large.number("residentBytes"))
                .isEqualTo(49 * 4096);
        assertThat(server.get("/api/v1/cache/files/1/999999").objects("ranges")).isEmpty();
        server.ask(404, "GET", "/api/v1/cache/files/1/-1", null);
    }

    @Test
    void description_hasEveryEndpoint_andSaysWhatItIsFor() {
        JsonObject paths = server.get("/api/v1/openapi.json").object("paths");

        assertThat(server.shapes.undescribed(paths)).isEmpty();
        assertThat(paths.members()).hasSizeGreaterThan(15);
    }
}

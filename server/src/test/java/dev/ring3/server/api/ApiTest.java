package dev.ring3.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.nfs.NfsClientInfo;
import dev.ring3.server.export.Exports;
import dev.ring3.server.export.Mounts;
import dev.ring3.server.export.NfsClients;
import dev.ring3.server.export.NfsExports;
import dev.ring3.server.export.NfsExportsResource;
import dev.ring3.server.http.Audit;
import dev.ring3.server.http.HttpLimits;
import dev.ring3.server.http.Identity;
import dev.ring3.server.http.Method;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Shapes;
import dev.ring3.server.json.JsonObject;
import dev.ring3.server.metrics.HotFiles;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every endpoint, on a volume in memory; each answer is held against what its description says. */
class ApiTest {
    private static final long CAPACITY_BYTES = 1L << 30;
    private static final int CREATED = 201;

    /** A server that has just begun. */
    private static final StatusSource STATUS = new StatusSource() {
        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public Instant started() {
            return Instant.EPOCH;
        }

        @Override
        public Path data() {
            return Path.of("/data");
        }

        @Override
        public Optional<String> httpUrl() {
            return Optional.of("http://127.0.0.1:8033");
        }

        @Override
        public List<String> problems() {
            return List.of("one");
        }
    };

    /** Two clients of NFS, of which one speaks an older version. */
    private static final class Remote implements NfsClients {
        private final List<NfsClientInfo> all = new ArrayList<>(List.of(
                new NfsClientInfo(
                        1 << 20, "a", new Client(Client.Origin.NFS, 7), "10.0.0.7", false, 2, 0, 0, true, false, 3),
                new NfsClientInfo(
                        2 << 20, "b", new Client(Client.Origin.NFS, 300), "10.0.0.8", true, 0, 0, 0, false, true, 90)));

        @Override
        public List<NfsClientInfo> list() {
            return List.copyOf(all);
        }

        @Override
        public boolean evict(Client client) {
            return all.removeIf(each -> each.fsClient().equals(client));
        }
    }

    /** The exports of NFS, which keep what they are told. */
    private static final class Told implements NfsExports {
        private final List<String> said = new ArrayList<>();

        @Override
        public void add(JsonObject export) {
            said.add("add " + export.compact());
        }

        @Override
        public void change(String path, JsonObject export) {
            said.add("change " + path + " " + export.compact());
        }

        @Override
        public void remove(String path) {
            said.add("remove " + path);
        }

        @Override
        public void reset() {
            said.add("reset");
        }
    }

    private final Remote remote = new Remote();
    private final Told told = new Told();
    private final Volume volume = Volume.inMemory(CAPACITY_BYTES, VolumeOptions.DEFAULT);
    private Api api;
    private Shapes shapes;

    @BeforeEach
    void start() {
        Vfs vfs = new Vfs(volume);
        api = Api.ofServer(
                volume, vfs, (_, _) -> Identity.IN_PROCESS, Audit.NONE, HttpLimits.DEFAULT, InstantSource.system());
        api.addServer(
                new Exports(new Mounts(vfs, volume.subvolumes(), Path.of("/data"), api.events())),
                STATUS,
                remote,
                new HotFiles());
        api.add(new NfsExportsResource(told, api.events()));
        shapes = new Shapes(api.router());
    }

    @AfterEach
    void end() {
        api.close();
        volume.close();
    }

    private JsonObject ask(int status, String method, String target, @Nullable String body) {
        byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        Response response = api.dispatcher().call(Method.valueOf(method), target, bytes);
        String text = new String(response.wholeBody(), StandardCharsets.UTF_8);
        assertThat(response.status()).as(method + " " + target + "\n" + text).isEqualTo(status);
        if (text.isEmpty()) {
            return new JsonObject();
        }
        JsonObject json = JsonObject.parse(text);
        if (status < 400) {
            assertThat(shapes.misfits(Method.valueOf(method), target, json))
                    .as(method + " " + target)
                    .isEmpty();
        }
        return json;
    }

    private JsonObject get(String target) {
        return ask(200, "GET", target, null);
    }

    private void put(String path, String content) throws Exception {
        Response response = api.dispatcher()
                .upload(
                        "/api/v1/fs/content?path=" + path,
                        new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
        assertThat(response.status()).isIn(200, CREATED);
    }

    private String content(String query) {
        Response response = api.dispatcher().call(Method.GET, "/api/v1/fs/content?path=" + query, new byte[0]);
        assertThat(response.status()).isEqualTo(200);
        StringBuilder text = new StringBuilder();
        try (var pieces = response.pieces()) {
            for (byte[] piece = pieces.next(); piece != null; piece = pieces.next()) {
                text.append(new String(piece, StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    private String error(JsonObject answer) {
        return answer.object("error").text("code");
    }

    @Test
    void subvolumes_areMadeSnapshotRolledBackAndDeleted() throws Exception {
        long id =
                ask(CREATED, "POST", "/api/v1/subvolumes", "{\"path\":\"/p\"}").number("id");
        put("/p/file", "one");
        JsonObject snapshot = ask(CREATED, "POST", "/api/v1/snapshots", "{\"of\":%d,\"name\":\"m\"}".formatted(id));
        put("/p/file", "another");
        JsonObject differences = get("/api/v1/diff?from=%d&to=%d".formatted(snapshot.number("id"), id));
        assertThat(differences.objects("differences"))
                .anySatisfy(each -> assertThat(each.optionalText("newPath")).contains("/file"));
        assertThat(get("/api/v1/diff?limit=1&from=%d&to=%d".formatted(snapshot.number("id"), id))
                        .flag("truncated"))
                .isTrue();

        JsonObject rolledBack = ask(
                200,
                "POST",
                "/api/v1/subvolumes/%d/rollback".formatted(id),
                "{\"to\":%d,\"keepAs\":\"before\"}".formatted(snapshot.number("id")));

        assertThat(rolledBack.text("keptAs")).isEqualTo("before");
        assertThat(content("/p/file")).isEqualTo("one");
        assertThat(content("/p/.snapshots/before/file")).isEqualTo("another");
        assertThat(get("/api/v1/subvolumes?snapshotsOf=" + id).objects("subvolumes"))
                .hasSize(2);
        get("/api/v1/snapshots/tree");
        assertThat(error(ask(409, "DELETE", "/api/v1/subvolumes/" + id, null))).isEqualTo("ENOTEMPTY");
        for (JsonObject each : get("/api/v1/subvolumes?kind=snapshot").objects("subvolumes")) {
            ask(204, "DELETE", "/api/v1/subvolumes/" + each.number("id"), null);
        }
        ask(204, "DELETE", "/api/v1/subvolumes/" + id, null);
        assertThat(error(ask(410, "GET", "/api/v1/subvolumes/" + id, null))).isEqualTo("ESTALE");
        assertThat(get("/api/v1/subvolumes?path=/").objects("subvolumes")).hasSize(1);
    }

    @Test
    void subvolume_canBeBoundedRenamedAndMadeTheDefault() {
        long id =
                ask(CREATED, "POST", "/api/v1/subvolumes", "{\"path\":\"/p\"}").number("id");
        String target = "/api/v1/subvolumes/" + id;

        JsonObject changed = ask(200, "PATCH", target, "{\"quotaBytes\":1000000,\"default\":true}");

        assertThat(changed.number("quotaBytes")).isEqualTo(1_000_000);
        assertThat(changed.flag("default")).isTrue();
        assertThat(get("/api/v1/volume").number("defaultSubvolume")).isEqualTo(id);
        assertThat(ask(200, "PATCH", target, "{\"quotaBytes\":-1}").has("quotaBytes"))
                .isFalse();
        long snapshot = ask(CREATED, "POST", "/api/v1/snapshots", "{\"of\":%d,\"name\":\"a\"}".formatted(id))
                .number("id");
        assertThat(ask(200, "PATCH", "/api/v1/subvolumes/" + snapshot, "{\"name\":\"b\"}")
                        .text("path"))
                .isEqualTo("/p/.snapshots/b");
    }

    @Test
    void requests_thatCannotBeMeant_areRefusedAndChangeNothing() throws Exception {
        put("/file", "x");
        String before = get("/api/v1/subvolumes").toString();

        ask(400, "POST", "/api/v1/subvolumes", "{}");
        ask(400, "POST", "/api/v1/subvolumes", "{\"path\":1}");
        ask(409, "POST", "/api/v1/subvolumes", "{\"path\":\"/file\"}");
        ask(404, "POST", "/api/v1/subvolumes", "{\"path\":\"/no/such\"}");
        ask(409, "POST", "/api/v1/subvolumes", "{\"path\":\"/\"}");
        ask(400, "GET", "/api/v1/subvolumes?path=/file", null);
        ask(400, "GET", "/api/v1/subvolumes?kind=other", null);
        ask(404, "GET", "/api/v1/subvolumes/abc", null);
        ask(404, "GET", "/api/v1/subvolumes/99999999999", null);
        ask(400, "POST", "/api/v1/snapshots", "{\"name\":\"x\"}");
        ask(400, "POST", "/api/v1/snapshots", "{\"of\":1,\"name\":\"a/b\"}");
        ask(404, "POST", "/api/v1/snapshots", "{\"of\":0}");
        ask(400, "POST", "/api/v1/subvolumes/1/rollback", "{\"to\":1,\"keepAs\":\"x\",\"discard\":true}");
        ask(400, "GET", "/api/v1/diff?from=1", null);
        ask(400, "GET", "/api/v1/diff?from=1&to=1&limit=99999999", null);
        ask(404, "GET", "/api/v1/fs/stat?path=/no", null);
        ask(409, "GET", "/api/v1/fs/content?path=/", null);
        ask(404, "GET", "/api/v1/fs/list?path=/file", null);
        ask(400, "POST", "/api/v1/jobs", "{\"kind\":\"other\"}");
        ask(404, "GET", "/api/v1/jobs/77", null);
        ask(400, "POST", "/api/v1/mounts", "{\"directory\":\"relative\"}");
        ask(404, "POST", "/api/v1/mounts", "{\"directory\":\"/no/such/directory\"}");
        ask(400, "POST", "/api/v1/mounts", "{\"directory\":\"/\"}");
        ask(404, "DELETE", "/api/v1/mounts?directory=/nothing", null);

        assertThat(get("/api/v1/subvolumes").toString()).isEqualTo(before);
    }

    @Test
    void files_areListedInPieces_withNamesThatAreNoText() throws Exception {
        for (int i = 0; i < 25; i++) {
            put("/f" + i, "x");
        }
        put("/%ff%20%2b", "bytes");

        int seen = 0;
        String after = "0";
        while (true) {
            JsonObject page = get("/api/v1/fs/list?path=/&limit=10&after=" + after);
            seen += page.objects("entries").size();
            if (!page.has("next")) {
                break;
            }
            after = page.text("next");
        }

        assertThat(seen).isEqualTo(26);
        assertThat(get("/api/v1/fs/list?path=/").objects("entries"))
                .anySatisfy(entry -> assertThat(entry.text("raw")).isEqualTo("%FF%20%2B"));
        assertThat(content("/%FF%20%2B")).isEqualTo("bytes");
        assertThat(content("/%FF%20%2B&offset=2&length=2")).isEqualTo("te");
        assertThat(get("/api/v1/fs/stat?path=/f1").number("sizeBytes")).isEqualTo(1);
    }

    @Test
    void upload_thatIsAborted_leavesWhatWasThere() throws Exception {
        put("/file", "before");
        Response refused = api.dispatcher().upload("/api/v1/fs/content?path=/", new ByteArrayInputStream(new byte[1]));
        assertThat(refused.status()).isEqualTo(409);
        InputStream broken = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public byte[] readNBytes(int count) throws IOException {
                throw new IOException("the other end has gone");
            }
        };

        assertThat(catchThrowable(() -> api.dispatcher().upload("/api/v1/fs/content?path=/file", broken)))
                .hasMessage("the other end has gone");

        assertThat(content("/file")).isEqualTo("before");
        assertThat(get("/api/v1/fs/list?path=/").objects("entries")).hasSize(1);
    }

    @Test
    void jobs_runAndEnd_andAreTold() throws Exception {
        put("/file", "x".repeat(100_000));
        try (var events = api.events().listen(0)) {
            for (String kind : List.of("check", "scrub")) {
                long id = ask(202, "POST", "/api/v1/jobs", "{\"kind\":\"%s\"}".formatted(kind))
                        .number("id");
                JsonObject job = get("/api/v1/jobs/" + id);
                while (job.text("state").equals("running")) {
                    Thread.sleep(5);
                    job = get("/api/v1/jobs/" + id);
                }
                assertThat(job.text("state")).as(job.toString()).isEqualTo("done");
                assertThat(job.object("result").texts("findings")).isEmpty();
                assertThat(job.number("done")).isPositive();
            }
            var first = Objects.requireNonNull(events.next(Duration.ofSeconds(10)));
            assertThat(first.type()).isEqualTo("job.changed");
        }
        assertThat(get("/api/v1/jobs").objects("jobs")).hasSize(2);
    }

    @Test
    void lookAtTheServer_isAsDescribed() {
        assertThat(get("/api/v1/status").texts("problems")).containsExactly("one");
        get("/api/v1/usage");
        get("/api/v1/exports");
        get("/api/v1/clients");
        get("/api/v1/opens");
        get("/api/v1/locks");
        get("/api/v1/leases");
        assertThat(get("/health/live").text("status")).isEqualTo("up");
        assertThat(get("/health/ready").text("status")).isEqualTo("up");
    }

    @Test
    void clients_ofNfs_areListedAndEvicted() {
        List<JsonObject> before = get("/api/v1/clients").objects("clients");
        assertThat(before).extracting(each -> each.text("client")).contains("nfs 7", "nfs 300");
        JsonObject older = before.stream()
                .filter(each -> each.text("client").equals("nfs 300"))
                .findFirst()
                .orElseThrow();
        assertThat(older.text("id")).isEqualTo("0x12c");
        assertThat(older.text("version")).isEqualTo("4.0");
        assertThat(older.number("silentSeconds")).isEqualTo(90);

        ask(204, "DELETE", "/api/v1/clients/nfs/" + older.text("id"), null);

        assertThat(get("/api/v1/clients").objects("clients"))
                .extracting(each -> each.text("client"))
                .contains("nfs 7")
                .doesNotContain("nfs 300");
        ask(404, "DELETE", "/api/v1/clients/nfs/0x12c", null);
        ask(404, "DELETE", "/api/v1/clients/nfs/12c", null);
        ask(404, "DELETE", "/api/v1/clients/smb/0x7", null);
        assertThat(error(ask(409, "DELETE", "/api/v1/clients/fuse/0x1", null))).isEqualTo("EBUSY");
    }

    @Test
    void exports_ofNfs_areChanged() {
        ask(204, "POST", "/api/v1/exports/nfs", "{\"path\":\"/p\",\"readOnly\":true}");
        ask(204, "PATCH", "/api/v1/exports/nfs?path=/p%20q", "{\"squash\":\"all\"}");
        ask(204, "DELETE", "/api/v1/exports/nfs?path=/p", null);
        ask(204, "POST", "/api/v1/exports/nfs/reset", null);
        ask(400, "POST", "/api/v1/exports/nfs", "{}");
        ask(400, "DELETE", "/api/v1/exports/nfs", null);

        assertThat(told.said)
                .containsExactly(
                        "add {\"path\":\"/p\",\"readOnly\":true}",
                        "change /p q {\"squash\":\"all\"}",
                        "remove /p",
                        "reset");
    }

    @Test
    void cache_tellsWhichFilesItHolds_andWhatOfEach() throws Exception {
        put("/small", "x".repeat(5000));
        put("/large", "x".repeat(200_000));
        content("/large");

        List<JsonObject> files = get("/api/v1/cache/files?limit=1").objects("files");

        assertThat(files).hasSize(1);
        JsonObject large = files.getFirst();
        assertThat(large.text("path")).isEqualTo("/large");
        assertThat(large.number("sizeBytes")).isEqualTo(200_000);
        List<JsonObject> ranges = get("/api/v1/cache/files/%d/%d"
                        .formatted(large.number("subvolume"), large.number("ino")))
                .objects("ranges");
        assertThat(ranges.stream().mapToLong(range -> range.number("bytes")).sum())
                .isEqualTo(large.number("residentBytes"))
                .isEqualTo(49 * 4096);
        assertThat(get("/api/v1/cache/files/1/999999").objects("ranges")).isEmpty();
        ask(404, "GET", "/api/v1/cache/files/1/-1", null);
    }

    @Test
    void description_hasEveryEndpoint_andSaysWhatItIsFor() {
        JsonObject paths = get("/api/v1/openapi.json").object("paths");

        assertThat(shapes.undescribed(paths)).isEmpty();
        assertThat(paths.members()).hasSizeGreaterThan(15);
    }
}

package dev.ring3.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.nfs.NfsClientInfo;
import dev.ring3.nfs.NfsHolding;
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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server's API on a volume in memory, and what tests ask it; each answer is held against what its description says. */
final class TestApi implements AutoCloseable {
    private static final long CAPACITY_BYTES = 1L << 30;
    static final int CREATED = 201;

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
    static final class Remote implements NfsClients {
        private final List<NfsClientInfo> all = new ArrayList<>(List.of(
                new NfsClientInfo(
                        1 << 20, "a", new Client(Client.Origin.NFS, 7), "10.0.0.7", false, 2, 0, 0, true, false, 3),
                new NfsClientInfo(
                        2 << 20, "b", new Client(Client.Origin.NFS, 300), "10.0.0.8", true, 0, 0, 0, false, true, 90)));

        @Override
        public List<NfsClientInfo> list() {
            return List.copyOf(all);
        }

        final Map<Client, List<NfsHolding>> held = new HashMap<>();

        @Override
        public List<NfsHolding> holdings(NfsClientInfo client) {
            return held.getOrDefault(client.fsClient(), List.of());
        }

        @Override
        public boolean evict(Client client) {
            return all.removeIf(each -> each.fsClient().equals(client));
        }
    }

    /** The exports of NFS, which keep what they are told. */
    static final class Told implements NfsExports {
        final List<String> said = new ArrayList<>();

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

    final Remote remote = new Remote();
    final Told told = new Told();
    final Vfs vfs;
    final Api api;
    final Shapes shapes;
    private final Volume volume = Volume.inMemory(CAPACITY_BYTES, VolumeOptions.DEFAULT);

    TestApi() {
        vfs = new Vfs(volume);
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

    @Override
    public void close() {
        api.close();
        volume.close();
    }

    JsonObject ask(int status, String method, String target, @Nullable String body) {
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

    JsonObject get(String target) {
        return ask(200, "GET", target, null);
    }

    void put(String path, String content) throws IOException {
        Response response = api.dispatcher()
                .upload(
                        "/api/v1/fs/content?path=" + path,
                        new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
        assertThat(response.status()).isIn(200, CREATED);
    }

    String content(String query) {
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

    static String error(JsonObject answer) {
        return answer.object("error").text("code");
    }
}

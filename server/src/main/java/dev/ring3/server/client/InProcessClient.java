package dev.ring3.server.client;

import dev.ring3.fs.volume.Volume;
import dev.ring3.server.api.Api;
import dev.ring3.server.http.Chunks;
import dev.ring3.server.http.Method;
import dev.ring3.server.http.Response;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The API of a volume that this process has open. */
final class InProcessClient implements ApiClient {
    private static final int ERROR = 400;

    private final Volume volume;
    private final Api api;

    InProcessClient(Volume volume, Api api) {
        this.volume = volume;
        this.api = api;
    }

    @Override
    public boolean isServer() {
        return false;
    }

    private static Response successful(Response response) {
        if (response.status() >= ERROR) {
            throw ApiException.of(response.status(), response.wholeBody());
        }
        return response;
    }

    private static JsonObject object(Response response) {
        byte[] body = response.wholeBody();
        return body.length == 0 ? new JsonObject() : JsonObject.parse(new String(body, StandardCharsets.UTF_8));
    }

    @Override
    public JsonObject call(String method, String target, @Nullable JsonObject body) {
        byte[] bytes = body == null ? new byte[0] : body.compact().getBytes(StandardCharsets.UTF_8);
        return object(successful(api.dispatcher().call(Method.valueOf(method), target, bytes)));
    }

    @Override
    public JsonObject send(String method, String target, byte[] bytes) {
        return object(successful(api.dispatcher().call(Method.valueOf(method), target, bytes)));
    }

    @Override
    public void events(String target, BiPredicate<String, JsonObject> sink) {
        throw new ApiException(0, "ENOTCONN", "events are a server's, and there is none");
    }

    @Override
    public void download(String target, OutputStream into) throws IOException {
        Response response = successful(api.dispatcher().call(Method.GET, target, new byte[0]));
        try (Chunks chunks = response.pieces()) {
            for (byte[] piece = chunks.next(); piece != null; piece = chunks.next()) {
                into.write(piece);
            }
        }
    }

    @Override
    public JsonObject upload(String target, InputStream from) throws IOException {
        return object(successful(api.dispatcher().upload(target, from)));
    }

    @Override
    public void close() {
        api.close();
        volume.close();
    }
}

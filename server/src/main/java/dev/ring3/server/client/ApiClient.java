package dev.ring3.server.client;

import dev.ring3.fs.FsException;
import dev.ring3.fs.volume.Volume;
import dev.ring3.server.DataDirectory;
import dev.ring3.server.api.Api;
import dev.ring3.server.http.Percent;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API of a volume: of the server that has it open, or, where there is none, in this process. Targets are paths
 * below {@code /api/v1}, percent-encoded, with their query. For one thread.
 */
public sealed interface ApiClient extends AutoCloseable permits SocketClient, InProcessClient {
    /**
     * The server that has this data directory open, if one does.
     *
     * @throws ApiException if it does not let us in
     */
    static Optional<ApiClient> ofServer(Path data) {
        Path socket = DataDirectory.controlSocket(data.toAbsolutePath().normalize());
        return SocketClient.isAnswered(socket) ? Optional.of(new SocketClient(socket)) : Optional.empty();
    }

    /**
     * The server that has this data directory open, or else the volume itself, opened for this client alone.
     *
     * @param user who opens it, for others to be told
     * @throws FsException EBUSY if another has it open, with its name; ENOENT if there is no volume
     */
    static ApiClient open(Path data, String user) {
        return ofServer(data).orElseGet(() -> {
            Volume volume = DataDirectory.openExisting(data, user);
            return new InProcessClient(volume, Api.inProcess(volume));
        });
    }

    /** Whether a server answers. */
    boolean isServer();

    /**
     * Asks for something.
     *
     * @param method GET, POST, PUT, PATCH, DELETE
     * @param body an object that is sent, or null
     * @return the answer; without members if there is none
     * @throws ApiException if it is refused
     */
    JsonObject call(String method, String target, @Nullable JsonObject body);

    /** Asks with GET. */
    default JsonObject get(String target) {
        return call("GET", target, null);
    }

    /**
     * Fetches bytes.
     *
     * @throws IOException if they cannot be written
     */
    void download(String target, OutputStream into) throws IOException;

    /**
     * Sends bytes with PUT.
     *
     * @throws IOException if they cannot be read
     */
    JsonObject upload(String target, InputStream from) throws IOException;

    /**
     * Sends bytes, such as a program.
     *
     * @throws ApiException if they are refused
     */
    JsonObject send(String method, String target, byte[] bytes);

    /**
     * Listens to a stream of events, as long as there are some.
     *
     * @param sink takes one, and says whether it wants more
     * @throws ApiException if there is no server, or it stops
     */
    void events(String target, BiPredicate<String, JsonObject> sink);

    /** A text, or the path of a file, as a value in the query of a target. */
    static String encode(String text) {
        return Percent.encode(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    void close();
}

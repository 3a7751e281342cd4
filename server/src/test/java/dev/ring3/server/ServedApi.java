package dev.ring3.server;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * A server that answers over TCP, for clients that write what they like.
 *
 * @param owner who may do everything
 * @param address where others ask
 */
record ServedApi(Server server, ApiClient owner, InetSocketAddress address) implements AutoCloseable {
    static ServedApi start(Path data) {
        Server server = Server.start(
                ServerOptions.of(data).withHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of()));
        ApiClient owner = ApiClient.ofServer(data).orElseThrow();
        String url = owner.get("/api/v1/status").text("http");
        int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
        return new ServedApi(server, owner, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** A new token. */
    String token(String name, String access) {
        return owner.call(
                        "POST",
                        "/api/v1/tokens",
                        new JsonObject().put("name", name).put("access", access))
                .text("token");
    }

    @Override
    public void close() {
        owner.close();
        server.close();
    }
}

package dev.ring3.server;

import dev.ring3.fs.FsException;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.NfsClientInfo;
import dev.ring3.nfs.NfsServer;
import dev.ring3.server.access.Doorkeeper;
import dev.ring3.server.export.NfsClients;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** NFS, as far as it could be started. */
final class NfsFront implements NfsClients, AutoCloseable {
    private final Vfs vfs;
    private volatile @Nullable NfsServer server; // written by who starts and stops the server

    NfsFront(Vfs vfs) {
        this.vfs = vfs;
    }

    /**
     * Starts it.
     *
     * @param directory where it keeps its state; made if it is not there
     * @param problem told what is in the way, if something is
     */
    void start(NfsAccess access, Path directory, Consumer<String> problem) {
        InetSocketAddress wanted = access.address();
        try {
            Files.createDirectories(directory);
            server = NfsServer.start(vfs, access.options(directory));
        } catch (IOException | UncheckedIOException | FsException e) {
            problem.accept("no NFS on %s:%d: %s; --nfs takes another address, or off"
                    .formatted(wanted.getAddress().getHostAddress(), wanted.getPort(), reason(e)));
        }
    }

    private static @Nullable String reason(Exception e) {
        Throwable cause = e.getCause();
        return e instanceof UncheckedIOException && cause != null ? cause.getMessage() : e.getMessage();
    }

    /** How it is used. */
    List<JsonObject> exports() {
        NfsServer running = server;
        if (running == null) {
            return List.of();
        }
        InetSocketAddress address = running.address();
        String host = address.getAddress().isAnyLocalAddress() ? "HOST" : Doorkeeper.hostOf(address.getAddress());
        return List.of(new JsonObject()
                .put("kind", "nfs")
                .put("address", "%s:%d".formatted(host, address.getPort()))
                .put("readOnly", false)
                .put("how", "mount -t nfs4 -o vers=4.2,port=%d %s:/ /mnt".formatted(address.getPort(), host)));
    }

    @Override
    public List<NfsClientInfo> list() {
        NfsServer running = server;
        return running == null ? List.of() : running.clients();
    }

    @Override
    public boolean evict(Client client) {
        NfsServer running = server;
        return running != null && running.evict(client);
    }

    @Override
    public void close() {
        NfsServer running = server;
        if (running != null) {
            running.close();
            server = null;
        }
    }
}

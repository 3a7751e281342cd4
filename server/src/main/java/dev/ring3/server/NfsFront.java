package dev.ring3.server;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.fs.volume.Volume;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.NfsClientInfo;
import dev.ring3.nfs.NfsOptions;
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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** NFS, as far as it could be started. */
final class NfsFront implements NfsClients, AutoCloseable {
    private final Vfs vfs;
    private final Volume volume;
    private List<NfsExportRule> rules = List.of(); // written before the server
    private volatile @Nullable NfsServer server; // written by who starts and stops the server

    NfsFront(Volume volume, Vfs vfs) {
        this.volume = volume;
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
            NfsOptions options = access.options(directory, this::root, problem);
            Set<String> served = options.exports().stream().map(Export::path).collect(Collectors.toSet());
            rules = access.exports().stream()
                    .filter(rule -> served.contains(rule.path()))
                    .toList();
            if (!rules.isEmpty()) {
                server = NfsServer.start(vfs, options);
            }
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
        return rules.stream()
                .map(rule -> new JsonObject()
                        .put("kind", "nfs")
                        .put("address", "%s:%d".formatted(host, address.getPort()))
                        .put("path", rule.path())
                        .put("readOnly", rule.readOnly())
                        .put("squash", rule.squash().name().toLowerCase(Locale.ROOT))
                        .putTexts("clients", rule.clients())
                        .put(
                                "how",
                                "mount -t nfs4 -o vers=4.2,port=%d %s:%s /mnt"
                                        .formatted(address.getPort(), host, rule.path())))
                .toList();
    }

    /** The root of the subvolume at a path. */
    private Optional<NodeId> root(String path) {
        if (path.equals("/")) {
            return Optional.of(vfs.root());
        }
        return volume.subvolumes().list().stream()
                .map(SubvolumeInfo::id)
                .map(NodeId::rootOf)
                .filter(root -> volume.subvolumes()
                        .path(root)
                        .map(names -> "/" + names.stream().map(Name::toString).collect(Collectors.joining("/")))
                        .filter(path::equals)
                        .isPresent())
                .findFirst();
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

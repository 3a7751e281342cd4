package dev.ring3.server;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.fs.volume.Volume;
import dev.ring3.linux.Errno;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.NfsClientInfo;
import dev.ring3.nfs.NfsHolding;
import dev.ring3.nfs.NfsServer;
import dev.ring3.server.access.Doorkeeper;
import dev.ring3.server.export.NfsClients;
import dev.ring3.server.export.NfsExports;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** NFS, as far as it could be started. */
final class NfsFront implements NfsClients, NfsExports, AutoCloseable {
    private final Vfs vfs;
    private final Volume volume;
    private final KeptExports kept;

    /** What it was started with; written before the server. */
    private @Nullable NfsAccess access;

    private volatile List<NfsExportRule> rules = List.of(); // written under this object's monitor
    private volatile @Nullable NfsServer server; // written by who starts and stops the server

    NfsFront(Volume volume, Vfs vfs, KeptExports kept) {
        this.volume = volume;
        this.vfs = vfs;
        this.kept = kept;
    }

    /**
     * Starts it.
     *
     * @param directory where it keeps its state; made if it is not there
     * @param problem told what is in the way, if something is
     */
    synchronized void start(NfsAccess wanted, Path directory, Consumer<String> problem) {
        InetSocketAddress address = wanted.address();
        try {
            Files.createDirectories(directory);
            rules = keptRules(wanted, problem);
            List<Export> served = NfsAccess.served(rules, this::root, problem);
            access = wanted;
            server = NfsServer.start(vfs, wanted.options(directory, served));
        } catch (IOException | UncheckedIOException | FsException e) {
            problem.accept("no NFS on %s:%d: %s; --nfs takes another address, or off"
                    .formatted(address.getAddress().getHostAddress(), address.getPort(), reason(e)));
        }
    }

    /** What was changed before holds, as far as the address allows it. */
    private List<NfsExportRule> keptRules(NfsAccess wanted, Consumer<String> problem) {
        Optional<KeptExports.Kept> before = kept.read();
        if (before.isEmpty()) {
            return wanted.exports();
        }
        try {
            NfsAccess.requireFit(wanted.address(), before.get().rules());
        } catch (IllegalArgumentException e) {
            problem.accept(
                    "the NFS exports that were changed before are left out: %s; 'ring3 export reset' forgets them"
                            .formatted(e.getMessage()));
            return wanted.exports();
        }
        if (!before.get().said().equals(wanted.exports())) {
            problem.accept("the NFS exports are those of 'ring3 export list', not those that 'serve' was started with;"
                    + " 'ring3 export reset' goes back to these");
        }
        return before.get().rules();
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
        List<String> served = running.exports().stream().map(Export::path).toList();
        return rules.stream()
                .filter(rule -> served.contains(rule.path()))
                .map(rule -> new JsonObject()
                        .put("kind", "nfs")
                        .put("address", "%s:%d".formatted(host, address.getPort()))
                        .putAll(rule.json())
                        .put("tls", tls())
                        .put(
                                "how",
                                "mount -t nfs4 -o vers=4.2,port=%d %s:%s /mnt"
                                        .formatted(address.getPort(), host, rule.path())))
                .toList();
    }

    private String tls() {
        return requireAccess()
                .tls()
                .map(tls -> tls.required() ? "required" : "offered")
                .orElse("off");
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
    public synchronized void add(JsonObject export) {
        NfsExportRule made = rule(export, KeptExports.usual());
        if (find(made.path()).isPresent()) {
            throw new FsException(Errno.EEXIST, "add export", made.path());
        }
        List<NfsExportRule> after = new ArrayList<>(rules);
        after.add(made);
        set(after, made.path());
    }

    @Override
    public synchronized void change(String path, JsonObject export) {
        NfsExportRule before = require(path);
        NfsExportRule changed = rule(export.put("path", path), before);
        set(rules.stream().map(rule -> rule.equals(before) ? changed : rule).toList(), path);
    }

    @Override
    public synchronized void remove(String path) {
        NfsExportRule gone = require(path);
        set(rules.stream().filter(rule -> !rule.equals(gone)).toList(), null);
    }

    @Override
    public synchronized void reset() {
        NfsServer running = requireServer();
        List<NfsExportRule> said = requireAccess().exports();
        running.setExports(NfsAccess.served(said, this::root, _ -> {}));
        rules = said;
        kept.forget();
    }

    private static NfsExportRule rule(JsonObject json, NfsExportRule usual) {
        try {
            return NfsExportRule.of(json, usual);
        } catch (IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    private static FsException invalid(IllegalArgumentException e) {
        return new FsException(Errno.EINVAL, "export", String.valueOf(e.getMessage()));
    }

    private Optional<NfsExportRule> find(String path) {
        return rules.stream().filter(rule -> rule.path().equals(path)).findFirst();
    }

    private NfsExportRule require(String path) {
        return find(path).orElseThrow(() -> new FsException(Errno.ENOENT, "show export", path));
    }

    private NfsServer requireServer() {
        NfsServer running = server;
        if (running == null) {
            throw new FsException(Errno.ENOTCONN, "export", "there is no NFS; 'ring3 serve --nfs ADDR:PORT' has it");
        }
        return running;
    }

    private NfsAccess requireAccess() {
        NfsAccess started = access;
        if (started == null) {
            throw new IllegalStateException("NFS runs that was not started");
        }
        return started;
    }

    /**
     * Exports these from now on.
     *
     * @param changed a path of them that a subvolume has to be at; null for none
     */
    private void set(List<NfsExportRule> after, @Nullable String changed) {
        NfsServer running = requireServer();
        NfsAccess started = requireAccess();
        if (changed != null && root(changed).isEmpty()) {
            throw new FsException(Errno.ENOENT, "export", changed + ", which is no subvolume");
        }
        List<Export> before = running.exports();
        try {
            NfsAccess.requireFit(started.address(), after);
            running.setExports(NfsAccess.served(after, this::root, _ -> {}));
        } catch (IllegalArgumentException e) {
            throw invalid(e);
        }
        try {
            kept.write(new KeptExports.Kept(after, started.exports()));
        } catch (UncheckedIOException e) {
            running.setExports(before);
            throw e;
        }
        rules = List.copyOf(after);
    }

    @Override
    public List<NfsClientInfo> list() {
        NfsServer running = server;
        return running == null ? List.of() : running.clients();
    }

    @Override
    public List<NfsHolding> holdings(NfsClientInfo client) {
        NfsServer running = server;
        return running == null ? List.of() : running.holdings(client.id());
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

package dev.ring3.server;

import dev.ring3.fs.NodeId;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.NfsOptions;
import dev.ring3.nfs.NfsTls;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * With whom NFS is spoken.
 *
 * @param address where
 * @param exports what is served: the volume at {@code /}, or subvolumes at their own paths
 * @param tls the key and the certificate for clients that ask for TLS; empty for none
 * @param lease how long a client may be silent before others may have what it holds; also the grace period after a start
 */
public record NfsAccess(InetSocketAddress address, List<NfsExportRule> exports, Optional<NfsTls> tls, Duration lease) {
    /** A client that renews in half of less would do little else. */
    private static final Duration LEASE_MIN = Duration.ofSeconds(10);

    /** Longer than this nobody wants to wait for what a dead client held. */
    private static final Duration LEASE_MAX = Duration.ofHours(1);

    public NfsAccess {
        if (lease.compareTo(LEASE_MIN) < 0 || lease.compareTo(LEASE_MAX) > 0) {
            throw new IllegalArgumentException("a lease of %d s: from %d to %d"
                    .formatted(lease.toSeconds(), LEASE_MIN.toSeconds(), LEASE_MAX.toSeconds()));
        }
        exports = List.copyOf(exports);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "there is no host \"%s\" to speak NFS on".formatted(address.getHostString()));
        }
        if (exports.isEmpty()) {
            throw new IllegalArgumentException("NFS with nothing to serve");
        }
        requireFit(address, exports);
    }

    /**
     * Whether exports fit each other and the address; there may be none.
     *
     * @throws IllegalArgumentException if not, in words
     */
    static void requireFit(InetSocketAddress address, List<NfsExportRule> exports) {
        List<String> paths = exports.stream().map(NfsExportRule::path).toList();
        if (paths.size() > 1 && paths.contains("/")) {
            throw new IllegalArgumentException("NFS serves / alone, or subvolumes; not both");
        }
        if (paths.stream().distinct().count() < paths.size()) {
            throw new IllegalArgumentException("a subvolume is exported twice");
        }
        for (String outer : paths) {
            paths.stream()
                    .filter(inner -> inner.startsWith(outer + "/"))
                    .findFirst()
                    .ifPresent(inner -> {
                        throw new IllegalArgumentException(
                                "%s is exported, and %s is found in it: not both".formatted(outer, inner));
                    });
        }
        if (!address.getAddress().isLoopbackAddress()
                && exports.stream().anyMatch(rule -> rule.clients().isEmpty())) {
            throw new IllegalArgumentException(
                    "NFS on %s reaches other machines: say with --nfs-client which of them may come"
                            .formatted(address.getAddress().getHostAddress()));
        }
    }

    /** With leases of the usual length. */
    public NfsAccess(InetSocketAddress address, List<NfsExportRule> exports, Optional<NfsTls> tls) {
        this(address, exports, tls, NfsOptions.LEASE);
    }

    /** The same with leases of this length, from 10 seconds to an hour. */
    public NfsAccess withLease(Duration length) {
        return new NfsAccess(address, exports, tls, length);
    }

    /**
     * The same, with TLS for clients that ask for it.
     *
     * @param keys with a key and its certificate
     * @param required whether calls from other machines are refused without it
     * @throws GeneralSecurityException if the password does not fit, or TLS can do nothing with the key
     */
    public NfsAccess withTls(KeyStore keys, char[] password, boolean required) throws GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return new NfsAccess(address, exports, Optional.of(new NfsTls(context, required)), lease);
    }

    /**
     * The whole volume; root there is nobody here.
     *
     * @param clients addresses and networks that may: {@code 10.0.0.0/8}; empty for this machine alone
     * @param insecure whether any port is believed to say who somebody is
     */
    public NfsAccess(InetSocketAddress address, List<String> clients, boolean insecure) {
        this(address, List.of(NfsExportRule.ofVolume("root", insecure, clients)), Optional.empty());
    }

    /** For the server. */
    NfsOptions options(Path stateDirectory, List<Export> served) {
        NfsOptions options =
                NfsOptions.loopback(address, stateDirectory).withExports(served).withLease(lease);
        return tls.map(options::withTls).orElse(options);
    }

    /**
     * Those of some rules of which there is a subvolume.
     *
     * @param root the root of the subvolume at a path
     * @param problem told of each export of which there is none; the others are served
     */
    static List<Export> served(
            List<NfsExportRule> rules, Function<String, Optional<NodeId>> root, Consumer<String> problem) {
        List<Export> served = new ArrayList<>();
        for (NfsExportRule rule : rules) {
            root.apply(rule.path())
                    .ifPresentOrElse(
                            node -> served.add(rule.export(node)),
                            () -> problem.accept(
                                    "no NFS export of %s: there is no such subvolume; 'ring3 subvolume create %s' makes one"
                                            .formatted(rule.path(), rule.path())));
        }
        return served;
    }
}
